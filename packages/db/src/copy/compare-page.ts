import { parseJson } from '@magento-sync/exact-json';
import { type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { Database } from '../connection/open-database.ts';
import { withoutRowValues } from '../connection/statements.ts';
import { isOneOf, nameOf, namesOf, rowsOf } from '../values/rows.ts';
import { keyOf } from './child-rows.ts';
import type { CopiedEntity, Row } from './copied-entity.ts';
import { idsOfErasedOwners } from './erased-owners.ts';
import { pageRows } from './page-rows.ts';
import type { CopyRecord } from './record.ts';
import { isForgotten } from './record-sql.ts';
import { withoutPerson } from './without-person.ts';

/** A row as it would be written and as it is stored; `null` on a side that has none. Carries personal data. */
export interface RowPair {
  expected: Row | null;
  stored: Row | null;
}

/** How a record stands against its row. */
export interface ComparedRecord {
  id: number;
  state: 'absent' | 'deleted' | 'living';
  /** The columns, when any of a living row differs. */
  columns: RowPair | null;
  /** Parts of a living row that differ, are too many or too few. */
  parts: ComparedPart[];
}

/** A part that differs, and where the JSON has such parts. */
export interface ComparedPart extends RowPair {
  from: string;
}

/**
 * Compares records with the rows that writing them would leave, column by column, without writing.
 *
 * jsonb columns may still be equal in content, because lists come in changing order: the caller decides.
 */
export async function comparePage(
  { orm }: Database,
  copied: CopiedEntity,
  shop: string,
  sent: readonly CopyRecord[],
): Promise<ComparedRecord[]> {
  if (sent.length === 0) return [];
  const all = pageRows(copied, sent);
  const ids = all.records.map(({ id }) => id);
  try {
    const forgotten = await orm.execute<{ id: string }>(forgottenAmong(copied, shop, ids));
    const ofErased = await idsOfErasedOwners(orm, copied.entity, shop, all.records);
    const emptied = new Set([...forgotten.rows.map(({ id }) => Number(id)), ...ofErased]);
    const rows = withoutPerson(copied, all, emptied);
    const compared = await orm.execute<
      Pick<ComparedRecord, 'state'> & { id: string; columns: string | null }
    >(
      compareRecords(
        copied,
        shop,
        rows.records.map(({ row }) => row),
      ),
    );
    const parts: { parent: string; part: ComparedPart }[] = [];
    for (const child of copied.children) {
      const pairs = await orm.execute<{ pair: string }>(
        compareParts(child, shop, rows.children[child.definition.name] ?? [], ids),
      );
      const from = child.definition.from[0] ?? '';
      const parent = child.parent.name;
      parts.push(...pairs.rows.map(({ pair }) => ({ parent, part: { from, ...pairOf(pair) } })));
    }
    return compared.rows.map((row) => {
      const id = Number(row.id);
      const its = parts.filter(({ parent, part }) => isOf(id, parent, part)).map(({ part }) => part);
      const columns = row.columns === null ? null : pairOf(row.columns);
      return { id, state: row.state, columns, parts: row.state === 'living' ? its : [] };
    });
  } catch (error) {
    throw withoutRowValues(error);
  }
}

/** Read as text, because drizzle's own reading rounds numbers. */
function pairOf(text: string): RowPair {
  return parseJson(text) as RowPair;
}

/** A part counts for the record that should have it and for the one that has it. */
function isOf(id: number, parent: string, { expected, stored }: RowPair): boolean {
  return expected?.[parent] === id || stored?.[parent] === id;
}

function differ(columns: readonly PgColumn[]): SQL {
  return sql`(${namesOf(columns, 's')}) is distinct from (${namesOf(columns, 'r')})`;
}

function forgottenAmong({ records }: CopiedEntity, shop: string, ids: readonly number[]): SQL {
  const key = nameOf(records.key, 's');
  return sql`select ${key} as id from ${records.table} s where s.shop = ${shop} and ${isOneOf(key, ids)} and ${isForgotten('s')}`;
}

function compareRecords({ records }: CopiedEntity, shop: string, rows: readonly Row[]): SQL {
  const { definition, table, columns } = records;
  const key = sql.identifier(records.key.name);
  // What the shop shows no more stays where it is remembered.
  const remembered = columns.filter(({ name }) => definition.columns[name]?.remembered);
  const expected = columns.map((column) =>
    remembered.includes(column)
      ? sql`coalesce(${nameOf(column, 'e')}, ${nameOf(column, 's')}) as ${nameOf(column)}`
      : nameOf(column, 'e'),
  );
  return sql`
select r.${key} as id,
  case when s.${key} is null then 'absent' when s.deleted_at is null then 'living' else 'deleted' end as state,
  case when s.deleted_at is null and s.${key} is not null and ${differ(columns)}
    then jsonb_build_object('expected', to_jsonb(r), 'stored', to_jsonb(s))::text end as columns
from ${rowsOf(columns, rows, 'e')}
left join ${table} s on s.shop = ${shop} and s.${key} = e.${key}
cross join lateral (select ${sql.join(expected, sql`, `)}) r
order by r.${key}`;
}

function compareParts(
  child: CopiedEntity['children'][number],
  shop: string,
  rows: readonly Row[],
  parents: readonly number[],
): SQL {
  const { table, columns, parent } = child;
  const key = keyOf(child);
  const same = (one: string, other: string) =>
    sql.join(
      key.map((column) => sql`${nameOf(column, one)} = ${nameOf(column, other)}`),
      sql` and `,
    );
  return sql`
select jsonb_build_object('expected', case when r.is_expected then to_jsonb(r) - 'is_expected' end,
  'stored', case when s.is_stored then to_jsonb(s) - 'is_stored' end)::text as pair
from (select *, true as is_expected from ${rowsOf(columns, rows, 'e')}) r
full join (
  select *, true as is_stored from ${table} c
  where c.shop = ${shop} and c.deleted_at is null
    and (${isOneOf(nameOf(parent, 'c'), parents)}
      or exists (select from ${rowsOf(columns, rows, 'e')} where ${same('e', 'c')}))
) s on ${same('s', 'r')}
where r.is_expected is null or s.is_stored is null or ${differ(columns)}`;
}
