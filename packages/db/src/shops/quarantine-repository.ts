import { and, asc, eq, inArray, isNull, lte, sql } from 'drizzle-orm';
import type { Database } from '../connection/open-database.ts';
import { quarantine } from '../schema/shops.ts';

/** An id that Magento could not serve. */
export interface QuarantineEntry {
  shop: string;
  entity: string;
  id: number;
  /** In plain words. */
  reason: string;
  httpStatus?: number | null;
  /** Magento's own number of the error, found in its var/report. */
  reportId?: string | null;
  runId?: number | null;
  nextAttemptAt: Date;
}

/** An entry as stored. */
export type QuarantinedId = typeof quarantine.$inferSelect;

/** Ids that Magento itself cannot serve. */
export type QuarantineRepository = ReturnType<typeof createQuarantineRepository>;

/** Creates the repository of quarantined ids. */
export function createQuarantineRepository({ orm }: Database) {
  return {
    /** Adds an id, or counts one more failed attempt of it; an entry that was resolved begins anew. */
    async add(entry: QuarantineEntry): Promise<void> {
      const failure = {
        reason: entry.reason,
        httpStatus: entry.httpStatus ?? null,
        reportId: entry.reportId ?? null,
        runId: entry.runId ?? null,
        nextAttemptAt: entry.nextAttemptAt,
      };
      const again = sql`${quarantine.resolvedAt} is null`;
      await orm
        .insert(quarantine)
        .values({ shop: entry.shop, entity: entry.entity, id: entry.id, ...failure })
        .onConflictDoUpdate({
          target: [quarantine.shop, quarantine.entity, quarantine.id],
          set: {
            ...failure,
            attempts: sql`case when ${again} then ${quarantine.attempts} + 1 else 1 end`,
            firstFailedAt: sql`case when ${again} then ${quarantine.firstFailedAt} else now() end`,
            lastFailedAt: sql`now()`,
            resolvedAt: null,
          },
        });
    },

    /** Unresolved ids whose next attempt is due, longest waiting first. */
    async due(shop: string, entity: string, now: Date, limit = 100): Promise<QuarantinedId[]> {
      return orm
        .select()
        .from(quarantine)
        .where(and(unresolved(shop, entity), lte(quarantine.nextAttemptAt, now)))
        .orderBy(asc(quarantine.nextAttemptAt), asc(quarantine.id))
        .limit(limit);
    },

    /** Says that these ids could be read, or are gone; returns how many were open. */
    async resolve(shop: string, entity: string, ids: readonly number[]): Promise<number> {
      if (ids.length === 0) return 0;
      const resolved = await orm
        .update(quarantine)
        .set({ resolvedAt: sql`now()` })
        .where(and(unresolved(shop, entity), inArray(quarantine.id, [...ids])));
      return resolved.rowCount ?? 0;
    },

    /** Makes open ids due at once, those named or all of the entity; returns them. */
    async makeDue(shop: string, entity: string, ids?: readonly number[]): Promise<number[]> {
      const due = await orm
        .update(quarantine)
        .set({ nextAttemptAt: sql`least(${quarantine.nextAttemptAt}, now())` })
        .where(and(unresolved(shop, entity), ids ? inArray(quarantine.id, [...ids]) : undefined))
        .returning({ id: quarantine.id });
      return due.map(({ id }) => id).toSorted((one, other) => one - other);
    },

    /** Unresolved entries, or all that ever were. */
    async list(
      shop: string,
      filter: { entity?: string; includeResolved?: boolean } = {},
    ): Promise<QuarantinedId[]> {
      return orm
        .select()
        .from(quarantine)
        .where(
          and(
            eq(quarantine.shop, shop),
            filter.entity === undefined ? undefined : eq(quarantine.entity, filter.entity),
            filter.includeResolved === true ? undefined : isNull(quarantine.resolvedAt),
          ),
        )
        .orderBy(asc(quarantine.entity), asc(quarantine.id));
    },
  };
}

function unresolved(shop: string, entity: string) {
  return and(eq(quarantine.shop, shop), eq(quarantine.entity, entity), isNull(quarantine.resolvedAt));
}
