import type { Checkpoint, CheckpointKey, CheckpointState } from '@magento-sync/db';
import { currentPageSize } from '@magento-sync/magento-client';
import type { EntityDescriptor, IdRange } from '../entity/entity.ts';
import type { SyncContext } from '../ports.ts';
import { emptyCheckpoint, pullKey } from '../pull/pull.ts';
import { firstWatermark } from '../pull/watermark.ts';
import {
  cutByCounts,
  largestPossibleId,
  mayBeAboutARow,
  pageSizeOf,
  patientEntity,
  planIdRanges,
  planSpans,
  rangeName,
  rowsPerRange,
  survey,
} from '../reading/index.ts';
import { lockNames } from '../run.ts';

const planRange = 'plan';

/** One range of a backfill and how far it is. */
export interface PlannedRange extends IdRange {
  readonly name: string;
  /** The last id that was read and committed. */
  readonly position: number;
  /** Somebody has read of it. */
  readonly begun: boolean;
  readonly complete: boolean;
  /** Read to its end, and of some stretch of it the shop counts more rows than it shows: it is read again. */
  readonly hasGaps: boolean;
}

/** A backfill as PostgreSQL knows it. */
export interface BackfillPlan {
  /** The shop's clock when the backfill was planned. */
  readonly startedAt: Date;
  /** When it was planned. */
  readonly largestId: number;
  readonly completedAt: Date | null;
  /** Every range was read to its end, so that pulls have begun; complete unless some have gaps. */
  readonly readToEnd: boolean;
  readonly ranges: readonly PlannedRange[];
  /** Rows in the shop when it was planned; only of a plan that was made just now, and where the shop could tell. */
  readonly rows?: number;
}

/** What is left of a backfill. */
export type RestOfPlan = Pick<BackfillPlan, 'readToEnd'> & {
  readonly left: readonly PlannedRange[];
  /** Number of ranges of the whole plan, as it is split by now. */
  readonly ranges: number;
};

/** The backfill of an entity, or `undefined` when none was ever planned. */
export async function findPlan(
  context: Pick<SyncContext, 'shop' | 'store'>,
  entity: EntityDescriptor,
): Promise<BackfillPlan | undefined> {
  const checkpoints = await context.store.checkpoints.list({
    shop: context.shop,
    entity: entity.name,
    kind: 'backfill',
  });
  const plan = checkpoints.find(({ key }) => key.range === planRange);
  if (!plan?.state.startedAt) return undefined;
  const ranges = checkpoints
    .filter(({ key }) => key.range !== planRange)
    .map(plannedRange)
    .toSorted(byAfterId);
  const { startedAt, completedAt } = plan.state;
  const largestId = plan.state.upToId ?? 0;
  return { startedAt, largestId, completedAt, readToEnd: ranges.every(isReadToEnd), ranges };
}

/**
 * Finds the backfill that is to go on, or plans one; with `restart`, what was read before is forgotten.
 *
 * A finished backfill is returned as it is. Only one process plans at a time.
 */
export async function openPlan(
  context: SyncContext,
  entity: EntityDescriptor,
  options: { readonly restart: boolean; readonly signal: AbortSignal },
): Promise<BackfillPlan> {
  return context.locks.run(lockNames.backfillPlan(context, entity), options.signal, async (signal) => {
    const existing = await findPlan(context, entity);
    if (existing && !options.restart) return existing;
    const { startedAt, largestId, rows } = await survey(context, entity, signal);
    const ranges = await cutIds(context, entity, { largestId, rows: rows ?? largestId }, signal);
    const watermark = firstWatermark(startedAt, context.settings.overlapMs);
    await context.store.checkpoints.planRanges({
      shop: context.shop,
      entity: entity.name,
      kind: 'backfill',
      ranges: [
        { range: planRange, state: { ...emptyCheckpoint, upToId: largestId, watermark, startedAt } },
        ...ranges.map((range) => ({ range: rangeName(range), state: rangeStart(range) })),
      ],
      replace: true,
    });
    const planned = await findPlan(context, entity);
    if (!planned) throw new Error(`The backfill of ${entity.name} was planned but cannot be found.`);
    return rows === undefined ? planned : { ...planned, rows };
  });
}

/** Below this share of ids that are rows, ids alone do not tell how much a range holds. */
export const denseShare = 0.5;

