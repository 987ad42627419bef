import { parseJson } from '@magento-sync/exact-json';
import { and, asc, desc, eq, getTableColumns, lt, type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { Database } from '../connection/open-database.ts';
import { changes } from '../schema/changes.ts';

/** One entry of the history. */
export type Change = typeof changes.$inferSelect;

/** The history of rows. */
export type ChangeRepository = ReturnType<typeof createChangeRepository>;

/** Creates the repository of the history. */
export function createChangeRepository({ orm }: Database) {
  return {
    /** What happened to one record, newest first; `before` is the id of the last entry of the previous page. */
    async of(
      record: { shop: string; entity: string; id: number },
      page: { limit?: number; before?: bigint } = {},
    ): Promise<Change[]> {
      return orm
        .select({
          ...getTableColumns(changes),
          oldValues: exactly(changes.oldValues),
          newValues: exactly(changes.newValues),
        })
        .from(changes)
        .where(
          and(
            eq(changes.shop, record.shop),
            eq(changes.entity, record.entity),
            eq(changes.entityId, record.id),
            page.before === undefined ? undefined : lt(changes.id, page.before),
          ),
        )
        .orderBy(desc(changes.id))
        .limit(page.limit ?? 100);
    },

    /**
     * Deletes what was recorded earlier, oldest first, in portions that don't hold up writers. Returns how many entries.
     */
    async prune(shop: string, recordedBefore: Date, portionSize = 10_000): Promise<number> {
      for (let total = 0; ; ) {
        const oldest = orm
          .select({ id: changes.id })
          .from(changes)
          .where(and(eq(changes.shop, shop), lt(changes.recordedAt, recordedBefore)))
          .orderBy(asc(changes.recordedAt))
          .limit(portionSize);
        const portion = await orm.delete(changes).where(sql`${changes.id} = any(array(${oldest}))`);
        total += portion.rowCount ?? 0;
        if ((portion.rowCount ?? 0) < portionSize) return total;
      }
    },
  };
}

/** A jsonb column whose numbers keep all their digits, which drizzle's own reading rounds. */
function exactly(column: PgColumn): SQL<Record<string, unknown> | null> {
  return sql`${column}::text`.mapWith(parseJson) as SQL<Record<string, unknown> | null>;
}
