import { type Pause, tryAdvisoryLock } from '@magento-sync/db';
import {
  AuthenticationError,
  LoginBreakerOpenError,
  MagentoError,
  PermissionError,
} from '@magento-sync/magento-client';
import type { Telemetry } from 'bullmq';
import { alertOptions, watchAlerts } from './alerts/alert-watch.ts';
import { describeConfig } from './config/config.ts';
import type { Secret } from './config/secret.ts';
import { compareConnections, connectionNeed, TooFewConnectionsError } from './connection-need.ts';
import { type ConsoleServer, startConsole } from './console/console-server.ts';
import { createLooks, type Looks } from './console/looks.ts';
import { keepSamples } from './console/sampler.ts';
import { shownShops } from './console/shown-shops.ts';
import { createGaugeRefresh } from './gauges.ts';
import { checkReadiness, type Readiness } from './http/readiness.ts';
import { type HintRouteOptions, hintsRoute } from './http/routes/hints.ts';
import { livezRoute } from './http/routes/livez.ts';
import { metricsRoute } from './http/routes/metrics.ts';
import { readyzRoute } from './http/routes/readyz.ts';
import { type HttpServer, startHttpServer } from './http/server.ts';
import { holdWhilePaused } from './jobs/held-work.ts';
import { createProcessors } from './jobs/processors.ts';
import { keepQueue, queueHints } from './jobs/queue-keeper.ts';
import { openQueues, type Queues } from './jobs/queues.ts';
import { scheduleTable } from './jobs/schedules.ts';
import { startWorkers } from './jobs/workers.ts';
import { countJob, noteTokenExpiry } from './metric-events.ts';
import { watchPauses } from './operations/pause-watch.ts';
import { pauseOf } from './operations/work.ts';
import { pullCheck } from './pull-check.ts';
import { awaitQueue } from './queue-server/await-queue.ts';
import { queueConnection } from './queue-server/queue-connection.ts';
import { watchSchema } from './schema-watch.ts';
import type { Services } from './services.ts';
import type { Shutdown } from './shutdown.ts';
import { showSignsOfLife } from './signs-of-life.ts';
import { rangesAtOnce } from './sync/backfill/backfill-plan.ts';
import { chosenEntities, concernsOneEntity } from './sync/entity/entities.ts';
import type { SyncContext } from './sync/ports.ts';
import { createReferenceWatch } from './sync/reference-data/reference-watch.ts';
import { withinMs } from './time-limit.ts';

const lookAfterQueueEveryMs = 10_000;
/** How long the start waits for the shop. */
const shopPatienceMs = 20_000;
/** Jobs of each of these queues that one process runs at once. */
const concurrency = { fresh: 2, regular: 2 };
/** How long a look at a queue that does not answer may hold up a shutdown. */
const keeperEndsWithinMs = 3_000;

