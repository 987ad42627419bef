import { setTimeout } from 'node:timers/promises';
import { transientFailure } from '@magento-sync/db';
import type { Logger } from '../../logger.ts';

/**
 * Repeats work until PostgreSQL lets it succeed; an error that is not passing, or one after the stop, is thrown.
 *
 * Says once that it waits, and once that it goes on.
 */
export async function persistently<T>(log: Logger, stop: AbortSignal, work: () => Promise<T>): Promise<T> {
  for (let failures = 0; ; failures += 1) {
    try {
      const result = await work();
      if (failures > 0) log.warn('PostgreSQL is back; going on');
      return result;
    } catch (error) {
      const passing = transientFailure(error);
      if (!passing || stop.aborted) throw error;
      if (failures === 0) log.warn({ reason: passing.reason }, 'PostgreSQL does not answer; waiting for it');
      await setTimeout(passing.delayMs, undefined, { signal: stop }).catch(() => {});
    }
  }
}
