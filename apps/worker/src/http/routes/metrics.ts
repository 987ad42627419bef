import type { GaugeRefresh } from '../../gauges.ts';
import { metricsType } from '../../metrics.ts';
import { withinMs } from '../../time-limit.ts';
import type { Route } from '../route.ts';

/** Prometheus gives up after ten seconds, others sooner. */
const longestWaitMs = 1_500;

/**
 * `GET /metrics` for Prometheus; the gauges are brought up to date before they are read, as far as there is time.
 *
 * Those that are not keep their last values, and `magento_sync_gauges_stale` says so: the counters are worth having
 * nevertheless.
 */
export function metricsRoute(read: () => Promise<string>, refreshGauges: GaugeRefresh): Route {
  return {
    methods: ['GET'],
    path: '/metrics',
    async answer() {
      await withinMs(refreshGauges(), longestWaitMs);
      return {
        status: 200,
        headers: { 'content-type': metricsType },
        body: await read(),
      };
    },
  };
}
