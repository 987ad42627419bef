import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Every metric of the worker: names, help and buckets; documented in README.md. */
export type Metrics = ReturnType<typeof createMetrics>;

const requestBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const jobBuckets = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3_600];

/** Creates a registry of its own, so that nothing is shared between two workers of one process. */
export function createMetrics(shop: string) {
  const registry = new Registry();
  registry.setDefaultLabels({ shop });
  const registers = [registry];
  return {
    registry,
    requests: new Counter({
      name: 'magento_sync_requests_total',
      help: 'Attempts of requests to the shop, by route and status; status is an error code when no answer came.',
      labelNames: ['method', 'route', 'status'],
      registers,
    }),
    requestSeconds: new Histogram({
      name: 'magento_sync_request_duration_seconds',
      help: 'Duration of attempts of requests to the shop.',
      labelNames: ['method', 'route'],
      buckets: requestBuckets,
      registers,
    }),
    pages: new Counter({
      name: 'magento_sync_pages_total',
      help: 'Pages read and committed, by entity and cause.',
      labelNames: ['entity', 'cause'],
      registers,
    }),
    rows: new Counter({
      name: 'magento_sync_rows_total',
      help: 'Rows read, by what writing them did: inserted, updated, unchanged or stale.',
      labelNames: ['entity', 'cause', 'outcome'],
      registers,
    }),
    jobs: new Counter({
      name: 'magento_sync_jobs_total',
      help: 'Ended attempts of jobs, by outcome: completed, retry, fail, rate-limit or delay.',
      labelNames: ['job', 'outcome'],
      registers,
    }),
    jobSeconds: new Histogram({
      name: 'magento_sync_job_duration_seconds',
      help: 'Duration of attempts of jobs.',
      labelNames: ['job'],
      buckets: jobBuckets,
      registers,
    }),
    pullLagSeconds: new Gauge({
      name: 'magento_sync_pull_lag_seconds',
      help: 'Time since a pull was last complete.',
      labelNames: ['entity'],
      registers,
    }),
    watermarkAgeSeconds: new Gauge({
      name: 'magento_sync_watermark_age_seconds',
      help: 'Age of the watermark. It follows the last change, so a quiet shop lets it grow to about an hour.',
      labelNames: ['entity'],
      registers,
    }),
    backfillRangesLeft: new Gauge({
      name: 'magento_sync_backfill_ranges_left',
      help: 'Ranges of the backfill that are not complete.',
      labelNames: ['entity'],
      registers,
    }),
    copyRows: new Gauge({
      name: 'magento_sync_copy_rows',
      help: 'Rows of the copy by state: living, deleted (erased ones included) or erased.',
      labelNames: ['entity', 'state'],
      registers,
    }),
    oldestUnverifiedSeconds: new Gauge({
      name: 'magento_sync_oldest_unverified_seconds',
      help: 'Time since the living row that was compared longest ago was found equal to the shop.',
      labelNames: ['entity'],
      registers,
    }),
    quarantinedRows: new Gauge({
      name: 'magento_sync_quarantined_rows',
      help: 'Records that are set aside because answers break over them.',
      labelNames: ['entity'],
      registers,
    }),
    warnings: new Gauge({
      name: 'magento_sync_warnings',
      help: 'Warnings about the shop that hold now, by name; "magento-sync status" says them in words.',
      labelNames: ['warning'],
      registers,
    }),
    lastSuccessAgeSeconds: new Gauge({
      name: 'magento_sync_last_success_age_seconds',
      help: 'Time since a run of this entity and kind last succeeded; absent while none is recorded.',
      labelNames: ['entity', 'kind'],
      registers,
    }),
    runs: new Gauge({
      name: 'magento_sync_runs',
      help: 'Recorded runs by entity, kind and status; older ones are pruned.',
      labelNames: ['entity', 'kind', 'status'],
      registers,
    }),
    verifyDifferences: new Gauge({
      name: 'magento_sync_verify_differences',
      help: 'Rows that differed at the end of the last verification that was completed.',
      labelNames: ['entity'],
      registers,
    }),
    feedBehind: new Gauge({
      name: 'magento_sync_feed_behind_entries',
      help: 'Entries of the feed that a consumer has not acknowledged; 100000 stands for more.',
      labelNames: ['consumer'],
      registers,
    }),
    feedOverrun: new Gauge({
      name: 'magento_sync_feed_overrun',
      help: '1 for a consumer of which entries were deleted that it had not acknowledged.',
      labelNames: ['consumer'],
      registers,
    }),
    pageSize: new Gauge({
      name: 'magento_sync_page_size_rows',
      help: 'Rows that a page is asked for now.',
      labelNames: ['entity'],
      registers,
    }),
    workers: new Gauge({
      name: 'magento_sync_workers',
      help: 'Daemons and commands that work with the shop now and share its request budget.',
      registers,
    }),
    budgetPlaces: new Gauge({
      name: 'magento_sync_budget_places',
      help: 'Requests that this worker may have in flight now: its share of MAGENTO_CONCURRENCY.',
      registers,
    }),
    budgetRequestsPerSecond: new Gauge({
      name: 'magento_sync_budget_requests_per_second',
      help: 'Requests a second that this worker may send now: its share of MAGENTO_REQUESTS_PER_SECOND.',
      registers,
    }),
    hintsOpen: new Gauge({
      name: 'magento_sync_hints_open',
      help: 'Hints that wait to be followed.',
      labelNames: ['entity'],
      registers,
    }),
    paused: new Gauge({
      name: 'magento_sync_paused_seconds',
      help: 'Since when operators have paused work, in seconds; absent while it is not. "all" stands for every entity or kind.',
      labelNames: ['entity', 'kind'],
      registers,
    }),
    queueJobs: new Gauge({
      name: 'magento_sync_queue_jobs',
      help: 'Jobs in the queue, by queue and state.',
      labelNames: ['queue', 'state'],
      registers,
    }),
    gaugesStale: new Gauge({
      name: 'magento_sync_gauges_stale',
      help: '1 while gauges show their last values because their source (progress, copy or queue) does not answer, else 0.',
      labelNames: ['source'],
      registers,
    }),
    tokenExpiresAtSeconds: new Gauge({
      name: 'magento_sync_token_expires_at_seconds',
      help: 'When the sign-in token ends, in seconds since 1970; absent for tokens that do not end.',
      registers,
    }),
  };
}

