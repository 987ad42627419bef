import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { LockLostError } from './errors.ts';
import { endSession } from './lock-session.ts';
import type { Database } from './open-database.ts';

/** Names of everything that only one session may do at a time; the only place where they are spelled. */
export const lockNames = {
  migrate: 'magento-sync migrate',
  flatView: 'magento-sync flat view',
  plan: (shop: string, entity: string, kind: string) => `magento-sync plan ${shop} ${entity} ${kind}`,
  token: (shop: string, name: string) => `magento-sync token ${shop} ${name}`,
  outbox: (shop: string) => `magento-sync outbox ${shop}`,
} as const;

/** A lock that is held, and the connection that holds it. */
export interface HeldLock {
  client: pg.Client;
  /** Aborted when the connection is lost, and the lock with it. */
  signal: AbortSignal;
}

/**
 * Waits for a session lock on a connection of its own, runs `work`, releases.
 *
 * The server frees the lock as soon as the connection ends, so a killed holder blocks nobody. Needs a direct
 * connection: a transaction pooler would hand the session to others.
 *
 * @param wait how to wait for it: in the server's queue, or by {@link askAgain}.
 * @throws the signal's reason when aborted while waiting; {@link LockLostError} when the connection broke meanwhile.
 */
export async function withAdvisoryLock<T>(
  database: Database,
  name: string,
  work: (lock: HeldLock) => Promise<T>,
  signal?: AbortSignal,
  wait: (database: Database, client: pg.Client, name: string, signal?: AbortSignal) => Promise<void> = block,
): Promise<T> {
  signal?.throwIfAborted();
  const client = await database.connectAlone('lock');
  try {
    await wait(database, client, name, signal);
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

/** Waits without holding a snapshot meanwhile, which would keep the holder from building indexes concurrently. */
export async function askAgain(
  _database: Database,
  client: pg.Client,
  name: string,
  signal?: AbortSignal,
): Promise<void> {
  await client.query('set statement_timeout = 0');
  for (let pauseMs = 20; ; pauseMs = Math.min(2 * pauseMs, 500)) {
    signal?.throwIfAborted();
    const answer = await client.query<{ acquired: boolean }>(
      'select pg_try_advisory_lock(hashtextextended($1, 0)) as acquired',
      [name],
    );
    if (answer.rows[0]?.acquired === true) return;
    await sleep(pauseMs);
  }
}

async function block(
  database: Database,
  client: pg.Client,
  name: string,
  signal?: AbortSignal,
): Promise<void> {
  // Waiting for another process is no slow statement.
  await client.query('set statement_timeout = 0');
  const session = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  const cancel = () => {
    database.pool.query('select pg_cancel_backend($1)', [session.rows[0]?.pid]).catch(() => undefined);
  };
  signal?.throwIfAborted();
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    await client.query('select pg_advisory_lock(hashtextextended($1, 0))', [name]);
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', cancel);
  }
  signal?.throwIfAborted();
}

async function whileHeld<T>(
  client: pg.Client,
  name: string,
  work: (lock: HeldLock) => Promise<T>,
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
