import { sql } from 'drizzle-orm';
import type { Database } from '../connection/open-database.ts';
import { outbox, outboxHorizons } from '../schema/changes.ts';

/**
 * Deletes the first entries of a feed that are older, at most `size`, and moves its horizon in the same statement.
 *
 * Goes by position from the horizon on, and deletes by what lies between two positions: a portion reads as many entries as it
 * deletes, however long the feed is and whatever the planner believes of it. Takes no lock that writers want: they add behind
 * everything that is committed, and only what is committed is looked at.
 *
 * Returns how many were deleted; fewer than `size` means that nothing old is left.
 */
export async function pruneOutboxPortion(
  { orm }: Database,
  shop: string,
  recordedBefore: Date,
  size: number,
): Promise<number> {
  const horizon = sql`coalesce((select position from ${outboxHorizons} where shop = ${shop}), 0)`;
  const pruned = await orm.execute<{ count: string }>(
    sql`with portion as materialized (
          select position, recorded_at from ${outbox}
          where shop = ${shop} and position > ${horizon}
          order by position limit ${size}
        ), last_old as materialized (
          select max(position) as position from portion
          where position < coalesce(
            (select min(position) from portion where recorded_at >= ${recordedBefore}::timestamptz),
            9223372036854775807)
        ), gone as (
          delete from ${outbox}
          where shop = ${shop} and position > ${horizon} and position <= (select position from last_old)
          returning position
        ), moved as (
          insert into ${outboxHorizons} as h (shop, position)
          select ${shop}, max(position) from gone having max(position) is not null
          on conflict (shop) do update set position = greatest(h.position, excluded.position), pruned_at = now()
        )
        select count(*) as count from gone`,
  );
  return Number(pruned.rows[0]?.count ?? 0);
}
