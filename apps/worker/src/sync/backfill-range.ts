import type { CheckpointState } from '@magento-sync/db';
import { type PlannedRange, rangeKey, rangeStart } from './backfill-plan.ts';
import type { EntityDescriptor } from './entity.ts';
import { IncompleteReadError } from './incomplete-read-error.ts';
import type { Stop, SyncContext } from './ports.ts';

/** How the read of a range ended; `busy` means that another process is reading it. */
export type RangeOutcome = 'complete' | 'interrupted' | 'busy';

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
): Promise<RangeOutcome> {
  const lock = `backfill:${context.shop}:${entity.name}:${range.name}`;
  const attempt = await context.locks.tryRun(lock, stop.signal, (signal) =>
    readRange(context, entity, range, runId, { ...stop, signal }),
  );
  return attempt.acquired ? attempt.value : 'busy';
}

async function readRange(
  context: SyncContext,
  entity: EntityDescriptor,
  range: PlannedRange,
  runId: number,
  stop: Stop,
): Promise<RangeOutcome> {
  const key = rangeKey(context, entity, range.name);
  const { state, fence } = await context.store.checkpoints.claim(key, rangeStart(range));
  if (state.completedAt) return 'complete';
  if (stop.pause.aborted) return 'interrupted';
  const startedAt = state.startedAt ?? context.clock.now();
  const rest = { afterId: state.afterId, upToId: range.upToId };
  for await (const page of entity.pagesInIdRange(context, rest, { signal: stop.signal })) {
    const next: CheckpointState = {
      ...state,
      startedAt,
      afterId: page.size > 0 ? page.next.id : state.afterId,
      completedAt: page.last ? context.clock.now() : null,
    };
    const outcome = await page.write({ runId, cause: 'backfill', checkpoint: { key, fence, next } });
    context.onPage?.({
      entity: entity.name,
      cause: 'backfill',
      range: range.name,
      rows: page.size,
      outcome,
      durationMs: page.durationMs,
      bytes: page.bytes,
    });
    if (page.last) return 'complete';
    if (stop.pause.aborted) return 'interrupted';
  }
  throw new IncompleteReadError(entity.name, `the ids ${range.name}`);
}
