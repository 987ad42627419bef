import { setTimeout as sleep } from 'node:timers/promises';
import type { SQL } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import pg from 'pg';
import type { Database } from './open-database.ts';
import { type StatementNames, statementNamesOf } from './statement-names.ts';
import { ormOn, type Statements, withoutRowValues } from './statements.ts';

/** What both a pool and one of its clients can do. */
export type Queryable = Pick<pg.ClientBase, 'query'>;

const conflictStates: ReadonlySet<string | undefined> = new Set(['40001', '40P01']);
/** The server no longer knows a prepared statement as it was: somebody discarded it, or changed the table. */
const forgottenStates: ReadonlySet<string | undefined> = new Set(['26000', '0A000']);
const attempts = 4;

/** What a transaction is made of. */
export interface TransactionWork<T, First> {
  /**
   * Sent together with BEGIN, so that the answers are waited for once; takes no lock and writes nothing, but for a lock on
   * which everything else depends.
   */
  readonly first: (statements: Statements) => Promise<First>;
  /** `atTheEnd` adds statements that are sent together with COMMIT: what they lock is held for no answer of this process. */
  readonly work: (
    statements: Statements,
    client: Queryable,
    first: First,
    atTheEnd: (...statements: readonly SQL[]) => void,
  ) => Promise<T>;
}

/**
 * Runs `work` in one READ COMMITTED transaction and repeats it after a deadlock or serialization failure.
 *
 * `work` may therefore run several times. Errors are those of the server without what quotes values of rows.
 */
export function inTransaction<T>(
  database: Database,
  work: (statements: Statements, client: Queryable) => Promise<T>,
): Promise<T> {
  return repeated(() => once(database, { first: async () => undefined, work }, undefined));
}

/**
 * The same for pages, of which many come with the same statements: these are prepared once per connection, and fewer
 * answers are waited for. While others wait for its locks, every answer waits for this process, too.
 */
export function inPageTransaction<T, First>(database: Database, work: TransactionWork<T, First>): Promise<T> {
  return repeated(() => once(database, work, statementNamesOf));
}

async function repeated<T>(attemptOnce: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await attemptOnce();
    } catch (caught) {
      const error = withoutRowValues(caught);
      const passes =
        error instanceof pg.DatabaseError &&
        (conflictStates.has(error.code) || forgottenStates.has(error.code));
      if (!passes || attempt === attempts) throw error;
      await sleep(Math.random() * 20 * 2 ** attempt);
    }
  }
}

async function once<T, First>(
  database: Database,
  { first, work }: TransactionWork<T, First>,
  namesOf: ((client: Queryable) => StatementNames) | undefined,
): Promise<T> {
  const client = await database.pool.connect();
  let broken: Error | undefined;
  // A connection that breaks between two queries emits 'error'; unheard, it would end the process.
  const onError = (error: Error) => {
    broken = error;
  };
  client.on('error', onError);
  const names = namesOf?.(client);
  const statements = ormOn(client, names);
  const last: SQL[] = [];
  try {
    try {
      const found = await together(client, async () => {
        const [, answer] = await allOf([client.query('begin'), first(statements)]);
        return answer;
      });
      const result = await work(statements, client, found, (...some) => last.push(...some));
      await commit(client, last, names);
      return result;
    } catch (error) {
      if (error instanceof pg.DatabaseError && forgottenStates.has(error.code)) broken ??= error;
      // A rollback that fails too says less than what made it necessary, and leaves a connection that is of no use.
      if (client.getTransactionStatus() !== 'I') {
        await client.query('rollback').catch((failure: Error) => {
          broken ??= failure;
        });
      }
      throw error;
    }
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}

const dialect = new PgDialect();

/** After a statement that failed the server refuses the others and makes of COMMIT a ROLLBACK. */
async function commit(
  client: pg.PoolClient,
  last: readonly SQL[],
  names: StatementNames | undefined,
): Promise<void> {
  const queries = last.map((statement) => dialect.sqlToQuery(statement));
  const { command } = await together(client, async () => {
    const before = allOf(
      queries.map(({ sql: text, params: values }) => client.query(named(text, values, names?.of(text)))),
    );
    const [, answer] = await allOf([before, client.query('commit')]);
    return answer;
  });
  if (command !== 'COMMIT') throw new Error(`PostgreSQL answered COMMIT with ${command}.`);
}

function named(text: string, values: unknown[], name: string | undefined): pg.QueryConfig {
  return name === undefined ? { text, values } : { name, text, values };
}

/**
 * Lets queries be sent without waiting for the answers of those before.
 *
 * Only where nothing is under way on the connection, and `send` ends when all of its queries were answered, as {@link allOf}
 * does. An error is that of its query: the server refuses those behind it in the same transaction.
 */
export async function together<T>(client: Queryable, send: () => Promise<T>): Promise<T> {
  // pg takes this from the configuration of a client, for its whole life; but COPY needs a connection without it.
  const switched = client as Queryable & { pipeline: boolean };
  switched.pipeline = true;
  try {
    return await send();
  } finally {
    switched.pipeline = false;
  }
}

/** Waits for all of them, also when one fails, and throws the first error in their order. */
export async function allOf<const T extends readonly unknown[]>(
  answers: T,
): Promise<{ -readonly [Index in keyof T]: Awaited<T[Index]> }> {
  const settled = await Promise.allSettled(answers);
  const failed = settled.find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
  return Promise.all(answers);
}