/** Runs workers, schedules and health checks until a shutdown is asked for, then lets the jobs at hand end. */
export async function runDaemon(
  services: Services,
  shutdown: Shutdown,
  jobTelemetry?: Telemetry,
): Promise<void> {
  const { config, log, metrics } = services;
  log.info({ config: describeConfig(config) }, 'starting');
  await using _signs = await showSignsOfLife(config.shop, (error) =>
    log.warn({ err: error }, '"magento-sync health" will not see this daemon: its file cannot be written'),
  );
  await settleConnections(services);
  // Before the queue and the shop are asked, which may take their time to answer.
  const late = queuesToCome();
  await using _http = await serveHealth(services, late.queues, shutdown);
  const looks = createLooks({ ...services, queuesOf: () => late.queues }, shownShops(config));
  await using _page = await servePage(services, late.queues, looks);
  const { database, clock } = services;
  const look = async () => (await looks.see(config.shop)).value;
  const sampling = keepSamples({ database, clock, log, shop: config.shop, look }, shutdown.pause);
  const watching = watchSchema(
    { database: services.database, log, onNewer: (error) => shutdown.request('newer tables', error) },
    shutdown.pause,
  );
  watching.catch(() => undefined);
  const alerting = alertOptions(config);
  if (alerting) void watchAlerts({ ...services.sync, database: services.database }, alerting, shutdown.pause);
  const queueFacts = await awaitQueue(services, log, shutdown.pause);
  if (!queueFacts) return;
  for (const warning of queueFacts.warnings) log.warn(warning);

  const connection = queueConnection(services.queueUrl, {
    ...queueFacts,
    applicationName: 'magento-sync daemon',
    telemetry: jobTelemetry,
    onError: (error) => log.warn({ err: error }, 'the queue has a problem'),
  });
  await using queues = openQueues(connection, config.shop, log);
  late.set(queues);
  await checkShop(services, shutdown.abort);
  const sync = withReferenceWatch(services.sync, queues);
  const table = scheduleTable(config.schedule, services.sync.entities, config.slowSweeps);

  using pauses = watchPauses(sync, { onResumed: (ended) => pullAfter(ended, sync, queues) });
  const processors = createProcessors({
    sweepPeriodMs: config.schedule.sweepPeriodMs,
    slowSweeps: config.slowSweeps,
    kept: config.kept,
    sync,
    queues,
    onTokenExpiry: (expiresAt) => noteTokenExpiry(metrics, expiresAt),
    keepSecretsUnderNewestKey: services.keepSecretsUnderNewestKey,
  });
  const stop = { signal: shutdown.abort, pause: shutdown.pause };
  await using workers = startWorkers(queues, holdWhilePaused(processors, { pauses, sync }), stop, log, {
    concurrency: { ...concurrency, bulk: rangesAtOnce(sync) },
    onJob: (event) => countJob(metrics, event),
  });
  // Its first look sets the schedules. What the queue refuses by now it refuses for a while: the check at the start passed.
  const keeping = keepQueue({ sync, queues, table, everyMs: lookAfterQueueEveryMs }, shutdown.pause);
  log.info(
    { shop: config.shop, queue: queues.connection.kind, embeddedPostgres: services.embedded },
    'running',
  );

  const reason = await shutdown.requested;
  log.info({ reason }, 'shutting down: no new jobs, pages at hand are finished');
  await Promise.all([
    workers.close(),
    withinMs(keeping, keeperEndsWithinMs),
    withinMs(sampling, keeperEndsWithinMs),
  ]);
  log.info('stopped');
}

/** What was paused is pulled at once when the pause ends, not by the schedule; hints and ranges come by themselves. */
function pullAfter(ended: readonly Pause[], sync: SyncContext, queues: Queues): void {
  for (const pause of ended) sync.log.info({ entity: pause.entity, kind: pause.kind }, 'a pause has ended');
  for (const { name: entity } of chosenEntities(sync)) {
    if (!pauseOf(ended, { entity, kind: 'pull' })) continue;
    queues
      .add('pull', { entity }, { onceKey: `pull-${entity}` })
      .catch((error: unknown) => sync.log.warn({ err: error, entity }, 'the pull comes by its schedule'));
  }
}

/**
 * Leaves the locks and the queue their connections where the server gives few.
 *
 * @throws TooFewConnectionsError where it never gives enough; what others hold now may be free soon.
 */
async function settleConnections({ database, config, log }: Services): Promise<void> {
  const { kind, sentence, pool } = await compareConnections(database, config);
  if (kind === 'never enough')
    throw new TooFewConnectionsError(`PostgreSQL allows too few connections: ${sentence}.`);
  log[kind === 'enough' ? 'info' : 'warn']({}, sentence);
  await database.narrowPool(pool);
}

/** What nobody has heard of yet brings the daily read of the reference data forward. */
function withReferenceWatch(sync: SyncContext, queues: Queues): SyncContext {
  const referenceWatch = createReferenceWatch(sync, (names) => {
    sync.log.info({ names }, 'records name what the reference data does not hold: reading it now');
    queues
      .add('refresh-reference-data', {}, { onceKey: 'refresh-reference-data' })
      .catch((error: unknown) => sync.log.warn({ err: error }, 'the reference data is read by its schedule'));
  });
  return { ...sync, referenceWatch };
}

/**
 * Asks the shop once, so that a wrong address or password is said at the start and not an hour later.
 *
 * Only what Magento itself refuses ends the start: everything else may be over in a minute or at the next request.
 */
async function checkShop(services: Services, signal: AbortSignal): Promise<void> {
  const { sync, log } = services;
  if (await lacksConnections(services)) return;
  const patience = AbortSignal.timeout(shopPatienceMs);
  try {
    const whichever = AbortSignal.any([signal, patience]);
    await checkEntities(sync, whichever);
  } catch (error) {
    signal.throwIfAborted();
    if (!patience.aborted && (!(error instanceof MagentoError) || isRefusedByMagento(error))) throw error;
    log.warn(
      { err: error },
      'the shop does not answer as it should; starting nevertheless and going on trying',
    );
  }
}

/** How long PostgreSQL may take to give a connection before it counts as having none. */
const connectionWithinMs = 5_000;

