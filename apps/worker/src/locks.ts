import { setTimeout } from 'node:timers/promises';
import type { Database } from '@magento-sync/db';
import type { Exclusive, Locks } from './sync/ports.ts';

type Session = Awaited<ReturnType<Database['pool']['connect']>>;

/** The connection that held a lock broke, so another process may hold it by now. */
export class LockLostError extends Error {
  override readonly name = 'LockLostError';

  constructor(name: string, cause: unknown) {
    super(`The lock "${name}" was lost together with its connection to PostgreSQL; the work starts again by itself.`, {
      cause,
    });
  }
}

/**
 * Locks as PostgreSQL advisory locks of one session: they end with the process, however it dies.
 *
 * One connection of the pool is kept for all of them. Work whose lock is lost with that connection is aborted; until it
 * has noticed, the fences of the checkpoints keep it from writing.
 */
export function createLocks(database: Database): Locks & AsyncDisposable {
  const held = new Map<string, AbortController>();
  let session: Promise<Session> | undefined;

  const lose = (lost: Session, cause: unknown) => {
    session = undefined;
    lost.removeAllListeners('error');
    // The pool must not hand out a broken connection again; its late errors have nobody to tell.
    lost.on('error', () => {});
    lost.release(true);
    for (const [name, controller] of held) controller.abort(new LockLostError(name, cause));
  };
  const open = () => {
    session ??= database.pool.connect().then(
      (client) => {
        client.on('error', (error) => lose(client, error));
        return client;
      },
      (error: unknown) => {
        session = undefined;
        throw error;
      },
    );
    return session;
  };

  const acquire = async (name: string): Promise<boolean> => {
    const client = await open();
    const { rows } = await client.query<{ acquired: boolean }>(
      'select pg_try_advisory_lock(hashtextextended($1, 0)) as acquired',
      [name],
    );
    return rows[0]?.acquired === true;
  };
  const release = async (name: string): Promise<void> => {
    // Without a session there is nothing to release: the server did it when the session ended.
    await (await session)?.query('select pg_advisory_unlock(hashtextextended($1, 0))', [name]);
  };

  const tryRun = async <T>(
    name: string,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<Exclusive<T>> => {
    // A session may take its own lock twice, so a second taker within the process is refused here.
    if (held.has(name)) return { acquired: false };
    const lost = new AbortController();
    held.set(name, lost);
    try {
      if (!(await acquire(name))) return { acquired: false };
      try {
        return { acquired: true, value: await work(AbortSignal.any([signal, lost.signal])) };
      } finally {
        await release(name).catch(() => {});
      }
    } finally {
      held.delete(name);
    }
  };

  return {
    tryRun,
    async run(name, signal, work) {
      for (;;) {
        signal.throwIfAborted();
        const attempt = await tryRun(name, signal, work);
        if (attempt.acquired) return attempt.value;
        await setTimeout(250, undefined, { signal });
      }
    },
    async [Symbol.asyncDispose]() {
      const client = await session?.catch(() => undefined);
      session = undefined;
      client?.release(true);
    },
  };
}
