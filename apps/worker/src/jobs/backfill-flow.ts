import type { FlowJob } from 'bullmq';
import { type BackfillPlan, findPlan, type PlannedRange } from '../sync/backfill/backfill-plan.ts';
import type { EntityDescriptor } from '../sync/entity/entity.ts';
import type { SyncContext } from '../sync/ports.ts';
import { lockNames } from '../sync/run.ts';
import { type JobData, queueOf } from './contract.ts';
import { jobOptions, type Queues } from './queues.ts';

const retryFailedFlowAfterMs = 60_000;
/** Ranges that were read to their end and do not add up: a module that hides rows is not repaired within minutes. */
const retryGapsAfterMs = 3_600_000;
const aliveStates = new Set([
  'waiting',
  'active',
  'delayed',
  'prioritized',
  'waiting-children',
  'waiting-on-children',
]);

/**
 * Sees to it that an unfinished backfill has its flow in the queue: one child per unfinished range, and a parent that
 * closes the backfill after the last of them.
 *
 * PostgreSQL knows what is left, so a flow that was lost or has failed is simply made again. Returns the number of
 * ranges that were put into the queue.
 */
export async function ensureBackfillFlow(
  context: SyncContext,
  queues: Queues,
  entity: EntityDescriptor,
  signal: AbortSignal,
): Promise<number> {
  // Most of the time there is nothing to do, and nothing to lock.
  if (!isUnfinished(await findPlan(context, entity))) return 0;
  const attempt = await context.locks.tryRun(lockNames.backfillFlow(context, entity), signal, async () => {
    const plan = await findPlan(context, entity);
    if (!isUnfinished(plan)) return 0;
    if (plan.readToEnd && !(await areGapsDue(context, entity))) return 0;
    const parentId = `finish-backfill-${entity.name}`;
    const parentQueue = queues.byName[queueOf['finish-backfill']];
    const parent = await parentQueue.getJob(parentId);
    if (parent) {
      const state = await parent.getState();
      const { runId } = parent.data as JobData<'finish-backfill'>;
      // What is left in the queue of a cancelled run belongs to no run any more.
      const isCancelled = (await context.store.runs.cancellation(runId)) !== undefined;
      if (aliveStates.has(state) && !isCancelled) return 0;
      const endedAt = parent.finishedOn ?? 0;
      if (state === 'failed' && context.clock.now().getTime() - endedAt < retryFailedFlowAfterMs) return 0;
      // A child that is still being worked on keeps the old flow in place; a later look replaces it.
      if ((await parentQueue.remove(parentId, { removeChildren: true })) === 0) return 0;
      await endRun(context, parent.data as JobData<'finish-backfill'>, parent.failedReason);
    }
    return addFlow(context, queues, entity, plan, parentId);
  });
  return attempt.acquired ? attempt.value : 0;
}

function isUnfinished(plan: BackfillPlan | undefined): plan is BackfillPlan {
  return plan !== undefined && !plan.completedAt;
}

async function areGapsDue({ shop, store, clock }: SyncContext, entity: EntityDescriptor): Promise<boolean> {
  const [last] = await store.runs.recent(shop, { entity: entity.name, kind: 'backfill', limit: 1 });
  const endedAt = last?.status === 'incomplete' ? last.finishedAt : null;
  return !endedAt || clock.now().getTime() - endedAt.getTime() >= retryGapsAfterMs;
}

/** The run of a flow that failed ends with it; the next flow begins its own. */
async function endRun(
  context: SyncContext,
  { runId }: JobData<'finish-backfill'>,
  failedReason: string | undefined,
): Promise<void> {
  const reason = failedReason || 'a range failed';
  await context.store.runs.finish(runId, { status: 'failed', reason });
}

async function addFlow(
  context: SyncContext,
  queues: Queues,
  entity: EntityDescriptor,
  plan: BackfillPlan,
  parentId: string,
): Promise<number> {
  const open = plan.ranges.filter((range) => !range.complete);
  const runId = await context.store.runs.start({
    shop: context.shop,
    entity: entity.name,
    kind: 'backfill',
    details: { ranges: plan.ranges.length, open: open.length },
  });
  const data: JobData<'finish-backfill'> = { entity: entity.name, runId };
  await queues.flows.add({
    name: 'finish-backfill',
    queueName: queues.fullName(queueOf['finish-backfill']),
    data,
    opts: {
      ...jobOptions['finish-backfill'],
      jobId: parentId,
      removeOnComplete: true,
      removeOnFail: { count: 10 },
    },
    children: open.map((range) => rangeJob(queues, entity, range, runId)),
  });
  return open.length;
}

function rangeJob(queues: Queues, entity: EntityDescriptor, range: PlannedRange, runId: number): FlowJob {
  const data: JobData<'backfill-range'> = { entity: entity.name, range: range.name, runId };
  return {
    name: 'backfill-range',
    queueName: queues.fullName(queueOf['backfill-range']),
    data,
    opts: {
      ...jobOptions['backfill-range'],
      jobId: `backfill-${entity.name}-${range.name}`,
      failParentOnFailure: true,
      removeOnComplete: true,
      removeOnFail: true,
    },
  };
}
