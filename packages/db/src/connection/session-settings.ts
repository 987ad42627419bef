import type pg from 'pg';

/**
 * What a session is set to, whatever server, database or role would have it be.
 *
 * Each of them changes what a statement means, what its answer looks like, or how long it may take:
 * https://www.postgresql.org/docs/current/runtime-config-client.html and …/runtime-config-compatible.html
 */
const settings: Readonly<Record<string, string>> = {
  // How values are written in answers and read in parameters.
  client_encoding: 'UTF8',
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  TimeZone: 'UTC',
  bytea_output: 'hex',
  extra_float_digits: '1',
  array_nulls: 'on',
  xmloption: 'content',
  // How the texts of statements are understood, and how the server writes its own.
  search_path: 'pg_catalog, pg_temp',
  standard_conforming_strings: 'on',
  backslash_quote: 'safe_encoding',
  transform_null_equals: 'off',
  quote_all_identifiers: 'off',
  // Rows that a policy of row-level security would hide are an error instead of missing.
  row_security: 'off',
  // What a transaction is. Whether it may write is left to whoever forbids it.
  default_transaction_isolation: 'read committed',
  default_transaction_deferrable: 'off',
  // Limits of others: a session that waits, listens or holds a lock is neither slow nor forgotten.
  lock_timeout: '0',
  idle_session_timeout: '0',
  transaction_timeout: '0',
  idle_in_transaction_session_timeout: '60000',
};

/**
 * Settles everything that a new session may have inherited, in one round trip.
 *
 * By a statement and not in the startup packet: connection poolers refuse settings there that they do not know, while one
 * in session mode keeps what a statement has set. Settings that this server does not have are passed over.
 *
 * @param further settings of the caller, in PostgreSQL's own spelling; they win.
 * @param timeoutMs how long the server, or the pooler in front of it, may take.
 */
export async function settleSession(
  client: Pick<pg.ClientBase, 'query'>,
  further: Readonly<Record<string, string>> = {},
  timeoutMs = 10_000,
): Promise<void> {
  const values = [JSON.stringify({ ...settings, ...further })];
  // A pooler that has no connection for us says nothing, and lets this first statement wait.
  const statement: pg.QueryConfig & { query_timeout: number } = {
    text: settle,
    values,
    query_timeout: timeoutMs,
  };
  await client.query(statement);
}

const settle = `
select pg_catalog.set_config(key, value, false)
from pg_catalog.jsonb_each_text($1::pg_catalog.jsonb)
where pg_catalog.current_setting(key, true) is not null`;
