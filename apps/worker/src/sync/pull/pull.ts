import type { CheckpointKey, CheckpointState } from '@magento-sync/db';
import type { ChangePosition } from '@magento-sync/magento-client';
import type { EntityDescriptor, EntityPage } from '../entity/entity.ts';
import { lockNames } from '../lock-names.ts';
import type { PageOutcome, Stop, SyncContext } from '../ports.ts';
import { readsByChanges } from '../reading/accounted-reads.ts';
import { type GuardedEntity, guardEntity } from '../reading/guarded-entity.ts';
import { IncompleteReadError } from '../reading/incomplete-read-error.ts';
import { type Gap, readAccounted, reasonOf } from '../reading/read-account.ts';
import type { Stamp } from '../reading/stamp.ts';
import { type RunResult, recordRun } from '../run-record.ts';
import { askedAt, latestNotAfter, nextWatermark, pullStart } from './watermark.ts';

/** What a pull did. */
export interface PullResult extends RunResult {
  readonly pages: number;
  readonly rows: number;
  readonly inserted: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly watermark: Stamp;
}

/** How an attempt to pull ended: pulled, or why it was not begun. */
export type PullAttempt =
  | { readonly kind: 'pulled'; readonly result: PullResult }
  /** Another process is pulling; nothing was done. */
  | { readonly kind: 'busy' }
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
  const name = lockNames.pull(context, entity);
  const attempt = await context.locks.tryRun(name, stop.signal, async (signal): Promise<PullAttempt> => {
    const first = await pullOnce(context, entity, { ...stop, signal });
    if (first.kind !== 'pulled') return first;
    const { result, resumed } = first;
    const isOld = resumed && result.status === 'succeeded' && !stop.pause.aborted;
    const second = isOld ? await pullOnce(context, entity, { ...stop, signal }) : undefined;
    return { kind: 'pulled', result: second?.kind === 'pulled' ? sumOf(result, second.result) : result };
  });
  return attempt.acquired ? attempt.value : { kind: 'busy' };
}

type OnePull =
  | { readonly kind: 'pulled'; readonly result: PullResult; readonly resumed: boolean }
  | { readonly kind: 'needs-backfill' };

async function pullOnce(context: SyncContext, entity: EntityDescriptor, stop: Stop): Promise<OnePull> {
  const { state, fence } = await context.store.checkpoints.claim(pullKey(context, entity), emptyCheckpoint);
  const { watermark } = state;
  if (watermark === null) return { kind: 'needs-backfill' };
  const subject = { entity: entity.name, kind: 'pull' } as const;
  const result = await recordRun(context, subject, stop.signal, async (runId) => {
    const guarded = await guardEntity(context, entity, { runId, cause: 'pull' }, stop.signal);
    return readChanges(context, guarded, { state, fence, watermark, runId }, stop);
  });
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
  readonly runId: number;
}

async function readChanges(
  context: SyncContext,
  entity: GuardedEntity,
  { state, fence, watermark, runId }: Claimed,
  stop: Stop,
): Promise<PullResult> {
  const { overlapMs } = context.settings;
  const start = { updatedAt: pullStart(watermark, overlapMs), id: 0 };
  // A position is only kept while a pull is under way; then `startedAt` is when that pull began.
  const resumed =
    state.afterUpdatedAt === null ? undefined : { updatedAt: state.afterUpdatedAt, id: state.afterId };
  let startedAt = resumed ? state.startedAt : null;
  let latestSeen = startedAt && latestNotAfter(null, [state.afterUpdatedAt], startedAt);
  const totals = { pages: 0, rows: 0, inserted: 0, updated: 0, unchanged: 0 };
  const gaps: Gap<ChangePosition>[] = [];
  let current: CheckpointState = state;

  const reads = readsByChanges(context, entity, stop.signal);
  const after = resumed && (await addsUp(context, entity, start, resumed, stop.signal)) ? resumed : start;
  const walk = { after, upTo: undefined, gaps, enough: () => stop.pause.aborted };
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
    const outcome = await page.write({
      runId,
      cause: 'pull',
      checkpoint: { key: pullKey(context, entity), fence, next: current },
    });
    totals.pages += 1;
    totals.rows += page.size;
    totals.inserted += outcome.inserted;
    totals.updated += outcome.updated;
    totals.unchanged += outcome.unchanged;
    report(context, entity, page, outcome);
    if (complete) return { status: 'succeeded', ...totals, watermark: reached };
  }
  const reason = reasonOf(entity.name, gaps, ({ updatedAt, id }) => `${updatedAt} UTC, id ${id}`);
  if (reason !== null) {
    // Without a position the next pull begins where this one began.
    const again = { ...current, afterUpdatedAt: null, afterId: 0 };
    await context.store.checkpoints.advance(pullKey(context, entity), fence, again);
    return { status: 'incomplete', reason, ...totals, watermark };
  }
  if (stop.pause.aborted) {
    return {
      status: 'interrupted',
      reason: 'asked to stop; the next pull goes on from here',
      ...totals,
      watermark,
    };
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

function report(
  context: SyncContext,
  entity: EntityDescriptor,
  page: EntityPage<ChangePosition>,
  outcome: PageOutcome,
): void {
  context.onPage?.({
    entity: entity.name,
    cause: 'pull',
    range: 'all',
    rows: page.size,
    outcome,
    durationMs: page.durationMs,
    bytes: page.bytes,
  });
}
