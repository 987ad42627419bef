import { setTimeout as sleep } from 'node:timers/promises';
import { type SQL, sql } from 'drizzle-orm';
import type pg from 'pg';
import { LockLostError } from '../errors.ts';
import { endSession, type TakenLock } from './lock-session.ts';
import type { Database } from './open-database.ts';
import type { Statements } from './statements.ts';

/** Names of everything that only one session may do at a time; the only place where they are spelled. */
export const lockNames = {
  migrate: 'magento-sync migrate',
  flatView: 'magento-sync flat view',
  plan: (shop: string, entity: string, kind: string) => `magento-sync plan ${shop} ${entity} ${kind}`,
  token: (shop: string, name: string) => `magento-sync token ${shop} ${name}`,
  outbox: (shop: string) => `magento-sync outbox ${shop}`,
} as const;

/** A lock that is held, and the connection of its own that holds it. */
export interface LockedConnection {
  client: pg.Client;
  /** Aborted when the connection is lost, and the lock with it. */
  signal: AbortSignal;
}

/**
 * Waits for a lock on the session that holds all locks of this process, runs `work`, releases.
 *
 * The server frees the lock as soon as the session ends, so a killed holder blocks nobody. It is asked again and again
 * instead of waited for, because a session that waits could hold and release no other lock meanwhile.
 *
 * @throws the signal's reason when aborted while waiting; {@link LockLostError} when the session broke meanwhile.
 */
export async function withAdvisoryLock<T>(
  database: Database,
  name: string,
  work: (lock: Pick<TakenLock, 'statements' | 'signal'>) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const lock = await askAgain(() => database.locks.tryTake(name), signal);
  try {
    return await work(lock);
  } catch (error) {
    throw lock.signal.aborted ? lock.signal.reason : error;
  } finally {
    await lock.release();
  }
}

/** The same on a connection of its own, for work that changes settings of its session. */
export async function withAdvisoryLockAlone<T>(
  database: Database,
  name: string,
  work: (lock: LockedConnection) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  signal?.throwIfAborted();
  const client = await database.connectAlone('lock');
  try {
    await client.query('set statement_timeout = 0');
    await askAgain(async () => {
      const answer = await client.query<{ acquired: boolean }>(
        'select pg_try_advisory_lock(hashtextextended($1, 0)) as acquired',
        [name],
      );
      return answer.rows[0]?.acquired === true || undefined;
    }, signal);
    return await whileHeld(client, name, work);
  } finally {
    await endSession(client);
  }
}

/**
 * Runs `work` while it holds the lock, or gives up at once (`acquired: false`) when somebody else holds it.
 *
 * All locks that are tried share one session of the database; `signal` fires when it is lost.
 */
export async function tryAdvisoryLock<T>(
  database: Database,
  name: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<{ acquired: true; result: T } | { acquired: false }> {
  const lock = await database.locks.tryTake(name);
  if (lock === undefined) return { acquired: false };
  try {
    return { acquired: true, result: await work(lock.signal) };
  } catch (error) {
    throw lock.signal.aborted ? lock.signal.reason : error;
  } finally {
    await lock.release();
  }
}

/** Waits for a lock that is held until the transaction ends. */
export async function lockUntilCommit(statements: Statements, name: string): Promise<void> {
  await statements.execute(lockedUntilCommit(name));
}

/** The statement that does it. */
export function lockedUntilCommit(name: string): SQL {
  return sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`;
}

const firstPauseMs = 20;
const longestPauseMs = 500;

/**
 * Tries until there is something.
 *
 * A statement that waits in the server would hold a snapshot, which keeps whoever builds indexes concurrently waiting.
 */
async function askAgain<T>(attempt: () => Promise<T | undefined>, signal?: AbortSignal): Promise<T> {
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    signal?.throwIfAborted();
    const found = await attempt();
    if (found !== undefined) return found;
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
  }
}

async function whileHeld<T>(
  client: pg.Client,
  name: string,
  work: (lock: LockedConnection) => Promise<T>,
): Promise<T> {
  const lost = new AbortController();
  client.once('error', (error) => lost.abort(new LockLostError(name, { cause: error })));
  client.once('end', () => lost.abort(new LockLostError(name)));
  try {
    return await work({ client, signal: lost.signal });
  } catch (error) {
    if (lost.signal.aborted) throw lost.signal.reason;
    throw error;
  }
}
