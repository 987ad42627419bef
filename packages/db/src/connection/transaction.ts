import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Database } from './open-database.ts';
import { ormOn, type Statements, withoutRowValues } from './statements.ts';

/** What both a pool and one of its clients can do. */
export type Queryable = Pick<pg.ClientBase, 'query'>;

const conflictStates: ReadonlySet<string | undefined> = new Set(['40001', '40P01']);
const attempts = 4;

/**
 * Runs `work` in one READ COMMITTED transaction and repeats it after a deadlock or serialization failure.
 *
 * `work` may therefore run several times. Errors are those of the server without what quotes values of rows.
 */
export async function inTransaction<T>(
  database: Database,
  work: (statements: Statements, client: Queryable) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await once(database, work);
    } catch (caught) {
      const error = withoutRowValues(caught);
      const conflict = error instanceof pg.DatabaseError && conflictStates.has(error.code);
      if (!conflict || attempt === attempts) throw error;
      await sleep(Math.random() * 20 * 2 ** attempt);
    }
  }
}

async function once<T>(
  database: Database,
  work: (statements: Statements, client: Queryable) => Promise<T>,
): Promise<T> {
  const client = await database.pool.connect();
  let broken: Error | undefined;
  let failure: { readonly error: unknown } | undefined;
  // A connection that breaks between two queries emits 'error'; unheard, it would end the process.
  const onError = (error: Error) => {
    broken = error;
  };
  client.on('error', onError);
  try {
    return await ormOn(client).transaction(async (statements) => {
      try {
        return await work(statements, client);
      } catch (error) {
        failure = { error };
        throw error;
      }
    });
  } catch (error) {
    // A rollback that fails too says less than what made it necessary, and leaves a connection that is of no use.
    if (failure !== undefined && failure.error !== error) broken ??= error as Error;
    throw failure === undefined ? error : failure.error;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}
