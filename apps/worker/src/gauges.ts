import { currentPageSize } from '@magento-sync/magento-client';
import { type CopyState, warningsOf } from './copy-state.ts';
import { queueNames } from './jobs/contract.ts';
import type { Queues } from './jobs/queues.ts';
import type { Metrics } from './metrics.ts';
import type { Services } from './services.ts';
import { chosenEntities } from './sync/entity/entities.ts';
import { readEntityState } from './sync-state.ts';

/** The state of the copy takes some dozens of small queries, which are not sent for every look at the metrics. */
const copyStateEveryMs = 60_000;
/** From then on the last values count as stale; sooner than `/metrics` answers without waiting any longer. */
const lateAfterMs = 1_400;

/** Brings the gauges up to date from PostgreSQL and the queue; never rejects. */
export type GaugeRefresh = () => Promise<void>;

/** Where gauges are read from, each by itself: one that hangs or fails holds up no other. */
interface GaugeSource {
  readonly name: 'progress' | 'copy' | 'queue';
  read(): Promise<void>;
}

/** Creates the refresh of the gauges of one worker. */
export function createGaugeRefresh(
  services: Pick<Services, 'metrics' | 'sync' | 'copyState'>,
  queues: Pick<Queues, 'counts'>,
): GaugeRefresh {
  const refreshes = [progressSource(services), copySource(services), queueSource(services, queues)].map(
    (source) => refreshOf(source, services),
  );
  return async () => {
    await Promise.all(refreshes.map((refresh) => refresh()));
  };
}

/**
 * One read at a time, and stale until it is through: whoever asks while a read hangs gets the last values and starts no
 * second one.
 */
function refreshOf(
  { name, read }: GaugeSource,
  { metrics, sync }: Pick<Services, 'metrics' | 'sync'>,
): GaugeRefresh {
  let reading: Promise<void> | undefined;
  return () => {
    reading ??= (async () => {
      const late = setTimeout(() => metrics.gaugesStale.set({ source: name }, 1), lateAfterMs).unref();
      try {
        await read();
        clearTimeout(late);
        metrics.gaugesStale.set({ source: name }, 0);
      } catch (error) {
        clearTimeout(late);
        metrics.gaugesStale.set({ source: name }, 1);
        sync.log.error({ err: error, source: name }, 'the gauges could not be brought up to date');
      } finally {
        reading = undefined;
      }
    })();
    return reading;
  };
}

function progressSource({ metrics, sync }: Pick<Services, 'metrics' | 'sync'>): GaugeSource {
  return {
    name: 'progress',
    async read() {
      metrics.pageSize.set(currentPageSize(sync.settings.pageSize));
      const pauses = await sync.store.pauses.active(sync.shop);
      metrics.paused.reset();
      for (const { entity, kind, since } of pauses) {
        metrics.paused.set({ entity, kind }, (sync.clock.now().getTime() - since.getTime()) / 1_000);
      }
      for (const entity of chosenEntities(sync)) {
        const { lagMs, watermarkAgeMs, backfill } = await readEntityState(sync, entity);
        const labels = { entity: entity.name };
        if (lagMs !== null) metrics.pullLagSeconds.set(labels, lagMs / 1_000);
        if (watermarkAgeMs !== null) metrics.watermarkAgeSeconds.set(labels, watermarkAgeMs / 1_000);
        const pageSize = sync.settings.pageSizes?.[entity.name];
        if (pageSize) metrics.pageSize.set(labels, currentPageSize(pageSize));
        metrics.hintsOpen.set(labels, await sync.store.hints.count(sync.shop, entity.name));
        metrics.backfillRangesLeft.set(labels, backfill?.rangesLeft ?? 0);
      }
    },
  };
}

function copySource({
  metrics,
  sync,
  copyState,
}: Pick<Services, 'metrics' | 'sync' | 'copyState'>): GaugeSource {
  let readAt = Number.NEGATIVE_INFINITY;
  return {
    name: 'copy',
    async read() {
      if (performance.now() - readAt < copyStateEveryMs) return;
      showCopyState(metrics, await copyState(copyStateEveryMs), sync.clock.now());
      readAt = performance.now();
    },
  };
}

function queueSource({ metrics }: Pick<Services, 'metrics'>, queues: Pick<Queues, 'counts'>): GaugeSource {
  return {
    name: 'queue',
    async read() {
      const counts = await queues.counts();
      for (const queue of queueNames) {
        for (const [state, jobs] of Object.entries(counts[queue])) {
          metrics.queueJobs.set({ queue, state }, jobs);
        }
      }
    },
  };
}

function showCopyState(metrics: Metrics, state: CopyState, now: Date): void {
  for (const { entity, totals, oldestUnverified } of state.entities) {
    const { live, deleted, erased } = totals;
    for (const [name, rows] of Object.entries({ living: live, deleted, erased })) {
      metrics.copyRows.set({ entity, state: name }, rows);
    }
    const unverifiedMs = oldestUnverified ? (oldestUnverified.ageMs ?? Number.POSITIVE_INFINITY) : 0;
    metrics.oldestUnverifiedSeconds.set({ entity }, unverifiedMs / 1_000);
  }
  for (const { entity } of state.entities) {
    const rows = state.quarantine.filter((entry) => entry.entity === entity).length;
    metrics.quarantinedRows.set({ entity }, rows);
  }
  metrics.warnings.reset();
  for (const name of warningsOf(state.capabilities).keys()) metrics.warnings.set({ warning: name }, 1);
  metrics.runs.reset();
  metrics.lastSuccessAgeSeconds.reset();
  for (const { entity: about, kind, status, runs, lastFinishedAt } of state.runTally) {
    metrics.runs.set({ entity: about, kind, status }, runs);
    if (status !== 'succeeded' || !lastFinishedAt) continue;
    metrics.lastSuccessAgeSeconds.set(
      { entity: about, kind },
      (now.getTime() - lastFinishedAt.getTime()) / 1_000,
    );
  }
  for (const { kind, entity: verified, details } of state.latestRuns) {
    const { differences } = details;
    if (kind !== 'verify' || typeof differences !== 'number') continue;
    metrics.verifyDifferences.set({ entity: verified }, differences);
  }
  metrics.feedBehind.reset();
  metrics.feedOverrun.reset();
  for (const { consumer, behind, missed } of state.consumers) {
    metrics.feedBehind.set({ consumer }, behind);
    metrics.feedOverrun.set({ consumer }, missed ? 1 : 0);
  }
}
