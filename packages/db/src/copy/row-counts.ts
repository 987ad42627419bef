import { eq, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../connection/open-database.ts';
import { idsPerBlock, rowCountChanges, rowCounts } from '../schema/row-counts.ts';
import { nameOf } from '../values/rows.ts';
import { type CopiedEntity, columnOf } from './copied-entity.ts';

/** How many records the copy of a shop has. */
export interface CopyTotals {
  live: number;
  /** With a tombstone, erased ones included. */
  deleted: number;
  erased: number;
  /** Living parts, by the name of their table. */
  parts: Record<string, number>;
}

/** A range of ids with a known number of living records: afterId < id <= upToId. */
export interface CountedRange {
  afterId: number;
  upToId: number;
  rows: number;
}

/** So many blocks, about a million ids, are counted anew by one statement. */
const blocksAtOnce = 256;

/**
 * Counts of one entity's copy that do not read its rows.
 *
 * Triggers count the rows of every table by blocks of ids, in the transaction that writes them: the counts are those of
 * the rows at any moment, whoever wrote them. {@link recount} looks whether that holds.
 */
export function createRowCounts({ orm }: Database, { records, children }: CopiedEntity) {
  const { table, key } = records;
  const bare = nameOf(key);
  const name = records.definition.name;
  const living = sql`deleted_at is null`;

  return {
    /** Counts living, deleted and erased records, and living parts. */
    async totals(shop: string): Promise<CopyTotals> {
      const tables = [name, ...children.map(({ definition }) => definition.name)];
      const counted = await orm.execute<Record<'table' | 'living' | 'deleted' | 'erased', string>>(
        sql`select table_name as table, sum(living) as living, sum(deleted) as deleted, sum(erased) as erased
            from ${noted(shop, sql`any(${sql.param(tables)}::text[])`)} group by table_name`,
      );
      const of = new Map(counted.rows.map((row) => [row.table, row]));
      const number = (its: string, what: 'living' | 'deleted' | 'erased') => Number(of.get(its)?.[what] ?? 0);
      return {
        live: number(name, 'living'),
        deleted: number(name, 'deleted'),
        erased: number(name, 'erased'),
        parts: Object.fromEntries(tables.slice(1).map((its) => [its, number(its, 'living')])),
      };
    },

    /** Number of living records with afterId < id <= upToId; null means no upper end. Reads rows of its two ends alone. */
    async countInRange(shop: string, afterId: number, upToId: number | null = null): Promise<number> {
      const first = Math.ceil(Math.max(0, afterId + 1) / idsPerBlock);
      const end = upToId === null ? null : Math.floor((upToId + 1) / idsPerBlock);
      const ofShop = eq(columnOf(table, 'shop'), shop);
      const within = (from: SQL, to: SQL | undefined) =>
        sql`(select count(*) from ${table} where ${ofShop} and ${living} and ${from}${to ? sql` and ${to}` : sql``})`;
      const after = sql`${bare} > ${afterId}::bigint`;
      const upTo = upToId === null ? undefined : sql`${bare} <= ${upToId}::bigint`;
      // Ids begin at 1, so that what is after 0 is whole blocks.
      const begins = afterId <= 0 ? 0 : first;
      const whole =
        end !== null && end <= begins
          ? within(after, upTo)
          : sql`(select coalesce(sum(living), 0) from ${noted(shop, sql`${name}`)}
                 where block >= ${begins}::bigint${end === null ? sql`` : sql` and block < ${end}::bigint`})
            ${afterId <= 0 ? sql`` : sql`+ ${within(after, sql`${bare} < ${begins * idsPerBlock}::bigint`)}`}
            ${end === null ? sql`` : sql`+ ${within(sql`${bare} >= ${end * idsPerBlock}::bigint`, upTo)}`}`;
      const counted = await orm.execute<{ rows: string }>(sql`select ${whole} as rows`);
      return Number(counted.rows[0]?.rows ?? 0);
    },

    /** The ids of all living records in ranges of {@link idsPerBlock} ids, ascending; ranges without any are left out. */
    async blocks(shop: string): Promise<CountedRange[]> {
      const counted = await orm.execute<{ block: string; rows: string }>(
        sql`select block, sum(living) as rows from ${noted(shop, sql`${name}`)}
            group by block having sum(living) <> 0 order by block`,
      );
      return counted.rows.map(({ block, rows }) => {
        const from = Number(block) * idsPerBlock;
        return { afterId: from - 1, upToId: from + idsPerBlock - 1, rows: Number(rows) };
      });
    },

    /**
     * Counts the rows themselves and corrects what is kept of them; returns how many blocks were wrong, normally 0.
     *
     * For rows that came past the triggers: by a restored dump, by replication, or while somebody had switched them off.
     * Reads indexes alone where it can, a million ids a statement. One at a time per entity: two would correct twice.
     */
    async recount(shop: string, what: 'records' | 'records and parts' = 'records'): Promise<number> {
      const [first, last] = await endsOf(shop);
      let wrong = 0;
      for (let from = first; from <= last; from += blocksAtOnce) {
        const to = from + blocksAtOnce;
        wrong += await correct(shop, name, recordsOf(shop, from, to), from, to);
        if (what === 'records') continue;
        for (const child of children)
          wrong += await correct(shop, child.definition.name, partsOf(child, shop, from, to), from, to);
      }
      return wrong;
    },
  };

  async function endsOf(shop: string): Promise<[first: number, last: number]> {
    const blockOf = (id: SQL) => sql`${id} / ${idsPerBlock}::bigint`;
    const ends = await orm.execute<{ first: string | null; last: string | null }>(
      sql`select least((select ${blockOf(sql`min(${bare})`)} from ${table} where shop = ${shop}), min(block)) as first,
            greatest((select ${blockOf(sql`max(${bare})`)} from ${table} where shop = ${shop}), max(block)) as last
          from ${noted(shop, sql`${name}`)}`,
    );
    const [found] = ends.rows;
    return [Number(found?.first ?? 0), Number(found?.last ?? -1)];
  }

  /** The rows as they are; each kind by the index that has it. */
  function recordsOf(shop: string, from: number, to: number): SQL {
    const some = (kind: SQL, numbers: SQL) =>
      sql`select ${bare} / ${idsPerBlock}::bigint as block, ${numbers} from ${table}
          where shop = ${shop} and ${kind} and ${bare} >= ${from * idsPerBlock}::bigint
            and ${bare} < ${to * idsPerBlock}::bigint group by 1`;
    return sql.join(
      [
        some(living, sql`count(*) as living, 0 as deleted, 0 as erased`),
        some(sql`deleted_at is not null and erased_at is null`, sql`0, count(*), 0`),
        some(sql`erased_at is not null`, sql`0, count(deleted_at), count(*)`),
      ],
      sql` union all `,
    );
  }

  function partsOf(child: CopiedEntity['children'][number], shop: string, from: number, to: number): SQL {
    const parent = nameOf(child.parent);
    return sql`select ${parent} / ${idsPerBlock}::bigint as block, count(*) - count(deleted_at) as living,
        count(deleted_at) as deleted, 0 as erased
      from ${child.table} where shop = ${shop} and ${parent} >= ${from * idsPerBlock}::bigint
        and ${parent} < ${to * idsPerBlock}::bigint group by 1`;
  }

  /** In one statement, which sees the rows and what is kept of them as of one moment. */
  async function correct(shop: string, its: string, rows: SQL, from: number, to: number): Promise<number> {
    const corrected = await orm.execute(
      sql`insert into ${rowCountChanges} (shop, table_name, block, living, deleted, erased)
          select ${shop}, ${its}, block, sum(living), sum(deleted), sum(erased) from (
            ${rows}
            union all
            select block, -living, -deleted, -erased from ${noted(shop, sql`${its}`)}
            where block >= ${from}::bigint and block < ${to}::bigint
          ) as counted
          group by block having sum(living) <> 0 or sum(deleted) <> 0 or sum(erased) <> 0`,
    );
    return corrected.rowCount ?? 0;
  }
}

/** What is kept of the rows of tables: sums, and changes that are not in them yet. */
function noted(shop: string, table: SQL): SQL {
  const its = sql`select table_name, block, living, deleted, erased`;
  return sql`(
    ${its} from ${rowCounts} where shop = ${shop} and table_name = ${table}
    union all ${its} from ${rowCountChanges} where shop = ${shop} and table_name = ${table}
  ) as noted`;
}

/** So many changes are summed up by one statement. */
const changesAtOnce = 20_000;

/**
 * Sums up what statements noted of the rows of a shop, so that reading the counts stays cheap; returns how many changes.
 *
 * Nobody waits for it: writers only append, and whoever reads sees a change either by itself or in its sum.
 */
export async function sumUpRowCounts({ orm }: Database, shop: string): Promise<number> {
  for (let total = 0; ; ) {
    const summed = await orm.execute<{ changes: string }>(
      sql`with taken as (
            delete from ${rowCountChanges} where (shop, table_name, id) in (
              select shop, table_name, id from ${rowCountChanges} where shop = ${shop}
              order by table_name, id limit ${changesAtOnce} for update skip locked)
            returning table_name, block, living, deleted, erased
          ), summed as (
            insert into ${rowCounts} as kept (shop, table_name, block, living, deleted, erased)
            select ${shop}, table_name, block, sum(living), sum(deleted), sum(erased) from taken
            group by table_name, block order by table_name, block
            on conflict (shop, table_name, block) do update set living = kept.living + excluded.living,
              deleted = kept.deleted + excluded.deleted, erased = kept.erased + excluded.erased
          )
          select count(*) as changes from taken`,
    );
    const changes = Number(summed.rows[0]?.changes ?? 0);
    total += changes;
    if (changes < changesAtOnce) return total;
  }
}
