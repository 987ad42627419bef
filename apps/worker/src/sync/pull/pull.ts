import type { CheckpointKey, CheckpointState } from '@magento-sync/db';
import type { ChangePosition } from '@magento-sync/magento-client';
import type { EntityDescriptor } from '../entity/entity.ts';
import type { Stop, SyncContext } from '../ports.ts';
import { type Gap, IncompleteReadError, readAccounted, readsByChanges, reasonOf } from '../reading/index.ts';
import {
  type Busy,
  incompleteFor,
  lockNames,
  type Run,
  type RunResult,
  runOf,
  type Totals,
  unlessBusy,
} from '../run.ts';
import { askedAt, latestNotAfter, nextWatermark, pullStart, type Stamp } from './watermark.ts';

/** What a pull did. */
export interface PullResult extends RunResult, Readonly<Totals> {
  readonly watermark: Stamp;
}

/** How an attempt to pull ended: pulled, or why it was not begun. */
export type PullAttempt =
  | { readonly kind: 'pulled'; readonly result: PullResult }
  | Busy
  /** There is no watermark yet: a backfill has to come first. */
  | { readonly kind: 'needs-backfill' };

/** Where the pulls of an entity go on. */
export function pullKey(context: SyncContext, entity: EntityDescriptor): CheckpointKey {
  return { shop: context.shop, entity: entity.name, kind: 'pull', range: 'all' };
}

/** A checkpoint before anything was read. */
export const emptyCheckpoint: CheckpointState = {
  afterUpdatedAt: null,
  afterId: 0,
  upToId: null,
  watermark: null,
  startedAt: null,
  completedAt: null,
};

/**
 * Reads everything that changed since the watermark minus the overlap, once.
 *
 * Every page is committed with its position, so a pull that died goes on where it stopped. It counts as begun when its
 * first page was asked for, also after it was resumed: rows that were committed late behind its back are stamped after
 * that moment minus the overlap, which the watermark never passes. Another pull follows a resumed one at once, so that
 * whoever asked for a pull has everything that had changed by then.
 */
export async function pullChanges(
  context: SyncContext,
  entity: EntityDescriptor,
  stop: Stop,
): Promise<PullAttempt> {
  return unlessBusy(context, lockNames.pull(context, entity), stop, async (alone): Promise<PullAttempt> => {
    const first = await pullOnce(context, entity, alone);
    if (first.kind !== 'pulled') return first;
    const { result, resumed } = first;
    const isOld = resumed && result.status === 'succeeded' && !stop.pause.aborted;
    const second = isOld ? await pullOnce(context, entity, alone) : undefined;
    return { kind: 'pulled', result: second?.kind === 'pulled' ? sumOf(result, second.result) : result };
  });
}

type OnePull =
  | { readonly kind: 'pulled'; readonly result: PullResult; readonly resumed: boolean }
  | { readonly kind: 'needs-backfill' };

async function pullOnce(context: SyncContext, entity: EntityDescriptor, stop: Stop): Promise<OnePull> {
  const { state, fence } = await context.store.checkpoints.claim(pullKey(context, entity), emptyCheckpoint);
  const { watermark } = state;
  if (watermark === null) return { kind: 'needs-backfill' };
  const result = await runOf(context, entity, { kind: 'pull', cause: 'pull' }, stop, (run) =>
    readChanges(context, run, { state, fence, watermark }),
  );
  return { kind: 'pulled', result, resumed: state.afterUpdatedAt !== null };
}

/** The later of two pulls, with what both did. */
function sumOf(first: PullResult, second: PullResult): PullResult {
  return {
    ...second,
    pages: first.pages + second.pages,
    rows: first.rows + second.rows,
    inserted: first.inserted + second.inserted,
    updated: first.updated + second.updated,
    unchanged: first.unchanged + second.unchanged,
  };
}

interface Claimed {
  readonly state: CheckpointState;
  readonly fence: bigint;
  readonly watermark: Stamp;
}

async function readChanges(
  context: SyncContext,
  run: Run,
  { state, fence, watermark }: Claimed,
): Promise<PullResult> {
  const { entity, stop, totals } = run;
  const { overlapMs } = context.settings;
  const key = pullKey(context, entity);
  const start = { updatedAt: pullStart(watermark, overlapMs), id: 0 };
  // A position is only kept while a pull is under way; then `startedAt` is when that pull began.
  const resumed =
    state.afterUpdatedAt === null ? undefined : { updatedAt: state.afterUpdatedAt, id: state.afterId };
  let startedAt = resumed ? state.startedAt : null;
  let latestSeen = startedAt && latestNotAfter(null, [state.afterUpdatedAt], startedAt);
  const gaps: Gap<ChangePosition>[] = [];
  let current: CheckpointState = state;

  const reads = readsByChanges(context, entity, stop.signal);
  const after = resumed && (await addsUp(context, entity, start, resumed, stop.signal)) ? resumed : start;
  const enough = () => stop.pause.aborted;
  const walk = { after, upTo: undefined, gaps, enough, readsOn: () => !enough() };
  for await (const { page, again } of readAccounted(reads, walk)) {
    startedAt ??= askedAt(page.shopDate, page.durationMs) ?? context.clock.now();
    latestSeen = latestNotAfter(latestSeen, page.stamps, page.shopDate ?? startedAt);
    const complete = page.last && !again && gaps.length === 0;
    const reached = complete
      ? nextWatermark({ previous: watermark, startedAt, latestSeen, overlapMs })
      : watermark;
    if (complete) {
      current = { ...emptyCheckpoint, watermark: reached, startedAt, completedAt: context.clock.now() };
    } else if (!again) {
      current = { ...state, afterUpdatedAt: page.next.updatedAt, afterId: page.next.id, startedAt };
    }
    await run.write(page, { key, fence, next: current });
    if (complete) return { status: 'succeeded', ...totals, watermark: reached };
  }
  const incomplete = incompleteFor(
    reasonOf(entity.name, gaps, ({ updatedAt, id }) => `${updatedAt} UTC, id ${id}`),
  );
  if (incomplete) {
    // Without a position the next pull begins where this one began.
    await context.store.checkpoints.advance(key, fence, { ...current, afterUpdatedAt: null, afterId: 0 });
    return { ...incomplete, ...totals, watermark };
  }
  if (stop.pause.aborted) {
    const reason = 'asked to stop; the next pull goes on from here';
    return { status: 'interrupted', reason, ...totals, watermark };
  }
  throw new IncompleteReadError(entity.name, 'the changes');
}

/**
 * Whether the part that a stopped pull has read is whole: not more rows in the shop than in the copy.
 *
 * What happened between its last page and its end nobody accounted for.
 */
async function addsUp(
  context: SyncContext,
  entity: EntityDescriptor,
  start: ChangePosition,
  position: ChangePosition,
  signal: AbortSignal,
): Promise<boolean> {
  const inShop = await entity.countChanges(context, signal, { after: start, upTo: position });
  const inCopy = await entity.countChangesInCopy(context, start, position);
  if (inShop <= inCopy) return true;
  context.log.warn({ inShop, inCopy }, 'the part that was read does not add up; the pull begins anew');
  return false;
}
