import type { CheckpointKey, CheckpointState } from '@magento-sync/db';
import type { ChangePosition } from '@magento-sync/magento-client';
import type { EntityDescriptor, EntityPage, PageOutcome } from './entity.ts';
import { IncompleteReadError } from './incomplete-read-error.ts';
import type { Stop, SyncContext } from './ports.ts';
import { type RunResult, recordRun } from './run-record.ts';
import type { Stamp } from './stamp.ts';
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

/** State of a pull checkpoint before the first pull. */
export const blankPull: CheckpointState = {
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
 * that moment minus the overlap, which the watermark never passes.
 */
export async function pullChanges(
  context: SyncContext,
  entity: EntityDescriptor,
  stop: Stop,
): Promise<PullAttempt> {
  const name = `pull:${context.shop}:${entity.name}`;
  const attempt = await context.locks.tryRun(name, stop.signal, async (signal): Promise<PullAttempt> => {
    const { state, fence } = await context.store.checkpoints.claim(pullKey(context, entity), blankPull);
    const { watermark } = state;
    if (watermark === null) return { kind: 'needs-backfill' };
    const result = await recordRun(context, { entity: entity.name, kind: 'pull' }, signal, (runId) =>
      readChanges(context, entity, { state, fence, watermark, runId }, { ...stop, signal }),
    );
    return { kind: 'pulled', result };
  });
  return attempt.acquired ? attempt.value : { kind: 'busy' };
}

interface Claimed {
  readonly state: CheckpointState;
  readonly fence: bigint;
  readonly watermark: Stamp;
  readonly runId: number;
}

async function readChanges(
  context: SyncContext,
  entity: EntityDescriptor,
  { state, fence, watermark, runId }: Claimed,
  stop: Stop,
): Promise<PullResult> {
  const { overlapMs } = context.settings;
  // A position is only kept while a pull is under way; then `startedAt` is when that pull began.
  const resumed = state.afterUpdatedAt !== null;
  let startedAt = resumed ? state.startedAt : null;
  let latestSeen = startedAt && latestNotAfter(null, [state.afterUpdatedAt], startedAt);
  const position: ChangePosition = {
    updatedAt: state.afterUpdatedAt ?? pullStart(watermark, overlapMs),
    id: resumed ? state.afterId : 0,
  };
  const totals = { pages: 0, rows: 0, inserted: 0, updated: 0, unchanged: 0 };

  const pages = entity.pagesChangedSince(context, position, { signal: stop.signal });
  for await (const page of pages) {
    startedAt ??= askedAt(page.shopDate, page.durationMs) ?? context.clock.now();
    latestSeen = latestNotAfter(latestSeen, page.stamps, page.shopDate ?? startedAt);
    const reached = page.last
      ? nextWatermark({ previous: watermark, startedAt, latestSeen, overlapMs })
      : watermark;
    const next: CheckpointState = page.last
      ? { ...blankPull, watermark: reached, startedAt, completedAt: context.clock.now() }
      : { ...state, afterUpdatedAt: page.next.updatedAt, afterId: page.next.id, startedAt };
    const outcome = await page.write({
      runId,
      cause: 'pull',
      checkpoint: { key: pullKey(context, entity), fence, next },
    });
    totals.pages += 1;
    totals.rows += page.size;
    totals.inserted += outcome.inserted;
    totals.updated += outcome.updated;
    totals.unchanged += outcome.unchanged;
    report(context, entity, page, outcome);
    if (page.last) return { status: 'succeeded', ...totals, watermark: reached };
    if (stop.pause.aborted) {
      return {
        status: 'interrupted',
        reason: 'asked to stop; the next pull goes on from here',
        ...totals,
        watermark,
      };
    }
  }
  throw new IncompleteReadError(entity.name, 'the changes');
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
