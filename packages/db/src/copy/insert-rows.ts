import { finished } from 'node:stream/promises';
import type { Table } from '@magento-sync/entities';
import { ByteWriter } from '@magento-sync/exact-json';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { getTableConfig } from 'drizzle-orm/pg-core';
import pg from 'pg';
import { from } from 'pg-copy-streams';
import type { Queryable } from '../connection/transaction.ts';
import { copyRows } from '../values/copy-binary.ts';
import { type Copied, type CopiedEntity, columnOf, type Row } from './copied-entity.ts';
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
  const seen = {
    shop,
    first_seen_at: readAt,
    last_seen_at: readAt,
    last_verified_at: verified ? readAt : null,
  };
  await copyInto(client, records, records.written, seen, {
    rows: inOrder.map(({ row }) => row),
    rawOf: (index) => inOrder[index]?.json,
  });
  const ids = new Set(rows.map(({ id }) => id));
  for (const child of children) {
    const its = (parts[child.definition.name] ?? []).filter((row) =>
      ids.has(row[child.parent.name] as number),
    );
    if (its.length === 0) continue;
    const added = { shop, first_seen_at: readAt, changed_at: readAt };
    await copyInto(client, child, child.columns, added, { rows: its });
  }
}

/** `same` are values of further columns, one for all rows. */
async function copyInto(
  client: Queryable,
  { table }: Pick<Copied<Table>, 'table'>,
  columns: readonly PgColumn[],
  same: Readonly<Record<string, unknown>>,
  { rows, rawOf }: { rows: readonly Row[]; rawOf?: (index: number) => string | undefined },
): Promise<void> {
  const { schema, name } = getTableConfig(table);
  const added = Object.entries(same).map(([column, value]) => [columnOf(table, column), value] as const);
  const names = [...columns, ...added.map(([column]) => column)]
    .map((column) => `"${column.name}"`)
    .join(', ');
  const bytes = spare.pop() ?? new ByteWriter(usualBytes);
  copyRows(bytes, columns, rows, added, rawOf);
  const into = client.query(from(`copy "${schema}"."${name}" (${names}) from stdin (format binary)`));
  into.end(bytes.bytes());
  await finished(into);
  // The server has answered: nobody reads them any more. After an error somebody may.
  bytes.clear();
  if (spare.length < mostSpare) spare.push(bytes);
}

/** Where rows are put together. New memory for every page would be as many reasons for the garbage collector to run. */
const spare: ByteWriter[] = [];
const mostSpare = 16;
const usualBytes = 2 ** 19;
