import type { CheckpointKey, CheckpointState } from '@magento-sync/db';
import type { EntityDescriptor, EntityPage } from '../entity/entity.ts';
import { lockNames } from '../lock-names.ts';
import type { Stop, SyncContext } from '../ports.ts';
import { emptyCheckpoint } from '../pull/pull.ts';
import { type IdPlace, readsByIds } from '../reading/accounted-reads.ts';
import { type GuardedEntity, guardEntity } from '../reading/guarded-entity.ts';
import { patientEntity } from '../reading/outages.ts';
import { type Gap, readAccounted, reasonOf } from '../reading/read-account.ts';
import { survey } from '../reading/survey.ts';
import { confirmDeletions, reasonOfHidden } from '../reconcile/deletions.ts';
import { type DetailedResult, recordRun } from '../run-record.ts';
import { lookAtShop } from '../warnings/shop-warnings.ts';

/** What a sweep did. */
export interface SweepResult extends DetailedResult {
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

const nothing = { pages: 0, rows: 0, inserted: 0, updated: 0, deleted: 0 };

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
  const name = lockNames.sweep(context, entity, key.range);
  const attempt = await context.locks.tryRun(name, stop.signal, async (signal): Promise<SweepAttempt> => {
    const from = await firstIdOf(context, entity, options);
    const claimed = await context.store.checkpoints.claim(key, emptyCheckpoint);
    const begun = await newPass(context, entity, claimed.state, signal, options, from);
    // A checkpoint of ids only moves forward, so that a new pass needs a new one.
    const { state, fence } = begun ? await context.store.checkpoints.reset(key, begun) : claimed;
    const { warnings, lateIds } = await lookAtShop(context, patientEntity(context, entity, signal), signal);
    const isIdle = state.completedAt !== null || !isBehind(context, state, options, from);
    if (isIdle && lateIds.length === 0) return { kind: 'idle' };
    const subject = { entity: entity.name, kind: 'sweep' } as const;
    const result = await recordRun(context, subject, signal, async (runId) => {
      const guarded = await guardEntity(
        context,
        entity,
        { runId, cause: 'sweep' },
        signal,
        // A pass compares every row: what could not be read for a while is tried at its beginning.
        begun ? 'all' : 'due',
      );
      const { outcome: late } = await guarded.reread(context, lateIds, { runId, cause: 'sweep' }, signal);
      const pass = { key, fence, state, runId, from };
      const swept = isIdle
        ? { status: 'succeeded' as const, ...nothing, passComplete: state.completedAt !== null }
        : await readOn(context, guarded, pass, { ...stop, signal }, options);
      return {
        ...swept,
        rows: swept.rows + lateIds.length,
        inserted: swept.inserted + late.inserted,
        updated: swept.updated + late.updated,
        ...(warnings.length > 0 ? { details: { warnings } } : {}),
      };
    });
    return { kind: 'swept', result };
  });
  return attempt.acquired ? attempt.value : { kind: 'busy' };
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
  readonly runId: number;
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
  entity: GuardedEntity,
  { key, fence, state, runId, from }: Pass,
  stop: Stop,
  options: SweepOptions,
): Promise<SweepResult> {
  let current = state;
  const totals = { ...nothing };
  const gaps: Gap<IdPlace>[] = [];
  const unsettled = { hidden: [] as number[], denied: [] as number[] };
  let brake: string | undefined;
  let ended = false;
  const reads = readsByIds(context, entity, stop.signal);
  const enough = () => stop.pause.aborted || !isBehind(context, current, options, from);
  const walk = { after: { id: state.afterId }, upTo: undefined, gaps, enough };
  for await (const { page, again } of readAccounted(reads, walk)) {
    if (!again) {
      const reached = page.size > 0 ? page.next.id : current.afterId;
      const swept = { afterId: current.afterId, upToId: page.last ? null : reached };
      // One portion over the brake is enough: the rows are still compared, and nothing more is marked.
      if (brake === undefined) {
        const missing = await missingFrom(context, entity, swept, page);
        const deletion = await confirmDeletions(context, entity, missing, {
          cause: 'sweep',
          runId,
          signal: stop.signal,
        });
        brake = deletion.brake;
        unsettled.hidden.push(...deletion.hidden);
        unsettled.denied.push(...deletion.denied);
        totals.deleted += deletion.deleted;
      }
      const { hidden, denied } = unsettled;
      const complete = page.last && gaps.length + hidden.length + denied.length === 0;
      ended = page.last;
      current = { ...current, afterId: reached, completedAt: complete ? context.clock.now() : null };
    }
    const outcome = await page.write({ runId, cause: 'sweep', checkpoint: { key, fence, next: current } });
    totals.pages += 1;
    totals.rows += page.size;
    totals.inserted += outcome.inserted;
    totals.updated += outcome.updated;
    context.onPage?.({
      entity: entity.name,
      cause: 'sweep',
      range: 'all',
      rows: page.size,
      outcome,
      durationMs: page.durationMs,
      bytes: page.bytes,
    });
  }
  const passComplete = current.completedAt !== null;
  if (ended && !passComplete) {
    // All other rows were compared; a pass with hidden rows is not complete and begins anew.
    await context.store.checkpoints.reset(key, { ...current, afterId: from, startedAt: context.clock.now() });
  }
  const reasons = [
    reasonOf(entity.name, gaps, ({ id }) => `id ${id}`),
    reasonOfHidden(entity.name, unsettled),
    brake ?? null,
  ].filter((reason) => reason !== null);
  if (reasons.length > 0) return { status: 'incomplete', reason: reasons.join(' '), ...totals, passComplete };
  if (stop.pause.aborted && !passComplete) {
    const reason = 'asked to stop; the next sweep goes on from here';
    return { status: 'interrupted', reason, ...totals, passComplete };
  }
  return { status: 'succeeded', ...totals, passComplete };
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
