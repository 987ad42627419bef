import { parseJson } from '@magento-sync/exact-json';
import { sql } from 'drizzle-orm';
import type { Database } from '../connection/open-database.ts';
import { nameOf } from '../values/rows.ts';
import type { CopiedEntity, Row } from './copied-entity.ts';

/** One record as the copy has it: values by column, as JSON with all their digits; without `raw`, which says it again. */
export interface StoredRecord {
  row: Row;
  /** Living parts by the name of their table. */
  parts: Record<string, Row[]>;
}

/** So many parts of a kind are read. */
const mostParts = 200;

/** Reads one record with its parts; undefined when the copy never had it. */
export async function readRecord(
  { orm }: Database,
  { records, children }: CopiedEntity,
  shop: string,
  id: number,
): Promise<StoredRecord | undefined> {
  const found = await orm.execute<{ row: string }>(
    sql`select (to_jsonb(t) - 'raw' - 'content_hash')::text as row from ${records.table} t
        where t.shop = ${shop} and ${nameOf(records.key, 't')} = ${id}`,
  );
  const [record] = found.rows;
  if (!record) return undefined;
  const parts: Record<string, Row[]> = {};
  for (const child of children) {
    const rows = await orm.execute<{ row: string }>(
      sql`select (to_jsonb(t) - 'raw')::text as row from ${child.table} t
          where t.shop = ${shop} and ${nameOf(child.parent, 't')} = ${id} limit ${mostParts}`,
    );
    parts[child.definition.name] = rows.rows.map(({ row }) => parseJson(row) as Row);
  }
  return { row: parseJson(record.row) as Row, parts };
}
