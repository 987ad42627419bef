import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Database } from './open-database.ts';

/** What both a pool and one of its clients can do. */
export type Queryable = Pick<pg.ClientBase, 'query'>;

const conflictStates: ReadonlySet<string | undefined> = new Set(['40001', '40P01']);
const attempts = 4;

/**
 * Runs `work` in one READ COMMITTED transaction and repeats it after a deadlock or serialization failure.
 *
 * `work` may therefore run several times. Server errors lose their `detail` and `where`, which quote row values.
 */
export async function inTransaction<T>(
  database: Database,
  work: (client: Queryable) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await once(database, work);
    } catch (error) {
      concealRowValues(error);
      const conflict = error instanceof pg.DatabaseError && conflictStates.has(error.code);
      if (!conflict || attempt === attempts) throw error;
      await sleep(Math.random() * 20 * 2 ** attempt);
    }
  }
}

async function once<T>(database: Database, work: (client: Queryable) => Promise<T>): Promise<T> {
  const client = await database.pool.connect();
  let broken: Error | undefined;
  // A connection that breaks between two queries emits 'error'; unheard, it would end the process.
  const onError = (error: Error) => {
    broken = error;
  };
  client.on('error', onError);
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((failure: Error) => {
      broken = failure;
    });
    throw error;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}

/** Takes away from a server error what quotes row values. */
export function concealRowValues(error: unknown): void {
  if (!(error instanceof pg.DatabaseError)) return;
  error.detail = undefined;
  error.where = undefined;
}
