import { getTableColumns, sql } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { Statements } from '../connection/statements.ts';
import { nameOf, namesOf, rowsOf, setTo } from '../values/rows.ts';
import { storable } from '../values/storable-text.ts';

/** What replacing a list did. */
export interface Replacement {
  inserted: number;
  /** Changed, or seen again after a removal. */
  updated: number;
  unchanged: number;
  /** Not in the list any more: marked, not deleted. */
  removed: number;
}

/** Which rows a list replaces: those of one table that agree in the scope columns. */
export interface ReplacementScope {
  table: PgTable;
  /** Properties that are equal in every row of the list, `shop` first. */
  scope: Record<string, string>;
  /** Properties that tell the rows of the list apart. */
  identity: readonly string[];
}

const observation = ['firstSeenAt', 'changedAt', 'deletedAt'];

/**
 * Makes the rows of a scope equal to a list: adds, changes, revives, and marks what is gone; equal rows are not written.
 *
 * Two replacements of one table wait for each other.
 */
export async function replaceRows(
  statements: Statements,
  { table, scope, identity }: ReplacementScope,
  list: readonly object[],
  readAt: Date,
): Promise<Replacement> {
  const properties = Object.keys(getTableColumns(table)).filter(
    (property) => !observation.includes(property),
  );
  const inScope = (property: string) => property in scope;
  const columns = columnsOf(table, properties);
  const keys = columnsOf(
    table,
    properties.filter((property) => inScope(property) || identity.includes(property)),
  );
  const values = columns.filter((column) => !keys.includes(column));
  const rows = rowsOf(
    columns,
    list.map((row) => byColumn(table, properties, { ...storable(row), ...scope })),
    'r',
  );
  const at = sql`${readAt}::timestamptz`;

  await statements.execute(sql`lock table ${table} in share row exclusive mode`);
  const written = await statements.execute<{ inserted: boolean }>(sql`
    insert into ${table} as t (${namesOf(columns)}, first_seen_at, changed_at)
    select ${namesOf(columns, 'r')}, ${at}, ${at} from ${rows}
    on conflict (${namesOf(keys)}) do update set ${setTo(values, 'excluded')},
      changed_at = excluded.changed_at, deleted_at = null
    where (${namesOf(values, 't')}) is distinct from (${namesOf(values, 'excluded')}) or t.deleted_at is not null
    returning xmax = 0 as inserted`);
  const its = Object.entries(scope).map(([property, value]) =>
    columnsOf(table, [property]).map((column) => sql`${nameOf(column, 't')} = ${value}`),
  );
  const living = sql`${sql.join(its.flat(), sql` and `)} and t.deleted_at is null`;
  // By EXCEPT: a planner without statistics compares every row with every other to find those that have no equal.
  const removed = await statements.execute(sql`
    update ${table} t set deleted_at = ${at}
    where ${living} and (${namesOf(keys, 't')}) in (
      select ${namesOf(keys, 't')} from ${table} t where ${living} except select ${namesOf(keys, 'r')} from ${rows})`);
  const inserted = written.rows.filter((row) => row.inserted).length;
  const updated = written.rows.length - inserted;
  return { inserted, updated, unchanged: list.length - inserted - updated, removed: removed.rowCount ?? 0 };
}

/** The columns of a table by the names that they have in code. */
export function columnsOf(table: PgTable, properties: readonly string[]): PgColumn[] {
  const all: Record<string, PgColumn> = getTableColumns(table);
  return properties.flatMap((property) => all[property] ?? []);
}

/** The values of a row by the names of their columns. */
export function byColumn(
  table: PgTable,
  properties: readonly string[],
  row: object,
): Record<string, unknown> {
  const all: Record<string, PgColumn> = getTableColumns(table);
  const values = row as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    properties.map((property) => [all[property]?.name ?? property, values[property] ?? null]),
  );
}
