import { getTableConfig } from 'drizzle-orm/pg-core';
import pg from 'pg';
import type { Database } from '../connection/open-database.ts';
import { baseType } from '../values/copy-binary.ts';
import type { CopiedEntity } from './copied-entity.ts';

/** Somebody may alter a column while the process lives. */
const looksAgainAfterMs = 60_000;

interface Look {
  readonly at: number;
  readonly areOwn: Promise<boolean>;
}

const looks = new WeakMap<Database, Map<CopiedEntity, Look>>();

/**
 * Whether the columns of an entity have the types that they were made with; looked up once a minute.
 *
 * The binary format says nothing of types: into a column that an administrator has altered, other bytes would go than its type
 * reads, while a text or a value of JSON is converted.
 */
export async function haveOwnTypes(database: Database, copied: CopiedEntity): Promise<boolean> {
  const known = looks.get(database) ?? new Map<CopiedEntity, Look>();
  looks.set(database, known);
  const last = known.get(copied);
  if (last && performance.now() - last.at < looksAgainAfterMs) return last.areOwn;
  const areOwn = look(database, copied);
  known.set(copied, { at: performance.now(), areOwn });
  // What failed says nothing: the next page looks again.
  areOwn.catch(() => known.delete(copied));
  return areOwn;
}

/** Whether COPY met a column of another type. */
export function isOtherType(error: unknown): boolean {
  return error instanceof pg.DatabaseError && (error.code === '22P03' || error.code === '08P01');
}

async function look({ pool }: Database, { records, children }: CopiedEntity): Promise<boolean> {
  const tables = [records, ...children].map(({ table }) => getTableConfig(table));
  const found = await pool.query<{ table: string; name: string; type: string }>(
    `select c.relname as table, a.attname as name, format_type(a.atttypid, null) as type
     from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
     where n.nspname = $1 and c.relname = any($2) and a.attnum > 0 and not a.attisdropped`,
    [tables[0]?.schema, tables.map(({ name }) => name)],
  );
  const types = new Map(found.rows.map(({ table, name, type }) => [`${table}.${name}`, type]));
  return tables.every(({ name, columns }) =>
    columns.every((column) => types.get(`${name}.${column.name}`) === baseType(column)),
  );
}
