import { and, asc, eq, sql } from 'drizzle-orm';
import type { Database } from '../connection/open-database.ts';
import { hints } from '../schema/shops.ts';
import { namesOf, rowsOf } from '../values/rows.ts';

/** An id somebody said has changed or was deleted; never data, only a reason to read again. */
export interface Hint {
  id: number;
  kind: 'changed' | 'deleted';
  /** Who said so. */
  source: string | null;
  receivedAt: Date;
  /** How often it was said since it was last settled. */
  times: number;
}

/** Hints that outlive the queue. */
export type HintRepository = ReturnType<typeof createHintRepository>;

/** Creates the repository of hints. */
export function createHintRepository({ orm }: Database) {
  return {
    /** Remembers hints; several about one id become the latest of them. */
    async add(
      shop: string,
      entity: string,
      list: readonly { id: number; kind: Hint['kind'] }[],
      source: string | null = null,
    ): Promise<void> {
      const latest = [...new Map(list.map(({ id, kind }) => [id, kind]))].toSorted(
        ([one], [other]) => one - other,
      );
      const columns = [hints.id, hints.kind];
      const rows = latest.map(([id, kind]) => ({ id, kind }));
      await orm.execute(sql`
        insert into ${hints} as h (shop, entity, source, ${namesOf(columns)})
        select ${shop}, ${entity}, ${source}::text, ${namesOf(columns, 'n')} from ${rowsOf(columns, rows, 'n')}
        on conflict (shop, entity, id) do update set kind = excluded.kind, source = excluded.source,
          times = h.times + 1, received_at = clock_timestamp()`);
    },

    /** Open hints, oldest first. */
    async pending(shop: string, entity: string, limit = 100): Promise<Hint[]> {
      return orm
        .select({
          id: hints.id,
          kind: hints.kind,
          source: hints.source,
          receivedAt: hints.receivedAt,
          times: hints.times,
        })
        .from(hints)
        .where(and(eq(hints.shop, shop), eq(hints.entity, entity)))
        .orderBy(asc(hints.receivedAt), asc(hints.id))
        .limit(limit);
    },

    /** Number of open hints. */
    async count(shop: string, entity: string): Promise<number> {
      return orm.$count(hints, and(eq(hints.shop, shop), eq(hints.entity, entity)));
    },

    /** Forgets hints that were followed; one that came again meanwhile stays. Returns how many are settled. */
    async settle(
      shop: string,
      entity: string,
      followed: readonly Pick<Hint, 'id' | 'times'>[],
    ): Promise<number> {
      const rows = followed.map(({ id, times }) => ({ id, times }));
      const deleted = await orm.execute(sql`
        delete from ${hints} h using ${rowsOf([hints.id, hints.times], rows, 'f')}
        where h.shop = ${shop} and h.entity = ${entity} and h.id = f.id and h.times = f.times`);
      return deleted.rowCount ?? 0;
    },
  };
}
