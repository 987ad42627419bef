import { setTimeout } from 'node:timers/promises';
import { silentRunMs } from '../copy-state.ts';
import { pauseOf, type WorkKind } from '../operations/work.ts';
import { findPlan } from '../sync/backfill/backfill-plan.ts';
import { chosenEntities } from '../sync/entity/entities.ts';
import type { EntityName } from '../sync/entity/entity.ts';
import type { SyncContext } from '../sync/ports.ts';
import { ensureBackfillFlow } from './backfill-flow.ts';
import { queueNames } from './contract.ts';
import type { Queues } from './queues.ts';
import { reconcileSchedules, type Schedule } from './schedules.ts';

/** What the keeper looks after. */
export interface KeeperOptions {
  readonly sync: SyncContext;
  readonly queues: Queues;
  readonly table: readonly Schedule[];
  readonly everyMs: number;
}

/** Between complete looks only what may be missing at any moment is looked for. */
const completeLookEveryMs = 60_000;

/**
 * Keeps the queue equal to what PostgreSQL says has to be done, until the signal fires.
 *
 * A queue that was lost or flushed is filled again by the next look: schedules from the table, unfinished ranges from
 * their checkpoints. A look that fails is logged and the next one comes nevertheless.
 */
export async function keepQueue(options: KeeperOptions, signal: AbortSignal): Promise<void> {
  let completeAt = Number.NEGATIVE_INFINITY;
  while (!signal.aborted) {
    try {
      const isDue = performance.now() - completeAt >= completeLookEveryMs;
      if (isDue || (await lacksSchedules(options))) {
        await lookAfterQueue(options, signal);
        completeAt = performance.now();
      } else {
        await lookAfterWork(options, signal);
      }
    } catch (error) {
      if (!signal.aborted)
        options.sync.log.warn({ err: error }, 'the queue could not be looked after; trying again');
    }
    await setTimeout(options.everyMs, undefined, { signal }).catch(() => {});
  }
}

async function lacksSchedules({ queues, table }: KeeperOptions): Promise<boolean> {
  const counts = await Promise.all(queueNames.map((name) => queues.byName[name].getJobSchedulersCount()));
  return counts.reduce((sum, count) => sum + count, 0) !== table.length;
}

/** Puts the job into the queue that follows open hints, once however many there are. */
export async function queueHints(queues: Pick<Queues, 'add'>, entity: EntityName): Promise<void> {
  await queues.add('follow-hints', { entity }, { onceKey: `follow-hints-${entity}` });
}

/** After a failed attempt to follow hints the next one waits so long. */
const hintRetryMs = 60_000;

/** Hints are left over when their job was lost, when it failed, or when they came while it was ending. */
async function hasHintsToFollow({ shop, store, clock }: SyncContext, entity: EntityName): Promise<boolean> {
  if ((await store.hints.count(shop, entity)) === 0) return false;
  const [last] = await store.runs.recent(shop, { entity, kind: 'hints', limit: 1 });
  const failedAt = last?.status === 'failed' ? last.finishedAt : null;
  return !failedAt || clock.now().getTime() - failedAt.getTime() >= hintRetryMs;
}

/** A complete look: schedules, runs of dead processes, reference data that was never read, and work. */
export async function lookAfterQueue(
  options: Omit<KeeperOptions, 'everyMs'>,
  signal: AbortSignal,
): Promise<void> {
  const { sync, queues, table } = options;
  const { upserted, removed } = await reconcileSchedules(queues, table, sync.clock.now());
  if (upserted.length > 0 || removed.length > 0) sync.log.info({ upserted, removed }, 'schedules set');
  await sync.store.runs.markInterrupted(sync.shop, silentRunMs);
  const [readBefore] = await sync.store.runs.recent(sync.shop, { kind: 'reference-data', limit: 1 });
  // The schedule waits for its time of the day; an empty copy should not.
  if (!readBefore) await queues.add('refresh-reference-data', {}, { onceKey: 'refresh-reference-data' });
  await lookAfterWork(options, signal);
}

/** Unfinished backfills and open hints. */
async function lookAfterWork(
  { sync, queues }: Pick<KeeperOptions, 'sync' | 'queues'>,
  signal: AbortSignal,
): Promise<void> {
  const pauses = await sync.store.pauses.active(sync.shop);
  for (const entity of chosenEntities(sync)) {
    const cancelled = pauses.find(
      (pause) => pause.entity === entity.name && pause.kind === 'backfill' && pause.cancelledRun !== null,
    );
    // It may have been cancelled as its last range ended: nothing rests then.
    if (cancelled && (await findPlan(sync, entity))?.completedAt)
      await sync.store.pauses.lift(sync.shop, [cancelled]);
    const isPaused = (kind: WorkKind) => pauseOf(pauses, { entity: entity.name, kind }) !== undefined;
    // A flow that is in the queue already waits there.
    const ranges = isPaused('backfill') ? 0 : await ensureBackfillFlow(sync, queues, entity, signal);
    if (ranges > 0) sync.log.info({ entity: entity.name, ranges }, 'backfill put into the queue');
    if (!isPaused('hints') && (await hasHintsToFollow(sync, entity.name)))
      await queueHints(queues, entity.name);
  }
}
