import { DrizzleQueryError } from 'drizzle-orm';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { RowSecurityError } from '../errors.ts';
import type { StatementNames } from './statement-names.ts';

/** What runs statements: a transaction, or the pool for a single statement. */
export type Statements = Pick<
  NodePgDatabase,
  'execute' | 'select' | 'selectDistinctOn' | 'insert' | 'update' | 'delete' | '$count'
>;

/** The query builder over a pool, or over one connection whose lock a statement must not outlive. */
export function statementsOn(client: pg.Pool | pg.PoolClient | pg.Client): Statements {
  return ormOn(client);
}

/**
 * The query builder; with `names` statements that come again are prepared on the connection.
 *
 * Errors of drizzle carry the parameters of their statement, secrets among them: none leaves this package.
 */
export function ormOn(client: pg.Pool | pg.PoolClient | pg.Client, names?: StatementNames): NodePgDatabase {
  const orm = drizzle(client);
  const session = orm._.session as Pick<typeof orm._.session, 'prepareQuery'>;
  const prepareQuery = session.prepareQuery.bind(session);
  session.prepareQuery = (query, fields, name, ...rest) => {
    const prepared = prepareQuery(query, fields, name ?? names?.of(query.sql), ...rest);
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
    if (isAboutRowSecurity(cause)) return new RowSecurityError(cause.message, { cause });
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

/** Sessions are set to `row_security = off`: what a policy would hide is refused, in whatever language the server speaks. */
function isAboutRowSecurity({ code, routine }: pg.DatabaseError): boolean {
  // The code is that of every missing right.
  return code === '42501' && routine === 'check_enable_rls';
}

/** Data exceptions: `invalid input syntax for type date: "…"`. Elsewhere it is names that stand in quotes. */
const quotesValues = /^22/;
