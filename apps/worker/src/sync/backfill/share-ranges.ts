import { setTimeout } from 'node:timers/promises';
import { currentPageSize } from '@magento-sync/magento-client';
import type { EntityDescriptor } from '../entity/entity.ts';
import type { Stop, SyncContext } from '../ports.ts';
import { mayBeAboutARow, pageSizeOf, patientEntity, rangeName } from '../reading/index.ts';
import { type BackfillPlan, denseShare, findPlan, type PlannedRange, rangeKey } from './backfill-plan.ts';
import { backfillRange, type RangeOutcome } from './backfill-range.ts';

/** Fewer pages are not worth a split: it costs some counts and a short last page. */
const leastPagesToSplit = 4;
/** A cut is good when each side has at least this share of the rows. */
const leastShare = 1 / 4;
const mostCounts = 12;
/** Of ranges that others read only those are counted that span the most ids. */
const mostCandidatesCounted = 3;

/** What readers of one process know of the ranges that they read: rows that are left of each. */
type RowsLeft = Map<string, number>;

/** The open ranges of a backfill, given out to the readers of one process. */
export interface SharedRanges {
  /** Reads ranges until nothing is left for this reader; returns why some of them do not add up. */
  readOn(): Promise<string[]>;
}

/** How a process reads its share. */
export interface SharingOptions {
  readonly runId: number;
  readonly stop: Stop;
  /** How long to wait before ranges that other processes read are looked at again. */
  readonly busyDelayMs: number;
}

/**
 * Gives out the ranges of a backfill: first those that nobody has begun, then those that were left behind, then a part of
 * what others have still to read, in this process or another one.
 */
export function shareRanges(
  context: SyncContext,
  entity: EntityDescriptor,
  { runId, stop, busyDelayMs }: SharingOptions,
): SharedRanges {
  const reading = new Set<string>();
  const ended = new Set<string>();
  /** Read by other processes, when they were last tried. */
  const busy = new Set<string>();
  const left: RowsLeft = new Map();
  let search: Promise<unknown> = Promise.resolve();
  let wake = new AbortController();
  const onLeft = (name: string, rows: number) => {
    left.set(name, rows);
    wake.abort();
  };

  async function nextRange(): Promise<PlannedRange | undefined> {
    for (let looksAtOthers = true; !stop.pause.aborted; ) {
      wake = new AbortController();
      const plan = await findPlan(context, entity);
      const open = plan?.ranges.filter(({ name, complete }) => !complete && !ended.has(name)) ?? [];
      const others = open.filter(({ name }) => !reading.has(name));
      const untried = others
        .filter(({ name }) => !busy.has(name))
        .toSorted((one, other) => Number(one.begun) - Number(other.begun))[0];
      const known = looksAtOthers ? open : open.filter(({ name }) => left.has(name));
      const range = untried ?? (plan && (await takeOver(context, entity, plan, known, left, stop.signal)));
      if (range) {
        reading.add(range.name);
        return range;
      }
      const least = leastRowsToSplit(context, entity);
      const mayBecomeLarge = [...reading].some((name) => (left.get(name) ?? least) >= least);
      if (others.length === 0 && !mayBecomeLarge) return undefined;
      // Ours are looked at again after their next page; those of others are only ours to wait for, or when they die.
      const { signal, pause } = stop;
      const some = AbortSignal.any([signal, pause, wake.signal]);
      await setTimeout(busyDelayMs, undefined, { signal: some }).catch(() => {});
      looksAtOthers = !some.aborted;
      if (looksAtOthers) busy.clear();
    }
    return undefined;
  }

  return {
    async readOn() {
      const reasons: string[] = [];
      for (;;) {
        // One after the other, so that two readers do not look at the same range.
        const searching = search.then(nextRange);
        search = searching.catch(() => {});
        const range = await searching;
        if (!range) return reasons;
        const { name } = range;
        const tell = (rows: number) => onLeft(name, rows);
        const outcome = await backfillRange(context, entity, range, runId, stop, tell).finally(() => {
          reading.delete(name);
          left.delete(name);
          wake.abort();
        });
        if (outcome.kind === 'busy') busy.add(name);
        else ended.add(name);
        if (outcome.kind === 'incomplete') reasons.push(outcome.reason);
      }
    },
  };
}

