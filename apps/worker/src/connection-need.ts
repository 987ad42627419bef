import { type Database, readConnectionLimit } from '@magento-sync/db';
import type { Config } from './config/config.ts';
import { queueConnections } from './queue-server/postgres-queue.ts';
import { isRedisUrl } from './queue-server/redis-address.ts';

/** Connections of the pool beside those of pages being written: pulls, readiness, metrics. */
const sparePool = 2;
/** The session that holds all locks. */
const lockSessions = 1;

/** Size of the pool of a process that works with the shop. */
export function poolSize({ magento }: Pick<Config, 'magento'>): number {
  return magento.budget.concurrency + sparePool;
}

/** How many connections to the PostgreSQL of the copy a daemon uses at most, and with how many it still works. */
export interface ConnectionNeed {
  readonly most: number;
  readonly least: number;
}

/** The need of one daemon; other commands need less. */
export function connectionNeed(config: Pick<Config, 'magento' | 'queueUrl'>): ConnectionNeed {
  const queue = config.queueUrl && isRedisUrl(config.queueUrl.reveal()) ? 0 : queueConnections;
  return {
    most: poolSize(config) + lockSessions + queue,
    // Pages are written one after the other then.
    least: 1 + lockSessions + queue,
  };
}

/** Compares the need with what the server allows; `enough` is false when a daemon could not do its work. */
export async function compareConnections(
  database: Database,
  config: Pick<Config, 'magento' | 'queueUrl'>,
): Promise<{ readonly enough: boolean; readonly sentence: string }> {
  const { most, least } = connectionNeed(config);
  const need = `a daemon uses up to ${most} connections`;
  if (database.server.pooled) {
    return { enough: true, sentence: `${need}, which the pooler in front has to give it (pool size)` };
  }
  const { allowed, taken, setBy } = await readConnectionLimit(database);
  const free = allowed - taken;
  if (free >= most) return { enough: true, sentence: `${need} of ${free} free ones` };
  const numbers = `${need} and works with ${least}, but ${Math.max(0, free)} of ${allowed} are free`;
  return free >= least
    ? { enough: true, sentence: `${numbers}: some work waits for a connection. Raise ${setBy}` }
    : {
        enough: false,
        sentence: `${numbers}. Raise ${setBy}, lower MAGENTO_CONCURRENCY, or put the queue on Redis (QUEUE_URL)`,
      };
}
