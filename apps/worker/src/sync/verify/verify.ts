import { findPlan } from '../backfill/backfill-plan.ts';
import type { EntityDescriptor, IdRange } from '../entity/entity.ts';
import type { Stop, SyncContext } from '../ports.ts';
import { eachRange } from '../reading/index.ts';
import { type Busy, lockNames, type Run, runOf, unlessBusy } from '../run.ts';
import { compareByCounts, compareRange, type RangeReading } from './verify-range.ts';
import { chooseRanges, type VerifyScope } from './verify-ranges.ts';
import type { Difference, VerifyResult } from './verify-report.ts';
import { interruptedResult, resultOf } from './verify-result.ts';
import { type Pull, pullNow, repairDifferences, type Settled, settleSuspects } from './verify-settle.ts';

/** How an attempt to verify ended: with a result, or why it was not begun. */
export type VerifyAttempt =
  | { readonly kind: 'verified'; readonly result: VerifyResult }
  | Busy
  /** There is nothing to compare yet: a backfill has to come first. */
  | { readonly kind: 'needs-backfill' };

/** What is compared, and what happens with differences. */
export interface VerifyOptions extends VerifyScope {
  /** Compare by content only the ranges whose counts differ. */
  readonly countsOnly: boolean;
  /** Write what differs, and compare it once more. */
  readonly repair: boolean;
  /** Told once how many rows of the copy are to be compared. */
  readonly onStart?: (rows: number) => void;
}

/**
 * Compares the shop with the copy, row by row and column by column, without writing anything but the time of it.
 *
 * What does not look equal is looked at again after a pull, so that a shop that lives meanwhile raises no false alarm. A
 * repair then writes what still differs and compares it once more.
 */
export async function verify(
  context: SyncContext,
  entity: EntityDescriptor,
  stop: Stop,
  options: VerifyOptions,
): Promise<VerifyAttempt> {
  if (!(await findPlan(context, entity))?.readToEnd) return { kind: 'needs-backfill' };
  const { share, seed, from, countsOnly, repair } = options;
  const details = { share, from, countsOnly, repair, ...(share < 1 ? { seed } : {}) };
  const kind = { kind: 'verify', cause: 'verify', details } as const;
  return unlessBusy(context, lockNames.verify(context, entity), stop, async (alone) => {
    const pull = () => pullNow(context, entity, alone);
    const result = await runOf(context, entity, kind, alone, (run) =>
      compareSides(context, run, pull, options),
    );
    return { kind: 'verified', result } as const;
  });
}

async function compareSides(
  context: SyncContext,
  run: Run,
  pull: Pull,
  options: VerifyOptions,
): Promise<VerifyResult> {
  const { entity, stop } = run;
  // What is kept of the rows is looked at like the rows themselves.
  if (options.share >= 1) {
    await entity.recountCopy(context, options.countsOnly ? 'records' : 'records and parts');
  }
  const ranges = await chooseRanges(context, entity, options);
  options.onStart?.(await rowsOf(context, entity, ranges, options));
  const readings = options.countsOnly
    ? await compareByCounts(context, run, ranges, pull)
    : await eachRange(ranges, context.settings.concurrency, stop, (range, each) =>
        compareRange(context, run, range, each),
      );
  const left = firstIdLeft(ranges, readings);
  const suspects = new Map(readings.flatMap((reading) => [...reading.suspects]));
  const settled = left === null ? await settleSuspects(context, run, suspects, pull) : undefined;
  if (!settled) return interruptedResult(options, readings, left ?? options.from);
  const found = [...settled.differences, ...unreadableOf(readings)].toSorted(byId);
  const repaired = options.repair ? await repair(context, run, found, pull) : undefined;
  if (repaired === 'interrupted') return interruptedResult(options, readings, options.from);
  return resultOf(entity.name, options, { readings, settled, found, repaired });
}

async function repair(
  context: SyncContext,
  run: Run,
  found: readonly Difference[],
  pull: Pull,
): Promise<{ settled: Settled; brake?: string } | 'interrupted'> {
  const outcome = await repairDifferences(context, run, found);
  const again = found.filter(({ kind }) => kind !== 'unreadable').map(({ id }) => [id, 'repaired'] as const);
  const settled = await settleSuspects(context, run, new Map(again), pull);
  return settled ? { settled, ...outcome } : 'interrupted';
}

/** How many rows of the copy are to be compared: of a sample, one range is counted after the other. */
async function rowsOf(
  context: SyncContext,
  entity: EntityDescriptor,
  ranges: readonly IdRange[],
  { share, from }: VerifyOptions,
): Promise<number> {
  if (share >= 1) return entity.countInCopy(context, { afterId: from, upToId: null });
  let rows = 0;
  for (const range of ranges) rows += await entity.countInCopy(context, range);
  return rows;
}

/** Where the comparison has to go on; `null` when every range was read to its end. */
function firstIdLeft(ranges: readonly IdRange[], readings: readonly RangeReading[]): number | null {
  const begun = new Map(readings.map((reading) => [reading.range.afterId, reading]));
  for (const range of ranges) {
    const reading = begun.get(range.afterId);
    if (!reading) return range.afterId;
    if (!reading.complete) return reading.range.upToId ?? range.afterId;
  }
  return null;
}

function unreadableOf(readings: readonly RangeReading[]): Difference[] {
  return readings.flatMap(({ unreadable }) =>
    [...unreadable.keys()].map((id) => ({ id, kind: 'unreadable' as const, fields: [] })),
  );
}

function byId(one: Difference, other: Difference): number {
  return one.id - other.id;
}
