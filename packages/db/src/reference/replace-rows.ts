import type { PgTable } from 'drizzle-orm/pg-core';
import type { Queryable } from '../connection/transaction.ts';
import {
  assignments,
  columnList,
  columnSpecs,
  qualifiedName,
  recordset,
  recordsetValue,
} from '../values/recordset.ts';
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
  client: Queryable,
  { table, scope, identity }: ReplacementScope,
  rows: readonly object[],
  readAt: Date,
): Promise<Replacement> {
  const name = qualifiedName(table);
  const columns = columnSpecs(table, observation);
  const values = columns.filter(({ property }) => ![...Object.keys(scope), ...identity].includes(property));
  const keys = columns.filter(({ property }) => property in scope || identity.includes(property));
  const complete = rows.map((row) => ({ ...storable(row), ...scope }));
  const parameter = recordsetValue(columns, complete);

  await client.query(`lock table ${name} in share row exclusive mode`);
  const written = await client.query<{ inserted: boolean }>(
    `insert into ${name} as t (${columnList(columns)}, first_seen_at, changed_at)
     select ${columnList(columns, 'r')}, $2::timestamptz, $2::timestamptz from ${recordset(1, columns, 'r')}
     on conflict (${columnList(keys)}) do update set ${assignments(values, 'excluded')},
       changed_at = excluded.changed_at, deleted_at = null
     where (${columnList(values, 't')}) is distinct from (${columnList(values, 'excluded')}) or t.deleted_at is not null
     returning xmax = 0 as inserted`,
    [parameter, readAt],
  );
  const scopeColumns = columns.filter(({ property }) => property in scope);
  const inScope = scopeColumns.map(({ name: column }, index) => `t.${column} = $${index + 3}`).join(' and ');
  const same = keys.map(({ name: column }) => `r.${column} = t.${column}`).join(' and ');
  const removed = await client.query(
    `update ${name} t set deleted_at = $2::timestamptz
     where ${inScope} and t.deleted_at is null
       and not exists (select from ${recordset(1, columns, 'r')} where ${same})`,
    [parameter, readAt, ...scopeColumns.map(({ property }) => scope[property])],
  );
  const inserted = written.rows.filter((row) => row.inserted).length;
  const updated = written.rows.length - inserted;
  return { inserted, updated, unchanged: rows.length - inserted - updated, removed: removed.rowCount ?? 0 };
}
