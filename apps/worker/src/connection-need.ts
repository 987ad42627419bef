import { type Database, readConnectionLimit } from '@magento-sync/db';
import type { Config } from './config/config.ts';
import { queueConnections } from './queue-server/connection-count.ts';
import { isRedisUrl } from './queue-server/redis-address.ts';

/** Connections of the pool beside those of pages being written: pulls, readiness, metrics. */
const sparePool = 2;
/** The session that holds all locks. */
const lockSessions = 1;

/** Size of the pool of a process that works with the shop. */
export function poolSize({ magento }: Pick<NeedingConfig, 'magento'>): number {
  return magento.budget.concurrency + sparePool;
}

/** How many connections to the PostgreSQL of the copy a daemon uses at most, and with how many it still works. */
export interface ConnectionNeed {
  readonly most: number;
  readonly least: number;
}

/** PostgreSQL allows a daemon fewer connections than it works with; the message says how many and what sets them. */
export class TooFewConnectionsError extends Error {
  override readonly name = 'TooFewConnectionsError';
}

/** What decides how many connections are used. */
export type NeedingConfig = Pick<Config, 'queueUrl'> & {
  readonly magento: { readonly budget: { readonly concurrency: number } };
};

/** The need of one daemon; other commands need less. */
export function connectionNeed(config: NeedingConfig, copyUrl: string): ConnectionNeed {
  const beside = lockSessions + (isQueueAt(copyUrl, config.queueUrl?.reveal()) ? queueConnections : 0);
  return {
    most: poolSize(config) + beside,
    // Pages are written one after the other then.
    least: 1 + beside,
  };
}

/** Whether the server of the copy has to give the queue its connection too. */
function isQueueAt(copyUrl: string, queueUrl = copyUrl): boolean {
  if (isRedisUrl(queueUrl)) return false;
  const [copy, queue] = [new URL(copyUrl), new URL(queueUrl)];
  return copy.hostname === queue.hostname && copy.port === queue.port;
}

/** The need of a daemon beside what the server allows. */
export interface ConnectionBalance {
  readonly kind: 'enough' | 'scarce' | 'taken by others' | 'never enough';
  /** For people, without a full stop. */
  readonly sentence: string;
  /** How many connections the pool may use so that the locks and the queue get theirs. */
  readonly pool: number;
}

/** Compares the need with the narrowest limit that the server sets. */
export async function compareConnections(
  database: Database,
  config: NeedingConfig,
): Promise<ConnectionBalance> {
  const { most, least } = connectionNeed(config, database.url);
  const need = `a daemon uses up to ${most} connections`;
  const pool = poolSize(config);
  if (database.server.pooled) {
    const sentence = `${need}, which the pooler in front has to give it (pool size)`;
    return { kind: 'enough', sentence, pool };
  }
  const { allowed, taken, setBy } = await readConnectionLimit(database);
  const free = Math.max(0, allowed - taken);
  if (free >= most) return { kind: 'enough', sentence: `${need} of ${free} free ones`, pool };
  const numbers = `${need} and works with ${least}, but ${free} of ${allowed} are free`;
  const narrow = Math.max(1, 1 + free - least);
  if (free >= least) {
    const sentence = `${numbers}: some work waits for a connection. Raise ${setBy}`;
    return { kind: 'scarce', sentence, pool: narrow };
  }
  // Lowering MAGENTO_CONCURRENCY helps nobody who lacks even these.
  const queueCure = least > 1 + lockSessions ? ', or put the queue on Redis (QUEUE_URL)' : '';
  const sentence = `${numbers}. Raise ${setBy}${queueCure}`;
  return { kind: allowed < least ? 'never enough' : 'taken by others', sentence, pool: narrow };
}