/** The type of what {@link writeMetrics} returns. */
export const metricsType = Registry.PROMETHEUS_CONTENT_TYPE;

/** What a process for the shops of a file says of each and of the file; the rest has a registry for each shop. */
export function createShopsMetrics() {
  const registry = new Registry();
  const working = new Gauge({
    name: 'magento_sync_shop_working',
    help: '1 while the daemon works for this shop of SHOPS_FILE, 0 while it cannot; /readyz and the log say why.',
    labelNames: ['shop'],
    registers: [registry],
  });
  const misconfigured = new Gauge({
    name: 'magento_sync_shop_misconfigured',
    help: '1 while the settings of this shop of SHOPS_FILE cannot be used, for example for want of a secret, else 0.',
    labelNames: ['shop'],
    registers: [registry],
  });
  const reloadSuccess = new Gauge({
    name: 'magento_sync_config_reload_success',
    help: '1 while SHOPS_FILE is in force as it is, 0 while it cannot be used and what it said before stays in force.',
    registers: [registry],
  });
  const reloadedAt = new Gauge({
    name: 'magento_sync_config_reload_success_timestamp_seconds',
    help: 'When SHOPS_FILE was last read with success, in seconds since 1970.',
    registers: [registry],
  });
  return { registry, working, misconfigured, reloadSuccess, reloadedAt };
}

/** Writes several registries as one: each metric once, with the samples of all of them. */
export async function writeMetrics(registries: readonly Registry[]): Promise<string> {
  const samples = new Map<string, string[]>();
  for (const registry of registries) {
    for (const { name } of registry.getMetricsAsArray()) {
      const text = await registry.getSingleMetricAsString(name);
      const before = samples.get(name);
      if (before) before.push(...text.split('\n').filter((line) => !line.startsWith('#')));
      else samples.set(name, [text]);
    }
  }
  return `${[...samples.values()].map((lines) => lines.join('\n')).join('\n\n')}\n`;
}
