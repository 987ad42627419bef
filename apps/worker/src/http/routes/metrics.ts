import type { Metrics } from '../../metrics.ts';
import type { Route } from '../route.ts';

/** `GET /metrics` for Prometheus; the gauges are brought up to date before they are read. */
export function metricsRoute({ registry }: Metrics, refreshGauges: () => Promise<void>): Route {
  return {
    methods: ['GET'],
    path: '/metrics',
    async answer() {
      // Gauges that cannot be refreshed keep their last value; the counters are worth having nevertheless.
      await refreshGauges().catch(() => {});
      return {
        status: 200,
        headers: { 'content-type': registry.contentType },
        body: await registry.metrics(),
      };
    },
  };
}
