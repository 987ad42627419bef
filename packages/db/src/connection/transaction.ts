import { setTimeout as sleep } from 'node:timers/promises';
import { DrizzleQueryError } from 'drizzle-orm';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import type { Database } from './open-database.ts';

/** What both a pool and one of its clients can do. */
export type Queryable = Pick<pg.ClientBase, 'query'>;

/** What runs statements: a transaction, or the pool for a single statement. */
export type Statements = Pick<
  NodePgDatabase,
  'execute' | 'select' | 'selectDistinctOn' | 'insert' | 'update' | 'delete' | '$count'
>;

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

/** The query builder over a pool, or over one connection whose lock a statement must not outlive. */
export function statementsOn(client: pg.Pool | pg.PoolClient | pg.Client): Statements {
  return ormOn(client);
}

/** Errors of drizzle carry the parameters of their statement, secrets among them: none leaves this package. */
function ormOn(client: pg.Pool | pg.PoolClient | pg.Client): NodePgDatabase {
  const orm = drizzle(client);
  const session = orm._.session as Pick<typeof orm._.session, 'prepareQuery'>;
  const prepareQuery = session.prepareQuery.bind(session);
  session.prepareQuery = (...query) => {
    const prepared = prepareQuery(...query);
    const execute = prepared.execute.bind(prepared);
    prepared.execute = (values) => execute(values).catch(throwWithoutRowValues);
    return prepared;
  };
  return orm;
}

function throwWithoutRowValues(error: unknown): never {
  throw withoutRowValues(error);
}

/** The error of the server itself, without what quotes values of rows: neither parameters nor details. */
export function withoutRowValues(error: unknown): unknown {
  const cause = error instanceof DrizzleQueryError && error.cause ? error.cause : error;
  if (cause instanceof pg.DatabaseError) {
    cause.detail = undefined;
    cause.where = undefined;
    if (cause.code !== undefined && quotesValues.test(cause.code)) {
      const said = cause.message;
      cause.message = said.replace(/"[^]*"/, '"…"');
      if (cause.stack !== undefined) cause.stack = cause.stack.replace(said, () => cause.message);
    }
  }
  return cause;
}

/** Data exceptions: `invalid input syntax for type date: "…"`. Elsewhere it is names that stand in quotes. */
const quotesValues = /^22/;
