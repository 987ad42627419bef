import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Telemetry } from 'bullmq';
import { describeConfig, type ProcessConfig, parseConfig, parseStatusConfig } from './config/config.ts';
import { ConfigurationError } from './config/configuration-error.ts';
import type { Environment } from './config/environment-reader.ts';
import { createLooks, type Looks } from './console/looks.ts';
import type { ShownShop } from './console/shop-look.ts';
import { shownShop } from './console/shown-shops.ts';
import { connectQueue, keepWithinSchema, settleConnections } from './daemon.ts';
import {
  hintsOf,
  processChecks,
  type QueuesToCome,
  queuesToCome,
  serveHealth,
  servePage,
} from './daemon-server.ts';
import { describeFailure } from './failure.ts';
import { createGaugeRefresh, type GaugeRefresh } from './gauges.ts';
import { type Check, checkReadiness, keptFor } from './http/readiness.ts';
import type { Route } from './http/route.ts';
import { livezRoute } from './http/routes/livez.ts';
import { metricsRoute } from './http/routes/metrics.ts';
import { readyzRoute } from './http/routes/readyz.ts';
import { createProcessShare } from './jobs/process-share.ts';
import { lend, openQueues } from './jobs/queues.ts';
import { createShopGauge, writeMetrics } from './metrics.ts';
import type { ProcessServices } from './process-services.ts';
import { pullCheck } from './pull-check.ts';
import type { QueueConnection } from './queue-server/queue-connection.ts';
import { type Services, withShopServices } from './services.ts';
import { type ShopStop, watchShop, workForShop } from './shop-work.ts';
import { environmentOf, type ShopInFile, ShopsFileError, withoutSecrets } from './shops-file/read-shops.ts';
import type { Shutdown } from './shutdown.ts';
import { showSignsOfLife } from './signs-of-life.ts';

/** Pages of all shops that are written at once; the pool has two connections more. */
export const pagesAtOnce = 14;
const shareLimits = { shared: 16, sharedOfOne: 4 };
/** A shop that cannot be worked for is tried again after so long; later and later when it was asked. */
const firstRetryMs = 10_000;
const longestRetryMs = 5 * 60_000;
/** The shops begin one after the other within so long at most, so that they neither crowd at the start nor later on. */
const begunWithinMs = 10_000;
const mostBetweenBeginningsMs = 200;
/** Readiness is asked every few seconds, and costs some queries for each shop. */
const checkKeptMs = 5_000;

/** A shop of the file as the process stands to it. */
interface KeptShop {
  readonly name: string;
  readonly shown: ShownShop;
  readonly queues: QueuesToCome;
  /** While its services are open. */
  open:
    | {
        readonly services: Services;
        readonly check: Check;
        readonly refresh: GaugeRefresh;
        readonly hints: Route | undefined;
      }
    | undefined;
  isWorkedFor: boolean;
  /** Why it is not worked for, or not with success, in one sentence. */
  trouble: string | undefined;
}

/** What all shops of the process use together. */
interface Shared {
  readonly services: ProcessServices;
  readonly environment: Environment;
  readonly connection: QueueConnection;
  readonly looks: Looks;
  readonly share: ReturnType<typeof createProcessShare>;
  readonly stop: ShopStop;
  readonly onChange: (shop: KeptShop) => void;
}

/**
 * Works for every given shop in one process until a shutdown is asked for, then lets the jobs at hand end.
 *
 * The database, its locks, the queue, the page and the HTTP server are those of the process; everything else each shop has
 * for itself. One that cannot be worked for is said to be so and tried again, and no other notices.
 */
export async function runShopsDaemon(
  services: ProcessServices,
  config: ProcessConfig,
  { shops, environment }: { readonly shops: readonly ShopInFile[]; readonly environment: Environment },
  shutdown: Shutdown,
  jobTelemetry?: Telemetry,
): Promise<void> {
  const { log } = services;
  log.info({ config: describeConfig(config), shops: shops.map(({ name }) => name) }, 'starting');
  // Every shop listens to them.
  setMaxListeners(0, shutdown.pause, shutdown.abort);
  await settleConnections(services, {
    magento: { budget: { concurrency: pagesAtOnce } },
    queueUrl: config.queueUrl,
  });
  const kept = new Map(shops.map((shop) => [shop.name, keptShop(shop, environment)]));
  const gauge = createShopGauge();
  const onChange = (shop: KeptShop) => {
    gauge.working.set({ shop: shop.name }, shop.isWorkedFor && shop.trouble === undefined ? 1 : 0);
    looks.forget(shop.name);
  };
  const source = {
    ...services,
    queuesOf: (name: string) => kept.get(name)?.queues.queues ?? queuesToCome().queues,
    troubleOf: (name: string) => kept.get(name)?.trouble,
  };
  const shown = [...kept.values()].map((shop) => shop.shown);
  const looks = createLooks(source, () => shown);
  for (const shop of kept.values()) onChange(shop);
  await using _http = await serveHealth(config.http, log, healthRoutes(services, kept, gauge, shutdown));
  await using _page = await servePage(config.console, source, looks);
  keepWithinSchema(services, shutdown);
  await using connection = (await connectQueue(services, shutdown, jobTelemetry)) ?? null;
  if (!connection) return;
  void shutdown.requested.then((reason) =>
    log.info({ reason }, 'shutting down: no new jobs, pages at hand are finished'),
  );
  const share = createProcessShare(shareLimits);
  const shared = { services, environment, connection, looks, share, stop: shutdown, onChange };
  const betweenMs = Math.min(mostBetweenBeginningsMs, begunWithinMs / shops.length);
  const working = shops.flatMap((shop, index) => {
    const keptHere = kept.get(shop.name);
    return keptHere ? [keepWorking(shop, keptHere, shared, index * betweenMs)] : [];
  });
  log.info({ shops: shops.length, queue: connection.kind, embeddedPostgres: services.embedded }, 'running');
  await Promise.all(working);
  log.info('stopped');
}