/** Says so where PostgreSQL gives no connection to read a token and to lock it, without which no shop can be asked. */
async function lacksConnections({ database, config, log }: Services): Promise<boolean> {
  const look = async () => {
    await database.pool.query('select 1');
    await tryAdvisoryLock(database, `connections of ${process.pid}`, async () => undefined);
  };
  try {
    if (await withinMs(look(), connectionWithinMs)) return false;
    const { most, least } = connectionNeed(config, database.url);
    log.warn(
      { most, least },
      'PostgreSQL has no free connection for this daemon, so that the shop is not asked yet; going on trying. ' +
        `It uses up to ${most} and works with ${least}`,
    );
  } catch (error) {
    log.warn(
      { err: error },
      'PostgreSQL gives no connection, so that the shop is not asked yet; going on trying',
    );
  }
  return true;
}

/** One that the account has no right to, or that the shop does not offer, is named; only without any other it ends the start. */
async function checkEntities(sync: SyncContext, signal: AbortSignal): Promise<void> {
  let refused: unknown;
  let works = false;
  for (const entity of chosenEntities(sync)) {
    try {
      await entity.survey(sync, signal);
      works = true;
    } catch (error) {
      if (!concernsOneEntity(error)) throw error;
      refused ??= error;
      sync.log.error({ err: error, entity: entity.name }, `${entity.name} cannot be read; the others are`);
    }
  }
  if (!works && refused !== undefined) throw refused;
}

/** Whether Magento does not accept the credentials, or gives them no right to anything that is copied. */
function isRefusedByMagento(error: MagentoError): boolean {
  if (error instanceof LoginBreakerOpenError) return error.reason === 'refused';
  if (error instanceof PermissionError) return error.status === 401;
  return error instanceof AuthenticationError || error.code === 'invalid_options';
}

/** What health and metrics ask of the queues. */
type AskedQueues = Pick<Queues, 'counts' | 'add'>;

/** Queues that refuse until they are there. */
function queuesToCome(): { readonly queues: AskedQueues; set(queues: Queues): void } {
  let opened: Queues | undefined;
  const there = () => {
    if (!opened) throw new Error('the queue is not there yet');
    return opened;
  };
  return {
    queues: {
      counts: async () => there().counts(),
      add: async (...job) => there().add(...job),
    },
    set(queues) {
      opened = queues;
    },
  };
}

async function serveHealth(
  services: Services,
  queues: AskedQueues,
  shutdown: Shutdown,
): Promise<HttpServer | null> {
  const { config, metrics, database, log } = services;
  if (!config.http) return null;
  const readiness = (): Promise<Readiness> =>
    checkReadiness({
      worker: async () => {
        if (shutdown.pause.aborted) throw new Error('shutting down');
        return 'ok';
      },
      postgres: async () => {
        await database.pool.query('select 1');
        return 'ok';
      },
      queue: async () => {
        await queues.counts();
        return 'ok';
      },
      pull: pullCheck(services),
    });
  const routes = [
    livezRoute,
    readyzRoute(readiness),
    metricsRoute(metrics, createGaugeRefresh(services, queues)),
    ...(config.hintSecret ? [hintsRoute(hintOptions(services, queues, config.hintSecret))] : []),
  ];
  const onError = (error: Error) => log.error({ err: error }, 'the HTTP server has a problem');
  const server = await startHttpServer({ ...config.http, routes, onError });
  const paths = routes.map(({ path }) => path);
  log.info({ host: config.http.host, port: server.port }, `serving ${paths.join(', ')}`);
  return server;
}

async function servePage(
  services: Services,
  queues: AskedQueues,
  looks: Looks,
): Promise<ConsoleServer | null> {
  const { config, log } = services;
  if (!config.console) return null;
  const page = await startConsole({
    ...services,
    config: config.console,
    looks,
    queuesOf: () => queues,
  });
  log.info({ url: page.url, port: page.port }, 'serving the page');
  return page;
}

function hintOptions({ sync, log }: Services, queues: AskedQueues, secret: Secret): HintRouteOptions {
  return {
    shop: sync.shop,
    store: sync.store,
    entities: sync.entities,
    secret,
    // Not waited for: the hints are safe, and a queue that is away is filled again by its keeper.
    onAccepted: (entities) => {
      for (const entity of entities) {
        queueHints(queues, entity).catch((error: unknown) =>
          log.warn({ err: error }, 'hints are followed as soon as the queue is back'),
        );
      }
    },
  };
}
