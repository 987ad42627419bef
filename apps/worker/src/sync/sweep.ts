import type { CheckpointKey, CheckpointState } from '@magento-sync/db';
import { confirmDeletions } from './deletions.ts';
import type { EntityDescriptor } from './entity.ts';
import type { Stop, SyncContext } from './ports.ts';
import { blankPull } from './pull.ts';
import { type RunResult, recordRun } from './run-record.ts';

/** What a sweep did. */
export interface SweepResult extends RunResult {
  readonly pages: number;
  readonly rows: number;
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
  /** The whole id space has been compared since the pass began. */
  readonly passComplete: boolean;
}

/** How an attempt to sweep ended; `idle` means that the pass is as far as it has to be by now. */
export type SweepAttempt =
  | { readonly kind: 'swept'; readonly result: SweepResult }
  | { readonly kind: 'busy' | 'idle' };

/** How far a sweep goes. */
export interface SweepOptions {
  /** Within what time a pass compares every row; 0 compares all of them now, in a pass of its own. */
  readonly periodMs: number;
}

/** Where the sweep of an entity goes on. */
export function sweepKey(context: Pick<SyncContext, 'shop'>, entity: EntityDescriptor): CheckpointKey {
  return { shop: context.shop, entity: entity.name, kind: 'sweep', range: 'all' };
}

/**
 * Compares rows with the shop by content, in the order of their ids, as far as the pass has to be by now.
 *
 * Finds what moves no `updated_at`: address edits, newsletter flags, deleted store views, direct SQL. Rows of the copy that
 * lie between the ids of a page and were not in it are deletions, each confirmed by a read of its own.
 */
export async function sweep(
  context: SyncContext,
  entity: EntityDescriptor,
  stop: Stop,
  options: SweepOptions,
): Promise<SweepAttempt> {
  const name = `sweep:${context.shop}:${entity.name}`;
  const attempt = await context.locks.tryRun(name, stop.signal, async (signal): Promise<SweepAttempt> => {
    const key = sweepKey(context, entity);
    const claimed = await context.store.checkpoints.claim(key, blankPull);
    const state = await passToGoOn(context, entity, claimed.state, signal, options);
    if (!state || !isBehind(context, state, options)) return { kind: 'idle' };
    const result = await recordRun(context, { entity: entity.name, kind: 'sweep' }, signal, (runId) =>
      readOn(context, entity, { key, fence: claimed.fence, state, runId }, { ...stop, signal }, options),
    );
    return { kind: 'swept', result };
  });
  return attempt.acquired ? attempt.value : { kind: 'busy' };
}

/** The pass that is under way, or a new one when the last one's period is over. */
async function passToGoOn(
  context: SyncContext,
  entity: EntityDescriptor,
  state: CheckpointState,
  signal: AbortSignal,
  { periodMs }: SweepOptions,
): Promise<CheckpointState | undefined> {
  const now = context.clock.now();
  if (state.startedAt && periodMs > 0) {
    if (!state.completedAt) return state;
    if (now.getTime() < state.startedAt.getTime() + periodMs) return undefined;
  }
  const { largestId } = await entity.survey(context, signal);
  return { ...blankPull, startedAt: now, upToId: largestId };
}

/** Says whether the pass is behind an even pace; what the pace asks for is read at once, also after a long pause. */
function isBehind(context: SyncContext, state: CheckpointState, { periodMs }: SweepOptions): boolean {
  if (periodMs === 0 || !state.startedAt || !state.upToId) return true;
  const elapsed = (context.clock.now().getTime() - state.startedAt.getTime()) / periodMs;
  return state.afterId / state.upToId <= elapsed;
}

interface Pass {
  readonly key: CheckpointKey;
  readonly fence: bigint;
  readonly state: CheckpointState;
  readonly runId: number;
}

async function readOn(
  context: SyncContext,
  entity: EntityDescriptor,
  { key, fence, state, runId }: Pass,
  stop: Stop,
  options: SweepOptions,
): Promise<SweepResult> {
  let current = state;
  const totals = { pages: 0, rows: 0, inserted: 0, updated: 0, deleted: 0 };
  const range = { afterId: state.afterId, upToId: null };
  for await (const page of entity.pagesInIdRange(context, range, { signal: stop.signal })) {
    const reached = page.size > 0 ? page.next.id : current.afterId;
    const seen = new Set(page.ids);
    const swept = { afterId: current.afterId, upToId: page.last ? null : reached };
    const missing = (await entity.idsInCopy(context, swept)).filter((id) => !seen.has(id));
    const deletion = await confirmDeletions(context, entity, missing, {
      cause: 'sweep',
      runId,
      signal: stop.signal,
    });
    current = { ...current, afterId: reached, completedAt: page.last ? context.clock.now() : null };
    const outcome = await page.write({ runId, cause: 'sweep', checkpoint: { key, fence, next: current } });
    totals.pages += 1;
    totals.rows += page.size;
    totals.inserted += outcome.inserted;
    totals.updated += outcome.updated;
    totals.deleted += deletion.deleted;
    context.onPage?.({
      entity: entity.name,
      cause: 'sweep',
      range: 'all',
      rows: page.size,
      outcome,
      durationMs: page.durationMs,
      bytes: page.bytes,
    });
    if (deletion.brake)
      return { status: 'incomplete', reason: deletion.brake, ...totals, passComplete: page.last };
    if (page.last) return { status: 'succeeded', ...totals, passComplete: true };
    if (stop.pause.aborted) {
      return {
        status: 'interrupted',
        reason: 'asked to stop; the next sweep goes on from here',
        ...totals,
        passComplete: false,
      };
    }
    if (!isBehind(context, current, options)) return { status: 'succeeded', ...totals, passComplete: false };
  }
  return {
    status: 'incomplete',
    reason: 'the walk over the ids ended without a last page',
    ...totals,
    passComplete: false,
  };
}
