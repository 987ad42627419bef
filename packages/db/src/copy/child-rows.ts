import { type SQL, sql } from 'drizzle-orm';
import type { Statements } from '../connection/statements.ts';
import { isOneOf, nameOf, namesOf, rowsOf, setTo } from '../values/rows.ts';
import { type CopiedEntity, columnOf, type Row } from './copied-entity.ts';

type CopiedChild = CopiedEntity['children'][number];

/** Parts of records, and which records they are all the parts of. */
export interface PartsToWrite {
  readonly shop: string;
  readonly readAt: Date;
  /** Ids of records that were written and had parts before. */
  readonly rewritten: ReadonlySet<number>;
  readonly rows: readonly Row[];
}

/** Makes the parts of written records equal to what their records show; parts that are equal are not touched. */
export async function replaceParts(
  statements: Statements,
  child: CopiedChild,
  { shop, readAt, rewritten, rows }: PartsToWrite,
): Promise<void> {
  if (rewritten.size > 0) await statements.execute(deleteVanished(child, shop, [...rewritten], rows));
  if (rows.length > 0) await statements.execute(upsert(child, shop, readAt, rows));
}

/** Deletes the parts that their records no longer show. */
function deleteVanished(
  child: CopiedChild,
  shop: string,
  parents: readonly number[],
  rows: readonly Row[],
): SQL {
  const key = keyOf(child);
  const same = key.map((column) => sql`${nameOf(column, 'r')} = ${nameOf(column, 'a')}`);
  const shown = rows.map((row) => Object.fromEntries(key.map(({ name }) => [name, row[name]])));
  return sql`
delete from ${child.table} as a where a.shop = ${shop} and ${isOneOf(nameOf(child.parent, 'a'), parents)}
  and not exists (select from ${rowsOf(key, shown, 'r')} where ${sql.join(same, sql` and `)})`;
}

/** Writes parts that are new or differ. */
function upsert(child: CopiedChild, shop: string, readAt: Date, rows: readonly Row[]): SQL {
  const { table, columns } = child;
  const key = keyOf(child);
  const readTime = sql`${readAt}::timestamptz`;
  return sql`
insert into ${table} as a (shop, ${namesOf(columns)}, first_seen_at, changed_at)
select ${shop}, ${namesOf(columns, 'r')}, ${readTime}, ${readTime}
from ${rowsOf(columns, rows, 'r')}
order by ${namesOf(key, 'r')}
on conflict (shop, ${namesOf(key)}) do update set ${setTo(columns, 'excluded')},
  changed_at = excluded.changed_at, deleted_at = null
where (${namesOf(columns, 'a')}) is distinct from (${namesOf(columns, 'excluded')})
  or a.deleted_at is not null`;
}

/** The columns by which a part is known again, without the shop. */
export function keyOf({ definition, table }: CopiedChild) {
  return definition.key.map((name) => columnOf(table, name));
}
