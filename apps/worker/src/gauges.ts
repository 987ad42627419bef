import { queueNames } from './jobs/contract.ts';
import type { Queues } from './jobs/queues.ts';
import type { Services } from './services.ts';
import { allEntities } from './sync/entities.ts';
import { readEntityState } from './sync-state.ts';

/** Brings the gauges up to date from PostgreSQL and the queue. */
export async function refreshGauges({ metrics, sync }: Services, queues: Queues): Promise<void> {
  for (const entity of allEntities) {
    const state = await readEntityState(sync, entity);
    const labels = { entity: entity.name };
    if (state.lagMs !== null) metrics.pullLagSeconds.set(labels, state.lagMs / 1_000);
    if (state.watermarkAgeMs !== null) metrics.watermarkAgeSeconds.set(labels, state.watermarkAgeMs / 1_000);
    metrics.backfillRangesLeft.set(labels, state.backfill?.rangesLeft ?? 0);
  }
  const counts = await queues.counts();
  for (const queue of queueNames) {
    for (const [state, jobs] of Object.entries(counts[queue])) metrics.queueJobs.set({ queue, state }, jobs);
  }
}
