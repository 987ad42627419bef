import { and, asc, count, eq, gt, isNotNull, isNull, lte, max, min, type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { Database } from '../connection/open-database.ts';
import { isOneOf, nameOf } from '../values/rows.ts';
import { type CopiedEntity, columnOf } from './copied-entity.ts';
import { idsOf } from './tombstones.ts';
import { lastSeen, oldestUnverified } from './verified-ranges.ts';

/** What `verify` and the sweep compare with the source. */
export interface StoredVersion {
  contentHash: string;
  /** UTC, 'YYYY-MM-DD HH:MM:SS'. */
  sourceUpdatedAt: string | null;
}

/** How many records the copy of a shop has. */
export interface CopyTotals {
  live: number;
  /** With a tombstone, erased ones included. */
  deleted: number;
  erased: number;
  /** Living parts, by the name of their table. */
  parts: Record<string, number>;
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

/** Reads of one entity's copy of one database. */
export function createRanges({ orm }: Database, copied: CopiedEntity) {
  const { records, children } = copied;
  const { table, key, updatedAt } = records;
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
    /** Number of living records with afterId < id <= upToId; null means no upper end. */
    async countInRange(shop: string, afterId: number, upToId: number | null = null): Promise<number> {
      const [counted] = await orm
        .select({ count: count() })
        .from(table)
        .where(living(shop, afterId, upToId));
      return counted?.count ?? 0;
    },

    /** Their ids, ascending. */
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

    /** Ids with a tombstone that were not erased, ascending. */
    tombstonedIds: (shop: string) =>
      idsWhere(and(eq(ofShop, shop), isNotNull(deletedAt), isNull(column('erased_at')))),

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

    /** Every so many living records above an id, the id of the last of them, ascending: where to cut ranges. */
    rangeEnds: (shop: string, afterId: number, rowsPerRange: number) =>
      idsOf(
        orm,
        sql`select id from (
              select ${nameOf(key)} as id, row_number() over (order by ${nameOf(key)}) as position
              from ${table} where ${living(shop, afterId, null)}
            ) numbered
            where position % ${rowsPerRange} = 0`,
      ),

    /** The id before the first living record that was created at a time or later; the largest id when there is none. */
    async lastIdBefore(shop: string, createdAt: Date): Promise<number> {
      const [found] = await orm
        .select({ id: min(key).mapWith(Number) })
        .from(table)
        .where(
          sql`${eq(ofShop, shop)} and ${isNull(deletedAt)} and ${records.createdAt} >= ${createdAt}::timestamptz`,
        );
      return found?.id ? found.id - 1 : this.largestId(shop);
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
     * are looked at one by one: those that came since, or all of a copy that was never swept.
     */
    oldestUnverified: (shop: string) => oldestUnverified(orm, copied, shop),

    /** Counts living, deleted and erased records, and living parts. */
    async totals(shop: string): Promise<CopyTotals> {
      const number = (condition: SQL) => sql`count(*) filter (where ${condition})`.mapWith(Number);
      const [counted] = await orm
        .select({
          live: number(isNull(deletedAt)),
          deleted: number(isNotNull(deletedAt)),
          erased: number(isNotNull(column('erased_at'))),
        })
        .from(table)
        .where(eq(ofShop, shop));
      const parts: Record<string, number> = {};
      for (const child of children) {
        const [its] = await orm
          .select({ count: count() })
          .from(child.table)
          .where(and(eq(columnOf(child.table, 'shop'), shop), isNull(columnOf(child.table, 'deleted_at'))));
        parts[child.definition.name] = its?.count ?? 0;
      }
      return { live: 0, deleted: 0, erased: 0, ...counted, parts };
    },
  };
}

/** The stamp the way Magento writes times. */
function sourceTimeOf(column: PgColumn): SQL {
  return sql`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS')`;
}
