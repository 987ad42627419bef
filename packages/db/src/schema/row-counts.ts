import { bigint, primaryKey, text } from 'drizzle-orm/pg-core';
import { syncSchema } from './namespaces.ts';

const counts = () => ({
  shop: text('shop').notNull(),
  tableName: text('table_name').notNull(),
  block: bigint('block', { mode: 'number' }).notNull(),
  living: bigint('living', { mode: 'number' }).notNull(),
  deleted: bigint('deleted', { mode: 'number' }).notNull(),
  erased: bigint('erased', { mode: 'number' }).notNull(),
});

/** How many rows each table of the copy has, by blocks of {@link idsPerBlock} ids of records. */
export const rowCounts = syncSchema.table('row_counts', counts(), (table) => [
  primaryKey({ name: 'row_counts_pkey', columns: [table.shop, table.tableName, table.block] }),
]);

/**
 * What statements added to the counts and nobody has summed up yet.
 *
 * Only ever appended to by writers: a page waits for no other page, as it would if both counted in one row.
 */
export const rowCountChanges = syncSchema.table(
  'row_count_changes',
  { ...counts(), id: bigint('id', { mode: 'bigint' }).notNull().generatedAlwaysAsIdentity() },
  (table) => [
    primaryKey({ name: 'row_count_changes_pkey', columns: [table.shop, table.tableName, table.id] }),
  ],
);

/** Ids from a multiple of this number on make a block. */
export const idsPerBlock = 4_096;

/**
 * The triggers that count the rows of a table of the copy, whoever writes them: statements of the worker, or a person.
 *
 * `key` is the column with the id of the record; tables of parts have no rows that are erased.
 */
export function countingTriggers(table: string, key: string, of: 'records' | 'parts'): string[] {
  const given = [key, of === 'records' ? 'erased_at' : 'NULL::timestamptz'];
  const on = (operation: string, transition: string) =>
    `CREATE TRIGGER count_${operation.toLowerCase()} AFTER ${operation} ON magento.${table}${transition} ` +
    `FOR EACH STATEMENT EXECUTE FUNCTION sync.count_rows(${given.map((each) => `'${each}'`).join(', ')});`;
  return [
    on('INSERT', ' REFERENCING NEW TABLE AS new_rows'),
    on('UPDATE', ' REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows'),
    on('DELETE', ' REFERENCING OLD TABLE AS old_rows'),
    on('TRUNCATE', ''),
  ];
}