/** Cuts the ids into ranges: by their number where most ids are rows, by counts where they lie apart or in heaps. */
async function cutIds(
  context: SyncContext,
  descriptor: EntityDescriptor,
  shop: { readonly largestId: number; readonly rows: number },
  signal: AbortSignal,
): Promise<IdRange[]> {
  const entity = patientEntity(context, descriptor, signal);
  const sizer = pageSizeOf(context, entity.name);
  const mostPageSize = typeof sizer === 'number' ? sizer : entity.definition.page.most;
  const facts = { ...shop, mostPageSize, readers: rangesAtOnce(context) };
  if (shop.rows >= shop.largestId * denseShare) return planIdRanges(facts);
  const rowsEach = rowsPerRange({ ...facts, pageSize: currentPageSize(sizer) });
  try {
    return await cutByCounts(shop, rowsEach, (range) => entity.count(context, signal, range));
  } catch (error) {
    // A row spoils the counts: it is found by the walk, and large ranges are split while they are read.
    if (!mayBeAboutARow(error)) throw error;
    return planSpans(shop.largestId, Math.ceil((rowsEach * shop.largestId) / Math.max(1, shop.rows)));
  }
}

/** Ranges that one process reads side by side. */
export function rangesAtOnce({ settings }: Pick<SyncContext, 'settings'>): number {
  return settings.rangesAtOnce ?? settings.concurrency;
}

/** Key of the checkpoint of one range. */
export function rangeKey(context: SyncContext, entity: EntityDescriptor, range: string): CheckpointKey {
  return { shop: context.shop, entity: entity.name, kind: 'backfill', range };
}

/** State of a range before its first page. */
export function rangeStart({ afterId, upToId }: IdRange): CheckpointState {
  return { ...emptyCheckpoint, afterId, upToId };
}

/** The position of a range that was read to its end without adding up; no page can have it, as its range is complete then. */
export function endOf({ upToId }: Pick<IdRange, 'upToId'>): number {
  return upToId ?? largestPossibleId;
}

/**
 * Closes a backfill whose ranges are all complete, and lets the pulls begin before it.
 *
 * The pulls also begin when all ranges were read to their ends and some have gaps: what is hidden there must not keep
 * everything else from staying fresh. A watermark that pulls have reached meanwhile is kept. Only one process closes at a
 * time: whoever comes second finds it closed. Returns the ranges that are left; none means closed.
 */
export async function closePlan(
  context: SyncContext,
  entity: EntityDescriptor,
  signal: AbortSignal,
): Promise<RestOfPlan> {
  return context.locks.run(lockNames.backfillPlan(context, entity), signal, () => close(context, entity));
}

async function close(context: SyncContext, entity: EntityDescriptor): Promise<RestOfPlan> {
  const plan = await findPlan(context, entity);
  const left = plan?.ranges.filter((range) => !range.complete) ?? [];
  const readToEnd = left.every(isReadToEnd);
  const rest = { left, readToEnd, ranges: plan?.ranges.length ?? 0 };
  if (!plan || !readToEnd || plan.completedAt) return rest;
  const { checkpoints } = context.store;
  const watermark = firstWatermark(plan.startedAt, context.settings.overlapMs);
  const [pull] = await checkpoints.list(pullKey(context, entity));
  if (!pull?.state.watermark) {
    const { fence } = await checkpoints.claim(pullKey(context, entity), emptyCheckpoint);
    await checkpoints.advance(pullKey(context, entity), fence, { ...emptyCheckpoint, watermark });
  }
  if (left.length > 0) return rest;
  const key = rangeKey(context, entity, planRange);
  const { fence } = await checkpoints.claim(key, emptyCheckpoint);
  await checkpoints.complete(key, fence, context.clock.now());
  return rest;
}

function isReadToEnd({ complete, hasGaps }: PlannedRange): boolean {
  return complete || hasGaps;
}

function plannedRange({ key, state }: Checkpoint): PlannedRange {
  const start = Number(key.range.split('-')[0]);
  const complete = state.completedAt !== null;
  return {
    name: key.range,
    afterId: start,
    upToId: state.upToId,
    position: state.afterId,
    begun: state.startedAt !== null,
    complete,
    hasGaps: !complete && state.afterId >= endOf(state),
  };
}

function byAfterId(one: PlannedRange, other: PlannedRange): number {
  return one.afterId - other.afterId;
}
