import { finished } from 'node:stream/promises';
import type { Table } from '@magento-sync/entities';
import { TextBytes } from '@magento-sync/exact-json';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { getTableConfig } from 'drizzle-orm/pg-core';
import pg from 'pg';
import { from } from 'pg-copy-streams';
import type { Queryable } from '../connection/transaction.ts';
import { copyLines } from '../values/copy-text.ts';
import { type Copied, type CopiedEntity, columnOf } from './copied-entity.ts';
import type { PageRows, RecordRow } from './page-rows.ts';
import type { PageFacts } from './record-sql.ts';

/** Whether COPY met a row that was there already: another writer was quicker, or a part has moved to a new record. */
export function isAlreadyThere(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === '23505';
}

/** Inserts records that the copy does not have, with their parts, by COPY: the quickest way into a table with indexes. */
export async function copyRecords(
  client: Queryable,
  { records, children }: CopiedEntity,
  { shop, readAt, verified }: PageFacts,
  rows: readonly RecordRow[],
  parts: PageRows['children'],
): Promise<void> {
  const inOrder = rows.toSorted((one, other) => one.id - other.id);
  const seen = ['shop', 'first_seen_at', 'last_seen_at', 'last_verified_at'];
  await copyInto(client, records, [...records.written, ...named(records, seen)], (bytes) =>
    copyLines(
      bytes,
      records.written,
      inOrder.map(({ row }) => row),
      [shop, readAt, readAt, verified ? readAt : null],
      (index) => inOrder[index]?.json,
    ),
  );
  const ids = new Set(rows.map(({ id }) => id));
  for (const child of children) {
    const its = (parts[child.definition.name] ?? []).filter((row) =>
      ids.has(row[child.parent.name] as number),
    );
    if (its.length === 0) continue;
    const added = named(child, ['shop', 'first_seen_at', 'changed_at']);
    await copyInto(client, child, [...child.columns, ...added], (bytes) =>
      copyLines(bytes, child.columns, its, [shop, readAt, readAt]),
    );
  }
}

function named({ table }: Pick<Copied<Table>, 'table'>, names: readonly string[]): PgColumn[] {
  return names.map((name) => columnOf(table, name));
}

async function copyInto(
  client: Queryable,
  { table }: Pick<Copied<Table>, 'table'>,
  columns: readonly PgColumn[],
  writeLines: (bytes: TextBytes) => void,
): Promise<void> {
  const { schema, name } = getTableConfig(table);
  const names = columns.map((column) => `"${column.name}"`).join(', ');
  const bytes = spare.pop() ?? new TextBytes(usualBytes);
  writeLines(bytes);
  const into = client.query(from(`copy "${schema}"."${name}" (${names}) from stdin`));
  into.end(bytes.bytes());
  await finished(into);
  // The server has answered: nobody reads them any more. After an error somebody may.
  bytes.clear();
  if (spare.length < mostSpare) spare.push(bytes);
}

/** Where lines are put together. New memory for every page would be as many reasons for the garbage collector to run. */
const spare: TextBytes[] = [];
const mostSpare = 16;
const usualBytes = 2 ** 19;
