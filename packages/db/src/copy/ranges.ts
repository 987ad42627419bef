import { and, asc, count, eq, gt, isNotNull, isNull, lte, max, type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { Database } from '../connection/open-database.ts';
import { idsPerBlock } from '../schema/row-counts.ts';
import { isOneOf, nameOf } from '../values/rows.ts';
import { type CopiedEntity, columnOf } from './copied-entity.ts';
import { type CountedRange, createRowCounts } from './row-counts.ts';
import { idsOf } from './tombstones.ts';
import { lastSeen, oldestUnverified } from './verified-ranges.ts';

/** What `verify` and the sweep compare with the source. */
export interface StoredVersion {
  contentHash: string;
  /** UTC, 'YYYY-MM-DD HH:MM:SS'. */
  sourceUpdatedAt: string | null;
}

/** A place in the order of changes. */
export interface StampedPlace {
  /** UTC, 'YYYY-MM-DD HH:MM:SS'. */
  updatedAt: string;
  id: number;
}

/** When a row of the copy came, was last seen in the shop, and went. */
export interface RowLife {
  firstSeenAt: Date;
  lastSeenAt: Date;
  deletedAt: Date | null;
  erasedAt: Date | null;
}

/** So many records may have been created in another order than that of their ids. */
const mostOutOfOrder = 1_000;

/** Reads of one entity's copy of one database. */
export function createRanges(database: Database, copied: CopiedEntity) {
  const { orm } = database;
  const { records } = copied;
  const { table, key, updatedAt } = records;
  const counts = createRowCounts(database, copied);
  const column = (name: string) => columnOf(table, name);
  const [ofShop, deletedAt] = [column('shop'), column('deleted_at')];
  const id = sql`${key}`.mapWith(Number);
  const living = (shop: string, afterId: number, upToId: number | null) =>
    and(
      eq(ofShop, shop),
      gt(key, afterId),
      upToId === null ? undefined : lte(key, upToId),
      isNull(deletedAt),
    );
  const idsWhere = async (where: SQL | undefined) => {
    const found = await orm.select({ id }).from(table).where(where).orderBy(asc(key));
    return found.map((row) => row.id);
  };
  return {
    ...counts,

    /** Ids of the living records with afterId < id <= upToId, ascending; null means no upper end. */
    idsInRange: (shop: string, afterId: number, upToId: number | null = null) =>
      idsWhere(living(shop, afterId, upToId)),

    /** Number of living records between two places in the order of changes, the second one included. */
    async countStamped(shop: string, after: StampedPlace, upTo: StampedPlace): Promise<number> {
      const place = ({ updatedAt: stamp, id: last }: StampedPlace) =>
        sql`(${`${stamp}Z`}::timestamptz, ${last}::bigint)`;
      const [counted] = await orm
        .select({ count: count() })
        .from(table)
        .where(
          sql`${eq(ofShop, shop)} and ${isNull(deletedAt)} and (${updatedAt}, ${key}) > ${place(after)}
            and (${updatedAt}, ${key}) <= ${place(upTo)}`,
        );
      return counted?.count ?? 0;
    },

    /** The first ids above one that have a tombstone and were not erased, ascending, at most so many. */
    async tombstonedIds(shop: string, afterId: number, most: number): Promise<number[]> {
      const found = await orm
        .select({ id })
        .from(table)
        .where(and(eq(ofShop, shop), gt(key, afterId), isNotNull(deletedAt), isNull(column('erased_at'))))
        .orderBy(asc(key))
        .limit(most);
      return found.map((row) => row.id);
    },

    /** Content hashes and stamps of the living records of a range by id. */
    async hashesInRange(
      shop: string,
      afterId: number,
      upToId: number | null = null,
    ): Promise<Map<number, StoredVersion>> {
      const found = await orm
        .select({
          id,
          contentHash: sql<string>`${column('content_hash')}`,
          sourceUpdatedAt: sql<string | null>`${sourceTimeOf(updatedAt)}`,
        })
        .from(table)
        .where(living(shop, afterId, upToId))
        .orderBy(asc(key));
      return new Map(found.map(({ id: its, ...version }) => [its, version]));
    },

    /** Those of the ids that live in the copy, ascending. */
    livingIds: (shop: string, ids: readonly number[]) =>
      idsWhere(and(eq(ofShop, shop), isOneOf(key, ids), isNull(deletedAt))),

    /**
     * Where to cut the ids above one into ranges of about so many living records: the last id of each, ascending.
     *
     * Exact for small ranges. Ranges of a block of ids or more end with blocks, which takes no look at the rows.
     */
    async rangeEnds(shop: string, afterId: number, rowsPerRange: number): Promise<number[]> {
      if (rowsPerRange >= idsPerBlock) return endsOfBlocks(await counts.blocks(shop), afterId, rowsPerRange);
      return idsOf(
        orm,
        sql`select id from (
              select ${nameOf(key)} as id, row_number() over (order by ${nameOf(key)}) as position
              from ${table} where ${living(shop, afterId, null)}
            ) numbered
            where position % ${rowsPerRange} = 0`,
      );
    },

    /**
     * The id before the first living record that was created at a time or later; the largest id when there is none.
     *
     * Ids and times of creation rise together but for moments: the smallest id of the first records to follow counts.
     */
    async lastIdBefore(shop: string, createdAt: Date): Promise<number> {
      const creation = nameOf(records.createdAt);
      const found = await orm.execute<{ id: string | null }>(
        sql`select min(id) as id from (
              select ${nameOf(key)} as id from ${table}
              where shop = ${shop} and ${creation} >= ${createdAt}::timestamptz and deleted_at is null
              order by ${creation} limit ${mostOutOfOrder}
            ) first_ones`,
      );
      const first = found.rows[0]?.id;
      return first ? Number(first) - 1 : this.largestId(shop);
    },

    /** The largest id the copy has ever seen, tombstones included; 0 when there is none. */
    async largestId(shop: string): Promise<number> {
      const [found] = await orm
        .select({ id: max(key).mapWith(Number) })
        .from(table)
        .where(eq(ofShop, shop));
      return found?.id ?? 0;
    },

    /** The life of one record's row; undefined when the copy never had it. */
    async lifeOf(shop: string, one: number): Promise<RowLife | undefined> {
      const found = await orm.execute<Record<keyof RowLife, string | null>>(
        sql`select first_seen_at as "firstSeenAt",
              case when deleted_at is null then ${lastSeen(copied, 's')} else last_seen_at end as "lastSeenAt",
              deleted_at as "deletedAt", erased_at as "erasedAt"
            from ${table} s where shop = ${shop} and ${nameOf(key)} = ${one}`,
      );
      const [row] = found.rows;
      return (
        row && {
          firstSeenAt: new Date(row.firstSeenAt ?? 0),
          lastSeenAt: new Date(row.lastSeenAt ?? 0),
          deletedAt: row.deletedAt === null ? null : new Date(row.deletedAt),
          erasedAt: row.erasedAt === null ? null : new Date(row.erasedAt),
        }
      );
    },

    /**
     * The living record whose last comparison with the source is longest ago; `lastVerifiedAt` null means never.
     *
     * Ranges that were verified as a whole say so for all their rows, at most an hour too early; only rows outside of them
     * are looked at one by one: those that came since, or the first ones of a copy that was never swept.
     */
    oldestUnverified: (shop: string) => oldestUnverified(orm, copied, shop),
  };
}

/** The stamp the way Magento writes times. */
function sourceTimeOf(column: PgColumn): SQL {
  return sql`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS')`;
}

/** Ends ranges with blocks, each range as full as it can be without passing the number of rows. */
function endsOfBlocks(blocks: readonly CountedRange[], afterId: number, rowsPerRange: number): number[] {
  const ends: number[] = [];
  let rows = 0;
  let end = afterId;
  for (const block of blocks) {
    if (block.upToId <= afterId) continue;
    if (rows > 0 && rows + block.rows > rowsPerRange) {
      ends.push(end);
      rows = 0;
    }
    rows += block.rows;
    end = block.upToId;
  }
  return ends;
}
