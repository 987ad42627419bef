import { type Database, inspectSchema, migrate, ReadOnlyDatabaseError } from '@magento-sync/db';
import { describeFailure } from '../failure.ts';
import { type Finding, ok, problem } from './finding.ts';

const check = 'postgresql';

/**
 * Looks at the server and the tables.
 *
 * Tables that have never existed are created, as every other command does: refused logins are counted there. Older ones
 * are left alone, because a worker of their version may be running.
 */
export async function checkPostgres(database: Database, signal: AbortSignal): Promise<Finding> {
  try {
    if (database.server.readOnly) throw new ReadOnlyDatabaseError(database.server.readOnly);
    const { serverVersion, serverSupported, exists, pending, newer } = await inspectSchema(database);
    const server = `PostgreSQL ${serverVersion}`;
    if (!serverSupported) return problem(check, `${server} is too old: use 15 or newer.`);
    if (!exists) {
      await migrate(database, { signal });
      return ok(check, `${server}, tables created`);
    }
    if (pending.length > 0) {
      return problem(
        check,
        `${server}, and tables of an older version (${pending.join(', ')} to come): run "magento-sync migrate".`,
      );
    }
    return ok(
      check,
      newer.length > 0
        ? `${server}, tables of a newer version (${newer.join(', ')}), which this one can work with`
        : `${server}, tables up to date`,
    );
  } catch (error) {
    signal.throwIfAborted();
    return problem(check, describeFailure(error).sentence);
  }
}
