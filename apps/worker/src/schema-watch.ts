import { setTimeout as sleep } from 'node:timers/promises';
import { type Database, inspectSchema, NewerDatabaseError } from '@magento-sync/db';
import type { Logger } from './logger.ts';

/** How a running worker looks after its tables. */
export interface SchemaWatch {
  readonly database: Database;
  readonly log: Logger;
  /** Told once when a newer version has changed the tables so that this one may not go on. */
  readonly onNewer: (error: NewerDatabaseError) => void;
}

const everyMs = 10_000;

/**
 * Looks again and again, until the signal fires, whether this version may still work with the tables.
 *
 * It was asked at the start too; but a newer version migrates while older workers run.
 */
export async function watchSchema(
  { database, log, onNewer }: SchemaWatch,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await inspectSchema(database);
    } catch (error) {
      if (error instanceof NewerDatabaseError) {
        onNewer(error);
        return;
      }
      if (!signal.aborted) log.warn({ err: error }, 'the tables could not be looked at; trying again');
    }
    await sleep(everyMs, undefined, { signal }).catch(() => undefined);
  }
}
