import type { Telemetry } from 'bullmq';
import { describeConfig } from './config/config.ts';
import { compareConnections, type NeedingConfig, TooFewConnectionsError } from './connection-need.ts';
import { createLooks } from './console/looks.ts';
import { shownShops } from './console/shown-shops.ts';
import { hintsOf, processChecks, queuesToCome, serveHealth, servePage } from './daemon-server.ts';
import { createGaugeRefresh } from './gauges.ts';
import { checkReadiness } from './http/readiness.ts';
import { livezRoute } from './http/routes/livez.ts';
import { metricsRoute } from './http/routes/metrics.ts';
import { readyzRoute } from './http/routes/readyz.ts';
import { openQueues } from './jobs/queues.ts';
import type { ProcessServices } from './process-services.ts';
import { pullCheck } from './pull-check.ts';
import { awaitQueue } from './queue-server/await-queue.ts';
import { type QueueConnection, queueConnection } from './queue-server/queue-connection.ts';
import { watchSchema } from './schema-watch.ts';
import type { Services } from './services.ts';
import { watchShop, workForShop } from './shop-work.ts';
import type { Shutdown } from './shutdown.ts';
import { showSignsOfLife } from './signs-of-life.ts';

/** Runs workers, schedules and health checks until a shutdown is asked for, then lets the jobs at hand end. */
export async function runDaemon(
  services: Services,
  shutdown: Shutdown,
  jobTelemetry?: Telemetry,
): Promise<void> {
  const { config, log } = services;
  log.info({ config: describeConfig(config) }, 'starting');
  await using _signs = await showSignsOfLife(config.shop, (error) =>
    log.warn({ err: error }, '"magento-sync health" will not see this daemon: its file cannot be written'),
  );
  await settleConnections(services, config);
  // Before the queue and the shop are asked, which may take their time to answer.
  const late = queuesToCome();
  const checks = {
    ...processChecks(services, shutdown, () => late.queues.counts()),
    pull: pullCheck(services),
  };
  const hints = hintsOf(services, late.queues);
  const routes = [
    livezRoute,
    readyzRoute(() => checkReadiness(checks)),
    metricsRoute(() => services.metrics.registry.metrics(), createGaugeRefresh(services, late.queues)),
    ...(hints ? [hints] : []),
  ];
  await using _http = await serveHealth(config.http, log, () => routes);
  const source = { ...services, queuesOf: () => late.queues };
  const looks = createLooks(source, shownShops(config));
  await using _page = await servePage(config.console, source, looks);
  const watching = watchShop(services, looks, shutdown);
  keepWithinSchema(services, shutdown);
  const connection = await connectQueue(services, shutdown, jobTelemetry);
  if (!connection) return;
  await using queues = openQueues(connection, config.shop, log);
  late.set(queues);
  void shutdown.requested.then((reason) =>
    log.info({ reason }, 'shutting down: no new jobs, pages at hand are finished'),
  );
  await workForShop(services, {
    queues,
    stop: shutdown,
    onRunning: () =>
      log.info({ shop: config.shop, queue: connection.kind, embeddedPostgres: services.embedded }, 'running'),
  });
  await watching;
  log.info('stopped');
}

/** Ends the process when a newer version changes the tables so that this one may not go on. */
export function keepWithinSchema({ database, log }: ProcessServices, shutdown: Shutdown): void {
  const watching = watchSchema(
    { database, log, onNewer: (error) => shutdown.request('newer tables', error) },
    shutdown.pause,
  );
  watching.catch(() => undefined);
}

/** Waits for the queue to do its work; `undefined` when the shutdown comes first. */
export async function connectQueue(
  services: ProcessServices,
  shutdown: Shutdown,
  telemetry: Telemetry | undefined,
): Promise<QueueConnection | undefined> {
  const { log } = services;
  const queueFacts = await awaitQueue(services, log, shutdown.pause);
  if (!queueFacts) return undefined;
  for (const warning of queueFacts.warnings) log.warn(warning);
  return queueConnection(services.queueUrl, {
    ...queueFacts,
    applicationName: 'magento-sync daemon',
    telemetry,
    onError: (error) => log.warn({ err: error }, 'the queue has a problem'),
  });
}

/**
 * Leaves the locks and the queue their connections where the server gives few.
 *
 * @throws TooFewConnectionsError where it never gives enough; what others hold now may be free soon.
 */
export async function settleConnections(
  { database, log }: Pick<ProcessServices, 'database' | 'log'>,
  config: NeedingConfig,
): Promise<void> {
  const { kind, sentence, pool } = await compareConnections(database, config);
  if (kind === 'never enough')
    throw new TooFewConnectionsError(`PostgreSQL allows too few connections: ${sentence}.`);
  log[kind === 'enough' ? 'info' : 'warn']({}, sentence);
  await database.narrowPool(pool);
}
