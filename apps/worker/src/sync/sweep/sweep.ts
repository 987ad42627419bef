import type { CheckpointKey, CheckpointState } from '@magento-sync/db';
import type { Entity } from '@magento-sync/entities';
import type { EntityDescriptor, EntityPage } from '../entity/entity.ts';
import type { Stop, SyncContext } from '../ports.ts';
import { emptyCheckpoint } from '../pull/pull.ts';
import {
  type Gap,
  type IdPlace,
  patientEntity,
  readAccounted,
  readsByIds,
  reasonOf,
  survey,
} from '../reading/index.ts';
import { confirmDeletions, reasonOfHidden } from '../reconcile/deletions.ts';
import {
  type Busy,
  type DetailedResult,
  incompleteFor,
  lockNames,
  type Run,
  runOf,
  type Totals,
  unlessBusy,
} from '../run.ts';
import { lookAtShop } from '../warnings/shop-warnings.ts';

/** What a sweep did. */
export interface SweepResult extends DetailedResult, Readonly<Omit<Totals, 'unchanged'>> {
  readonly deleted: number;
  /** The whole id space has been compared since the pass began. */
  readonly passComplete: boolean;
}

/** How an attempt to sweep ended; `idle` means that the pass is as far as it has to be by now. */
export type SweepAttempt =
  | { readonly kind: 'swept'; readonly result: SweepResult }
  | { readonly kind: 'idle' }
  | Busy;

/** How far a sweep goes. */
export interface SweepOptions {
  /** Within what time a pass compares every row; 0 compares all of them now, in a pass of its own. */
  readonly periodMs: number;
  /** Only rows that are no older than this, in passes beside those over all rows. */
  readonly youngerThanMs?: number;
}

/** Where the sweep of an entity goes on. */
export function sweepKey(
  context: Pick<SyncContext, 'shop'>,
  entity: EntityDescriptor,
  { youngerThanMs }: Pick<SweepOptions, 'youngerThanMs'> = {},
): CheckpointKey {
  const range = youngerThanMs === undefined ? 'all' : 'recent';
  return { shop: context.shop, entity: entity.name, kind: 'sweep', range };
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
  const key = sweepKey(context, entity, options);
  const lock = lockNames.sweep(context, entity, key.range);
  return unlessBusy(context, lock, stop, async (alone): Promise<SweepAttempt> => {
    const { signal } = alone;
    const from = await firstIdOf(context, entity, options);
    const claimed = await context.store.checkpoints.claim(key, emptyCheckpoint);
    const begun = await newPass(context, entity, claimed.state, signal, options, from);
    // A checkpoint of ids only moves forward, so that a new pass needs a new one.
    const { state, fence } = begun ? await context.store.checkpoints.reset(key, begun) : claimed;
    const { warnings, lateIds } = await lookAtShop(context, patientEntity(context, entity, signal), signal);
    const isIdle = state.completedAt !== null || !isBehind(context, state, options, from);
    if (isIdle && lateIds.length === 0) return { kind: 'idle' };
    // A pass compares every row: what could not be read for a while is tried at its beginning.
    const kind = { kind: 'sweep', cause: 'sweep', retries: begun ? 'all' : 'due' } as const;
    const result = await runOf(context, entity, kind, alone, async (run): Promise<SweepResult> => {
      const { outcome: late } = await run.entity.reread(context, lateIds, run.account, signal);
      const swept = isIdle
        ? { status: 'succeeded' as const, deleted: 0, passComplete: state.completedAt !== null }
        : await readOn(context, run, { key, fence, state, from }, options);
      const { pages, rows, inserted, updated } = run.totals;
      return {
        ...swept,
        pages,
        rows: rows + lateIds.length,
        inserted: inserted + late.inserted,
        updated: updated + late.updated,
        ...(warnings.length > 0 ? { details: { warnings } } : {}),
      };
    });
    return { kind: 'swept', result };
  });
}

/** The start of a new pass; `undefined` while one is under way or the period of the last one is not over. */
async function newPass(
  context: SyncContext,
  entity: EntityDescriptor,
  state: CheckpointState,
  signal: AbortSignal,
  { periodMs }: SweepOptions,
  from: number,
): Promise<CheckpointState | undefined> {
  const now = context.clock.now();
  if (state.startedAt && periodMs > 0) {
    if (!state.completedAt || now.getTime() < state.startedAt.getTime() + periodMs) return undefined;
  }
  const { largestId } = await survey(context, entity, signal);
  return { ...emptyCheckpoint, startedAt: now, afterId: from, upToId: largestId };
}

