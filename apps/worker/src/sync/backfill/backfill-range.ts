import type { CheckpointState } from '@magento-sync/db';
import type { EntityDescriptor } from '../entity/entity.ts';
import type { Stop, SyncContext } from '../ports.ts';
import {
  type Gap,
  type IdPlace,
  IncompleteReadError,
  readAccounted,
  readsByIds,
  reasonOf,
} from '../reading/index.ts';
import { type Busy, lockNames, openRun, type Run, unlessBusy } from '../run.ts';
import { endOf, type PlannedRange, rangeKey, rangeStart } from './backfill-plan.ts';

/** How the read of a range ended. */
export type RangeOutcome =
  | { readonly kind: 'complete' | 'interrupted' }
  | Busy
  /** Read to its end, and the shop counts more rows than it shows. */
  | { readonly kind: 'incomplete'; readonly reason: string };

/**
 * Reads one range of a backfill from its checkpoint to its end.
 *
 * Every page is committed together with its position: whatever dies, at most the page at hand is read again.
 */
export async function backfillRange(
  context: SyncContext,
  entity: EntityDescriptor,
  range: PlannedRange,
  runId: number,
  stop: Stop,
  /** Told after every page how many rows are left. */
  onLeft: (rows: number) => void = () => {},
): Promise<RangeOutcome> {
  const lock = lockNames.backfillRange(context, entity, range.name);
  return unlessBusy(context, lock, stop, async (alone): Promise<RangeOutcome> => {
    const key = rangeKey(context, entity, range.name);
    const { state, fence } = await context.store.checkpoints.claim(key, rangeStart(range));
    if (state.completedAt) return { kind: 'complete' };
    if (stop.pause.aborted) return { kind: 'interrupted' };
    try {
      const run = await openRun(context, entity, { runId, cause: 'backfill' }, alone);
      const outcome = await readRange(context, run, { range, state, fence, onLeft });
      await context.store.runs.noteFailure(runId, null);
      return outcome;
    } catch (error) {
      // The run of a daemon goes on while its ranges are tried again; the first error is the one that matters.
      const reason = error instanceof Error ? error.message : String(error);
      if (!alone.signal.aborted) await context.store.runs.noteFailure(runId, reason).catch(() => {});
      throw error;
    }
  });
}

interface ClaimedRange {
  readonly range: PlannedRange;
  readonly state: CheckpointState;
  readonly fence: bigint;
  readonly onLeft: (rows: number) => void;
}

async function readRange(
  context: SyncContext,
  run: Run,
  { range, state, fence, onLeft }: ClaimedRange,
): Promise<RangeOutcome> {
  const { entity, stop } = run;
  const { checkpoints } = context.store;
  const key = rangeKey(context, entity, range.name);
  const startedAt = state.startedAt ?? context.clock.now();
  const gaps: Gap<IdPlace>[] = [];
  let current: CheckpointState = { ...state, startedAt };
  const reads = readsByIds(context, entity, stop.signal);
  let after = await whereToGoOn(
    context,
    entity,
    { ...range, upToId: state.upToId },
    state.afterId,
    stop.signal,
  );
  let ended = false;
  for (let isCut = true; isCut; after = Math.max(after, current.afterId)) {
    isCut = false;
    const upTo = current.upToId === null ? undefined : { id: current.upToId };
    const walk = { after: { id: after }, upTo, gaps, enough: () => stop.pause.aborted || isCut };
    for await (const { page, again } of readAccounted(reads, walk)) {
      ended ||= page.last && !again;
      const complete = ended && gaps.length === 0;
      const afterId = again || page.size === 0 ? current.afterId : page.next.id;
      current = { ...current, afterId, completedAt: complete ? context.clock.now() : null };
      const { rangeEnd } = await run.write(page, { key, fence, next: current });
      if (complete) return { kind: 'complete' };
      if (again || ended) continue;
      onLeft(page.totalCount - page.size);
      // Somebody who had nothing to do may have taken over the second part of what is left.
      isCut = rangeEnd !== undefined && rangeEnd !== current.upToId;
      if (rangeEnd !== undefined) current = { ...current, upToId: rangeEnd };
    }
    ended ||= isCut && current.upToId !== null && current.afterId >= current.upToId;
    if (ended || stop.pause.aborted) break;
  }
  const reason = reasonOf(entity.name, gaps, ({ id }) => `id ${id}`);
  if (reason === null && ended) {
    await checkpoints.advance(key, fence, { ...current, completedAt: context.clock.now() });
    return { kind: 'complete' };
  }
  if (reason !== null && ended) {
    // Its end is kept, so that the pulls can begin, and nobody goes on behind the gap: it is read again from its start.
    await checkpoints.advance(key, fence, { ...current, afterId: endOf(current) });
    return { kind: 'incomplete', reason };
  }
  if (reason !== null) {
    await checkpoints.reset(key, rangeStart({ afterId: range.afterId, upToId: current.upToId }));
  }
  if (stop.pause.aborted) return { kind: 'interrupted' };
  throw new IncompleteReadError(entity.name, `the ids ${range.name}`);
}

/**
 * Where the read of a range goes on: its position, or its start when the part before is not whole.
 *
 * What happened between the last page and the end of the process that read it nobody accounted for.
 */
async function whereToGoOn(
  context: SyncContext,
  entity: EntityDescriptor,
  range: PlannedRange,
  position: number,
  signal: AbortSignal,
): Promise<number> {
  if (position <= range.afterId || position >= endOf(range)) return range.afterId;
  const read = { afterId: range.afterId, upToId: position };
  const inShop = await entity.count(context, signal, read);
  const inCopy = await entity.countInCopy(context, read);
  if (inShop <= inCopy) return position;
  context.log.warn(
    { range: range.name, inShop, inCopy },
    'what was read does not add up; the range begins anew',
  );
  return range.afterId;
}
