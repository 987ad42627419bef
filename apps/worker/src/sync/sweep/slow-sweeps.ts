import type { Entity } from '@magento-sync/entities';

/** How entities are swept of which only recent rows change without a stamp: recent rows often, all of them seldom. */
export interface SlowSweeps {
  /** Within what time a pass compares every row. */
  readonly allPeriodMs?: number;
  /** Rows that are no older than this are recent; as the definition says when absent. */
  readonly recentMs?: number;
}

const dayMs = 86_400_000;

/** Within what time every row is compared once, unless something else is configured. */
export const allPeriodMs = 30 * dayMs;

/** How young rows are that are swept more often than all others; `null` when all are swept alike. */
export function recentMs(
  { recentDays }: Pick<Entity, 'recentDays'>,
  { recentMs: configured }: SlowSweeps,
): number | null {
  return recentDays === null ? null : (configured ?? recentDays * dayMs);
}
