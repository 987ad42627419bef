import type { Database } from '@magento-sync/db';
import type { Config } from '../config/config.ts';
import { compareConnections } from '../connection-need.ts';
import { describeFailure } from '../failure.ts';
import { type Finding, ok, problem } from './finding.ts';

/** Name of the check of {@link checkConnections}, for when it cannot be made. */
export const connectionsCheck = 'connections';

/** Compares the connections that a daemon needs with those that PostgreSQL would give it. */
export async function checkConnections(database: Database, config: Config): Promise<Finding> {
  try {
    const { kind, sentence } = await compareConnections(database, config);
    return kind === 'enough' || kind === 'scarce'
      ? ok(connectionsCheck, sentence)
      : problem(connectionsCheck, `${sentence}.`);
  } catch (error) {
    return problem(connectionsCheck, describeFailure(error).sentence);
  }
}
