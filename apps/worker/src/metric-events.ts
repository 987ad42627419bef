import type { RequestEvent } from '@magento-sync/magento-client';
import type { JobEvent } from './jobs/workers.ts';
import type { Metrics } from './metrics.ts';
import type { ShareEvent } from './shop-budget/shop-budget.ts';
import type { PageReport } from './sync/ports.ts';

/** Counts an attempt of a request. */
export function countRequest(metrics: Metrics, event: RequestEvent): void {
  const { method, route } = event;
  metrics.requests.inc({ method, route, status: String(event.status ?? event.errorCode) });
  metrics.requestSeconds.observe({ method, route }, event.durationMs / 1_000);
}

/** Counts a committed page and what it did. */
export function countPage(metrics: Metrics, { entity, cause, outcome }: PageReport): void {
  metrics.pages.inc({ entity, cause });
  const { inserted, updated, unchanged, stale } = outcome;
  for (const [name, rows] of Object.entries({ inserted, updated, unchanged, stale })) {
    if (rows > 0) metrics.rows.inc({ entity, cause, outcome: name }, rows);
  }
}

/** Counts an ended attempt of a job. */
export function countJob(metrics: Metrics, { job, outcome, durationMs }: JobEvent): void {
  metrics.jobs.inc({ job, outcome });
  metrics.jobSeconds.observe({ job }, durationMs / 1_000);
}

/** Remembers when the token ends. */
export function noteTokenExpiry(metrics: Metrics, expiresAt: Date | null): void {
  if (expiresAt) metrics.tokenExpiresAtSeconds.set(expiresAt.getTime() / 1_000);
  else metrics.tokenExpiresAtSeconds.reset();
}

/** Shows which share of the shop's request budget this worker holds now. */
export function showShare(metrics: Metrics, { places, rate, living }: ShareEvent): void {
  metrics.budgetPlaces.set(places);
  metrics.budgetRequestsPerSecond.set(rate);
  metrics.workers.set(living);
}