/**
 * Reads a range as a job of a daemon; when no other one waits for a job, goes on with parts of what others have to read.
 *
 * The part has no job of its own: should this one die, the next look at the queue finds it.
 */
export async function readRangeAndHelp(
  context: SyncContext,
  entity: EntityDescriptor,
  planned: PlannedRange,
  runId: number,
  stop: Stop,
): Promise<RangeOutcome> {
  let outcome = await backfillRange(context, entity, planned, runId, stop);
  while (outcome.kind === 'complete' && !stop.pause.aborted) {
    const plan = await findPlan(context, entity);
    const open = plan?.ranges.filter(({ complete }) => !complete) ?? [];
    if (!plan || open.some(({ begun }) => !begun)) break;
    const part = await takeOver(context, entity, plan, open, new Map(), stop.signal);
    if (!part) break;
    outcome = await backfillRange(context, entity, part, runId, stop);
  }
  return outcome;
}

/**
 * Takes over a part of the range of which most is left, about the second half of its rows; undefined when none is worth it.
 *
 * Whoever reads that range keeps its fence and ends at the cut, which lies behind the page that he is reading now.
 */
async function takeOver(
  context: SyncContext,
  descriptor: EntityDescriptor,
  plan: BackfillPlan,
  open: readonly PlannedRange[],
  left: RowsLeft,
  signal: AbortSignal,
): Promise<PlannedRange | undefined> {
  const entity = patientEntity(context, descriptor, signal);
  const least = leastRowsToSplit(context, entity);
  const count = (afterId: number, upToId: number | null) =>
    entity.count(context, signal, { afterId, upToId });
  const begun = open.filter(({ begun: isBegun, hasGaps }) => isBegun && !hasGaps);
  try {
    const candidates = begun
      .map((range) => ({ range, end: range.upToId ?? Math.max(plan.largestId, range.position) }))
      // There are never more rows than ids.
      .filter(({ range, end }) => end - range.position >= least);
    const known = candidates.filter(({ range }) => left.has(range.name));
    const unknown = candidates
      .filter(({ range }) => !left.has(range.name))
      .toSorted((one, other) => other.end - other.range.position - (one.end - one.range.position))
      .slice(0, mostCandidatesCounted);
    const counted = await Promise.all(
      [...known, ...unknown].map(async ({ range, end }) => ({
        range,
        end,
        rows: left.get(range.name) ?? (await count(range.position, range.upToId)),
      })),
    );
    const [largest] = counted.toSorted((one, other) => other.rows - one.rows);
    if (!largest || largest.rows < least) return undefined;
    const { range, end, rows } = largest;
    let [low, high] = [range.position, end];
    // Where most ids are rows, the middle of the ids is about that of the rows.
    if (rows >= (high - low) * denseShare) {
      return await split(context, entity, range, low + Math.floor((high - low) / 2));
    }
    for (let counts = 0; counts < mostCounts && high - low > 1; counts += 1) {
      const atId = low + Math.floor((high - low) / 2);
      const above = await count(atId, range.upToId);
      if (above > rows * (1 - leastShare)) low = atId;
      else if (above < rows * leastShare) high = atId;
      else return await split(context, entity, range, atId);
    }
    return undefined;
  } catch (error) {
    // A row spoils the counts; the walk that reads it finds it.
    if (!mayBeAboutARow(error)) throw error;
    return undefined;
  }
}

async function split(
  context: SyncContext,
  entity: EntityDescriptor,
  range: PlannedRange,
  atId: number,
): Promise<PlannedRange | undefined> {
  const part = { afterId: atId, upToId: range.upToId };
  const name = rangeName(part);
  const at = { atId, range: name, startedAt: context.clock.now() };
  const isSplit = await context.store.checkpoints.split(rangeKey(context, entity, range.name), at);
  if (!isSplit) return undefined;
  return { ...part, name, position: atId, begun: true, complete: false, hasGaps: false };
}

function leastRowsToSplit(context: SyncContext, entity: EntityDescriptor): number {
  return leastPagesToSplit * currentPageSize(pageSizeOf(context, entity.name));
}
