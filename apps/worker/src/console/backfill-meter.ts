import type { CopyState } from '../copy-state.ts';
import { findPlan, type PlannedRange } from '../sync/backfill/backfill-plan.ts';
import { entityOf } from '../sync/entity/entities.ts';
import type { Store } from '../sync/ports.ts';

/** How far the backfill of an entity is. */
export interface BackfillProgress {
  readonly entity: string;
  /** Of the ids that are to be read, from 0 to 1. */
  readonly share: number;
  readonly ranges: { readonly done: number; readonly withGaps: number; readonly left: number };
  /** Of the run that reads; 0 while none does. */
  readonly rowsRead: number;
  /** `null` while it is not known yet, or while nothing moves. */
  readonly rowsPerSecond: number | null;
  readonly leftMs: number | null;
}

/** Tells how fast backfills are, from how far they were at the looks before. */
export interface ProgressMeter {
  measure(
    source: { readonly shop: string; readonly store: Store },
    copy: CopyState,
    now: Date,
  ): Promise<BackfillProgress[]>;
}

interface Mark {
  readonly at: number;
  readonly share: number;
  readonly rowsRead: number;
}

/** The pace is that of the last two minutes. */
const paceOverMs = 120_000;
/** Before that the pace would be a guess. */
const leastMeasuredMs = 3_000;

/** Creates a meter of one shop. */
export function createProgressMeter(): ProgressMeter {
  const marks = new Map<string, Mark[]>();
  return {
    async measure(source, copy, now) {
      const found: BackfillProgress[] = [];
      for (const { entity, backfill } of copy.entities) {
        if (!backfill || backfill.completedAt) {
          marks.delete(entity);
          continue;
        }
        const plan = await findPlan(source, entityOf(entity));
        if (!plan) continue;
        const run = copy.latestRuns.find((each) => each.entity === entity && each.kind === 'backfill');
        const rowsRead = run?.status === 'running' ? run.rowsRead : 0;
        const mark = { at: now.getTime(), share: shareOf(plan.ranges), rowsRead };
        const before = marks.get(entity) ?? [];
        marks.set(entity, [...before.filter(({ at }) => mark.at - at <= paceOverMs), mark]);
        found.push({
          entity,
          share: mark.share,
          rowsRead,
          ranges: tallyOf(plan.ranges),
          ...paceOf(before, mark),
        });
      }
      return found;
    },
  };
}

function paceOf(before: readonly Mark[], mark: Mark): Pick<BackfillProgress, 'rowsPerSecond' | 'leftMs'> {
  const first = before.find(({ at, rowsRead }) => mark.at - at <= paceOverMs && rowsRead <= mark.rowsRead);
  const ms = first ? mark.at - first.at : 0;
  if (!first || ms < leastMeasuredMs) return { rowsPerSecond: null, leftMs: null };
  const moved = mark.share - first.share;
  return {
    rowsPerSecond: ((mark.rowsRead - first.rowsRead) * 1_000) / ms,
    leftMs: moved > 0 ? ((1 - mark.share) / moved) * ms : null,
  };
}

function tallyOf(ranges: readonly PlannedRange[]): BackfillProgress['ranges'] {
  const done = ranges.filter(({ complete }) => complete).length;
  const withGaps = ranges.filter(({ hasGaps }) => hasGaps).length;
  return { done, withGaps, left: ranges.length - done - withGaps };
}

/** Every range counts alike; the last one, which has no end, counts when it is done. */
function shareOf(ranges: readonly PlannedRange[]): number {
  if (ranges.length === 0) return 0;
  const shares = ranges.map(({ afterId, upToId, position, complete, hasGaps }) => {
    if (complete || hasGaps) return 1;
    return upToId === null
      ? 0
      : Math.min(1, Math.max(0, (position - afterId) / Math.max(1, upToId - afterId)));
  });
  return shares.reduce((sum, share) => sum + share, 0) / ranges.length;
}
