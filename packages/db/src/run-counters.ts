import { UnknownRunError } from './errors.ts';
import type { Queryable } from './transaction.ts';

/** What a run has counted so far; all add up over its pages. */
export interface RunCounters {
  pages: number;
  rowsRead: number;
  inserted: number;
  updated: number;
  unchanged: number;
  stale: number;
  replaced: number;
  revived: number;
  tombstoned: number;
  erased: number;
}

/** Adds to the counters of a run and proves that it is alive. Throws {@link UnknownRunError}. */
export async function countRunPage(
  client: Queryable,
  runId: number,
  counts: Partial<RunCounters>,
): Promise<void> {
  const updated = await client.query(
    `update sync.runs set heartbeat_at = now(), pages = pages + $2, rows_read = rows_read + $3,
       inserted = inserted + $4, updated = updated + $5, unchanged = unchanged + $6, stale = stale + $7,
       replaced = replaced + $8, revived = revived + $9, tombstoned = tombstoned + $10, erased = erased + $11
     where id = $1`,
    [
      runId,
      counts.pages ?? 0,
      counts.rowsRead ?? 0,
      counts.inserted ?? 0,
      counts.updated ?? 0,
      counts.unchanged ?? 0,
      counts.stale ?? 0,
      counts.replaced ?? 0,
      counts.revived ?? 0,
      counts.tombstoned ?? 0,
      counts.erased ?? 0,
    ],
  );
  if (updated.rowCount === 0) throw new UnknownRunError(runId);
}
