import type { EntityDescriptor } from '../entity/entity.ts';
import type { Stop, SyncContext } from '../ports.ts';
import { patientEntity } from '../reading/index.ts';
import { type DetailedResult, recordRun } from '../run.ts';
import { lookAtShop } from '../warnings/shop-warnings.ts';
import { type BackfillPlan, closePlan, openPlan, rangesAtOnce } from './backfill-plan.ts';
import { shareRanges } from './share-ranges.ts';

/** What a backfill in one process did. */
export interface BackfillResult extends DetailedResult {
  readonly ranges: number;
  readonly rangesLeft: number;
  /** Every range was read to its end, so that pulls can begin; those left have gaps. */
  readonly readToEnd: boolean;
}

/** How to run a backfill. */
export interface BackfillOptions {
  /** Forget what was read before and read everything again. */
  readonly restart: boolean;
  /** Told once, when it is known what is to be read. */
  readonly onPlan?: (plan: BackfillPlan) => Promise<void> | void;
  /** How long to wait before a range that another process is reading is looked at again. */
  readonly busyDelayMs?: number;
}

/**
 * Reads every row of an entity in this process, as many ranges at once as the budget allows.
 *
 * Goes on where an earlier backfill stopped and shares the work with any other process that reads ranges of the same
 * plan, which is split further while readers have nothing to do. The first error stops the other ranges after their page at hand and is thrown.
 */
export async function runBackfill(
  context: SyncContext,
  entity: EntityDescriptor,
  stop: Stop,
  options: BackfillOptions,
): Promise<BackfillResult> {
  const plan = await openPlan(context, entity, { restart: options.restart, signal: stop.signal });
  await options.onPlan?.(plan);
  const open = plan.ranges.filter((range) => !range.complete);
  if (plan.completedAt) return { status: 'succeeded', ranges: 0, rangesLeft: 0, readToEnd: true };
  const details = { ranges: plan.ranges.length, open: open.length };
  return recordRun(
    context,
    { entity: entity.name, kind: 'backfill', details },
    stop,
    async (runId, until) => {
      const reasons = await readRanges(context, entity, runId, until, options.busyDelayMs ?? 2_000);
      const { left, readToEnd, ranges } = await closePlan(context, entity, stop.signal);
      const numbers = { ranges: open.length, rangesLeft: left.length, readToEnd };
      if (left.length === 0) {
        const patient = patientEntity(context, entity, stop.signal);
        const { warnings } = await lookAtShop(context, patient, stop.signal, plan.rows);
        return { status: 'succeeded', ...numbers, ...(warnings.length > 0 ? { details: { warnings } } : {}) };
      }
      if (reasons.length > 0) {
        // As "status" counts them: ranges were split since, and those of other processes are among them.
        const withGaps = left.filter(({ hasGaps }) => hasGaps).length;
        const reason = `${withGaps} of ${ranges} ranges do not add up. ${reasons[0]}`;
        return { status: 'incomplete', reason, ...numbers };
      }
      const reason = `asked to stop; ${left.length} of ${ranges} ranges are left`;
      return { status: 'interrupted', reason, ...numbers };
    },
  );
}

/** Reads ranges side by side; returns why some of them are not complete although they were read to their end. */
async function readRanges(
  context: SyncContext,
  entity: EntityDescriptor,
  runId: number,
  stop: Stop,
  busyDelayMs: number,
): Promise<string[]> {
  const failure = new AbortController();
  const pause = AbortSignal.any([stop.pause, failure.signal]);
  const ranges = shareRanges(context, entity, { runId, stop: { signal: stop.signal, pause }, busyDelayMs });
  const readers = Array.from({ length: rangesAtOnce(context) }, () =>
    ranges.readOn().catch((error: unknown): string[] => {
      failure.abort(error);
      return [];
    }),
  );
  const reasons = (await Promise.all(readers)).flat();
  if (failure.signal.aborted) throw failure.signal.reason;
  return reasons;
}
