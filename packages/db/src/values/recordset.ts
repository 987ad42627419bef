import { stringifyJson } from '@magento-sync/exact-json';
import { getTableColumns, getTableName } from 'drizzle-orm';
import { getTableConfig, type PgTable } from 'drizzle-orm/pg-core';

/** A column of a table as the SQL builders need it. */
export interface ColumnSpec {
  /** Name of the property in code. */
  property: string;
  /** Quoted name in SQL. */
  name: string;
  /** SQL type. */
  type: string;
}

/** Schema-qualified, quoted name of a table. */
export function qualifiedName(table: PgTable): string {
  const { schema } = getTableConfig(table);
  return `"${schema ?? 'public'}"."${getTableName(table)}"`;
}

/** The columns of a table in its own order, without the excluded properties. */
export function columnSpecs(table: PgTable, excluded: readonly string[] = []): readonly ColumnSpec[] {
  return Object.entries(getTableColumns(table))
    .filter(([property]) => !excluded.includes(property))
    .map(([property, column]) => ({ property, name: `"${column.name}"`, type: column.getSQLType() }));
}

/**
 * FROM item that unfolds one jsonb parameter into typed rows.
 *
 * One parameter for any number of rows: a list of values would end at 65,535 parameters.
 */
export function recordset(parameter: number, columns: readonly ColumnSpec[], alias: string): string {
  const definitions = columns.map(({ name, type }) => `${name} ${type}`).join(', ');
  return `jsonb_to_recordset($${parameter}::jsonb) as ${alias}(${definitions})`;
}

/** Comma-separated column names, each behind the alias when one is given. */
export function columnList(columns: readonly ColumnSpec[], alias?: string): string {
  return columns.map(({ name }) => (alias === undefined ? name : `${alias}.${name}`)).join(', ');
}

/** `a = alias.a, b = alias.b, …` for SET. */
export function assignments(columns: readonly ColumnSpec[], alias: string): string {
  return columns.map(({ name }) => `${name} = ${alias}.${name}`).join(', ');
}

/** The value of the jsonb parameter of {@link recordset}: rows keyed by column name. */
export function recordsetValue(columns: readonly ColumnSpec[], rows: readonly object[]): string {
  return stringifyJson(
    rows.map((row) => {
      const values = row as Record<string, unknown>;
      return Object.fromEntries(
        columns.map(({ property, name }) => [name.slice(1, -1), values[property] ?? null]),
      );
    }),
  );
}
