import { lockNames } from '../connection/advisory-lock.ts';
import type { Database } from '../connection/open-database.ts';
import { inTransaction } from '../connection/transaction.ts';

/**
 * Deletes the first entries of a feed that are older, at most `size`, and moves its horizon in the same transaction.
 *
 * Returns how many were deleted; fewer than `size` means that nothing old is left.
 */
export async function pruneOutboxSlice(
  database: Database,
  shop: string,
  recordedBefore: Date,
  size: number,
): Promise<number> {
  return inTransaction(database, async (_statements, client) => {
    await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [lockNames.outbox(shop)]);
    const pruned = await client.query<{ position: string | null; count: number }>(
      `with gone as (
         delete from sync.outbox where position in (
           select position from sync.outbox
           where shop = $1 and position < coalesce(
             (select min(position) from sync.outbox where shop = $1 and recorded_at >= $2), 9223372036854775807)
           order by position limit $3)
         returning position)
       select max(position)::text as position, count(*) as count from gone`,
      [shop, recordedBefore, size],
    );
    const [row] = pruned.rows;
    if (!row?.position) return 0;
    await client.query(
      `insert into sync.outbox_horizons as h (shop, position) values ($1, $2)
       on conflict (shop) do update set position = greatest(h.position, excluded.position), pruned_at = now()`,
      [shop, row.position],
    );
    return row.count;
  });
}
