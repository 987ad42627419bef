import { stringifyJson } from '@magento-sync/exact-json';
import { type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { plainArray } from './array-text.ts';

/** The bare name of a column, as SET, INSERT and aliases want it. */
export function nameOf(column: PgColumn, alias?: string): SQL {
  const name = sql.identifier(column.name);
  return alias === undefined ? sql`${name}` : sql`${sql.identifier(alias)}.${name}`;
}

/** Comma-separated names, each behind the alias when one is given. */
export function namesOf(columns: readonly PgColumn[], alias?: string): SQL {
  return sql.join(
    columns.map((column) => nameOf(column, alias)),
    sql`, `,
  );
}

/** `a = alias.a, b = alias.b, …` for SET. */
export function setTo(columns: readonly PgColumn[], alias: string): SQL {
  return sql.join(
    columns.map((column) => sql`${nameOf(column)} = ${nameOf(column, alias)}`),
    sql`, `,
  );
}

/**
 * FROM item that unfolds rows, sent as one jsonb parameter and keyed by the names of the columns, into typed ones.
 *
 * One parameter for any number of rows: a list of values would end at 65,535 parameters.
 */
export function rowsOf(
  columns: readonly PgColumn[],
  rows: readonly Readonly<Record<string, unknown>>[],
  alias: string,
): SQL {
  const types = columns.map((column) => sql`${nameOf(column)} ${sql.raw(column.getSQLType())}`);
  const values = stringifyJson(rows);
  return sql`jsonb_to_recordset(${values}::jsonb) as ${sql.identifier(alias)}(${sql.join(types, sql`, `)})`;
}

/** Condition that a column holds one of the ids; one parameter for any number of them. */
export function isOneOf(column: PgColumn | SQL, ids: readonly number[]): SQL {
  return sql`${column} = any(${plainArray(ids)}::bigint[])`;
}