/** Says whether the pass is behind an even pace; what the pace asks for is read at once, also after a long pause. */
function isBehind(
  context: SyncContext,
  state: CheckpointState,
  { periodMs }: SweepOptions,
  from: number,
): boolean {
  if (periodMs === 0 || !state.startedAt || !state.upToId || state.upToId <= from) return true;
  const elapsed = (context.clock.now().getTime() - state.startedAt.getTime()) / periodMs;
  return (state.afterId - from) / (state.upToId - from) <= elapsed;
}

interface Pass {
  readonly key: CheckpointKey;
  readonly fence: bigint;
  readonly state: CheckpointState;
  /** Where passes begin. */
  readonly from: number;
}

/** The id after which rows are young enough; 0 for passes over all rows. */
async function firstIdOf(
  context: SyncContext,
  entity: EntityDescriptor,
  { youngerThanMs }: SweepOptions,
): Promise<number> {
  if (youngerThanMs === undefined) return 0;
  const since = new Date(context.clock.now().getTime() - youngerThanMs);
  return context.store.copyOf(entity.definition).lastIdBefore(context.shop, since);
}

async function readOn(
  context: SyncContext,
  run: Run,
  { key, fence, state, from }: Pass,
  options: SweepOptions,
): Promise<Pick<SweepResult, 'status' | 'reason' | 'deleted' | 'passComplete'>> {
  const { entity, account, stop } = run;
  let current = state;
  let deleted = 0;
  const gaps: Gap<IdPlace>[] = [];
  const unsettled = { hidden: [] as number[], denied: [] as number[] };
  let brake: string | undefined;
  let ended = false;
  const reads = readsByIds(context, entity, stop.signal);
  const isEnoughAt = (afterId: number) =>
    stop.pause.aborted || !isBehind(context, { ...current, afterId }, options, from);
  const walk = {
    after: { id: state.afterId },
    upTo: undefined,
    gaps,
    enough: () => isEnoughAt(current.afterId),
    // Whoever is behind before a page was written is so afterwards, too.
    readsOn: ({ next }: EntityPage<IdPlace>) => !isEnoughAt(next.id),
  };
  for await (const { page, again } of readAccounted(reads, walk)) {
    if (!again) {
      const reached = page.size > 0 ? page.next.id : current.afterId;
      const swept = { afterId: current.afterId, upToId: page.last ? null : reached };
      // One portion over the brake is enough: the rows are still compared, and nothing more is marked.
      if (brake === undefined) {
        const missing = await missingFrom(context, entity, swept, page);
        const ask = { ...account, signal: stop.signal };
        const deletion = await confirmDeletions(context, entity, missing, ask);
        brake = deletion.brake;
        unsettled.hidden.push(...deletion.hidden);
        unsettled.denied.push(...deletion.denied);
        deleted += deletion.deleted;
      }
      const { hidden, denied } = unsettled;
      const complete = page.last && gaps.length + hidden.length + denied.length === 0;
      ended = page.last;
      current = { ...current, afterId: reached, completedAt: complete ? context.clock.now() : null };
    }
    await run.write(page, { key, fence, next: current });
  }
  const passComplete = current.completedAt !== null;
  if (ended && !passComplete) {
    // All other rows were compared; a pass with hidden rows is not complete and begins anew.
    await context.store.checkpoints.reset(key, { ...current, afterId: from, startedAt: context.clock.now() });
  }
  const incomplete = incompleteFor(
    reasonOf(entity.name, gaps, ({ id }) => `id ${id}`),
    reasonOfHidden(entity.name, unsettled),
    brake,
  );
  if (incomplete) return { ...incomplete, deleted, passComplete };
  if (stop.pause.aborted && !passComplete) {
    const reason = 'asked to stop; the next sweep goes on from here';
    return { status: 'interrupted', reason, deleted, passComplete };
  }
  return { status: 'succeeded', deleted, passComplete };
}

/** Ids of the copy that lie in the range of a page and are not on it. */
async function missingFrom(
  context: SyncContext,
  entity: EntityDescriptor,
  range: { readonly afterId: number; readonly upToId: number | null },
  { ids }: EntityPage<{ id: number }>,
): Promise<number[]> {
  const seen = new Set(ids);
  return (await entity.idsInCopy(context, range)).filter((id) => !seen.has(id));
}

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