function keptShop(shop: ShopInFile, environment: Environment): KeptShop {
  const { name } = shop;
  const shown = shownShop({ ...parseStatusConfig(withoutSecrets(shop, environment)), shop: name });
  return { name, shown, queues: queuesToCome(), open: undefined, isWorkedFor: false, trouble: undefined };
}

/** Works for one shop until the stop, again and again when it cannot. Never rejects. */
async function keepWorking(
  shop: ShopInFile,
  kept: KeptShop,
  shared: Shared,
  beginsAfterMs: number,
): Promise<void> {
  const { pause } = shared.stop;
  const log = shared.services.log.child({ shop: shop.name });
  await using _signs = await showSignsOfLife(shop.name, (error) =>
    log.warn({ err: error }, '"magento-sync health" will not see this daemon: its file cannot be written'),
  );
  await sleep(beginsAfterMs, undefined, { signal: pause }).catch(() => undefined);
  for (let retryMs = firstRetryMs; !pause.aborted; retryMs = Math.min(longestRetryMs, 2 * retryMs)) {
    try {
      await work(shop, kept, { ...shared, services: { ...shared.services, log } }, () => {
        retryMs = firstRetryMs;
      });
    } catch (error) {
      if (pause.aborted) return;
      kept.isWorkedFor = false;
      kept.trouble = `${describeFailure(error).sentence.replace(/[.\s]+$/, '')}. It is tried again.`;
      shared.onChange(kept);
      if (error instanceof ShopsFileError || error instanceof ConfigurationError) retryMs = firstRetryMs;
      log.error({ err: error, againInMs: retryMs }, 'this shop is not worked for; the others are');
    }
    await sleep(retryMs, undefined, { signal: pause }).catch(() => undefined);
  }
}

/** Opens what the shop has for itself and works for it until the stop. */
async function work(
  shop: ShopInFile,
  kept: KeptShop,
  { services, environment, connection, looks, share, stop, onChange }: Shared,
  onRunning: () => void,
): Promise<void> {
  const { log } = services;
  const config = parseConfig(environmentOf(shop, environment));
  const say = (trouble: string | undefined) => {
    kept.trouble = trouble;
    onChange(kept);
  };
  const options = {
    command: 'daemon',
    log,
    signal: stop.abort,
    // A sign-in may work where nothing else does.
    onPage: () => {
      if (kept.trouble !== undefined && kept.isWorkedFor) say(undefined);
    },
  };
  await withShopServices(services, config, options, async (opened) => {
    // What is watched ends with this attempt.
    const ended = new AbortController();
    const untilEnd = { ...stop, pause: AbortSignal.any([stop.pause, ended.signal]) };
    const watching = watchShop(opened, looks, untilEnd);
    await using queues = openQueues(lend(connection), config.shop, log);
    kept.queues.set(queues);
    const place = { path: `/hints/${config.shop}`, unlisted: true };
    kept.open = {
      services: opened,
      check: keptFor(checkKeptMs, pullCheck(opened)),
      refresh: createGaugeRefresh(opened, queues),
      hints: hintsOf(opened, queues, place),
    };
    try {
      await workForShop(opened, {
        queues,
        stop,
        wrap: share,
        onRunning: (doubt) => {
          kept.isWorkedFor = true;
          say(doubt === undefined ? undefined : describeFailure(doubt).sentence);
          onRunning();
          log.info('running');
        },
      });
    } finally {
      ended.abort();
      kept.open = undefined;
      kept.queues.set(undefined);
      await watching;
    }
  });
}

/** Health, metrics and hints of all shops; the process is ready while it can work for any. */
function healthRoutes(
  services: ProcessServices,
  kept: ReadonlyMap<string, KeptShop>,
  gauge: ReturnType<typeof createShopGauge>,
  shutdown: ShopStop,
): () => readonly Route[] {
  const opened = () => [...kept.values()].flatMap(({ open }) => open ?? []);
  const checks = processChecks(services, shutdown, async () => {
    const [first] = [...kept.values()].filter(({ open }) => open);
    if (first) await first.queues.queues.counts();
  });
  const readiness = async () => {
    const [process, shops] = await Promise.all([
      checkReadiness(checks),
      checkReadiness(Object.fromEntries([...kept.values()].map((shop) => [shop.name, checkOf(shop)]))),
    ]);
    return { ...process, shops: shops.checks };
  };
  const metrics = () =>
    writeMetrics([gauge.registry, ...opened().map((open) => open.services.metrics.registry)]);
  const refresh = async () => {
    await Promise.all(opened().map((open) => open.refresh()));
  };
  const fixed = [livezRoute, readyzRoute(readiness), metricsRoute(metrics, refresh)];
  return () => [...fixed, ...opened().flatMap(({ hints }) => hints ?? [])];
}

function checkOf(shop: KeptShop): Check {
  return async () => {
    if (shop.trouble !== undefined) throw new Error(shop.trouble);
    return shop.open ? shop.open.check() : 'it is being started';
  };
}
