import type { Telemetry } from 'bullmq';
import { configRefused } from './alerts/conditions.ts';
import { shareHeartbeat } from './alerts/heartbeat.ts';
import { describeConfig, type ProcessConfig } from './config/config.ts';
import type { Environment } from './config/environment.ts';
import { createLooks } from './console/looks.ts';
import { connectQueue, keepWithinSchema, settleConnections } from './daemon.ts';
import { processChecks, queuesToCome, serveHealth, servePage } from './daemon-server.ts';
import { type Check, checkReadiness } from './http/readiness.ts';
import type { Route } from './http/route.ts';
import { livezRoute } from './http/routes/livez.ts';
import { metricsRoute } from './http/routes/metrics.ts';
import { readyzRoute } from './http/routes/readyz.ts';
import { createProcessShare } from './jobs/process-share.ts';
import { type KeptShop, keepShop, type SharedByShops } from './kept-shop.ts';
import { createShopsMetrics, writeMetrics } from './metrics.ts';
import type { ProcessServices } from './process-services.ts';
import type { ShopStop } from './shop-work.ts';
import { differingKeys, findRenamed } from './shops-file/compare-shops.ts';
import { readShops, type ShopInFile } from './shops-file/read-shops.ts';
import { findSettings } from './shops-file/shop-environment.ts';
import { ShopsFileError } from './shops-file/shops-file-error.ts';
import { contentOf, type Hangups, type WhyAgain, watchShops } from './shops-file/watch-shops.ts';
import type { Shutdown } from './shutdown.ts';
import { showSignsOfLife, signOfShops } from './signs-of-life.ts';

/** Pages of all shops that are written at once; the pool has two connections more. */
export const pagesAtOnce = 14;
const shareLimits = { shared: 16, sharedOfOne: 4 };
/** The shops begin one after the other within so long at most, so that they neither crowd at the start nor later on. */
const begunWithinMs = 10_000;
const mostBetweenBeginningsMs = 200;

/** The file of shops, as the process was started with it. */
export interface ShopsFile {
  readonly path: string;
  readonly environment: Environment;
  /** What it says at the start. */
  readonly shops: readonly ShopInFile[];
  /** The content from which that was read. */
  readonly content: string;
  /** Ask for it to be read again. */
  readonly hangups: Hangups;
}

/**
 * Works for every shop of the file in one process until a shutdown is asked for, then lets the jobs at hand end.
 *
 * The database, its locks, the queue, the page and the HTTP server are those of the process; everything else each shop has
 * for itself. One that cannot be worked for is said to be so and tried again, and no other notices. What changes in the
 * file counts at once, for the shops that it is about and no other.
 */
export async function runShopsDaemon(
  services: ProcessServices,
  config: ProcessConfig,
  file: ShopsFile,
  shutdown: Shutdown,
  jobTelemetry?: Telemetry,
): Promise<void> {
  const { log, clock } = services;
  log.info({ config: describeConfig(config), shops: file.shops.map(({ name }) => name) }, 'starting');
  await using _signs = await showSignsOfLife(signOfShops(file.path), (error) =>
    log.warn({ err: error }, '"magento-sync health" will not see this daemon: its file cannot be written'),
  );
  await settleConnections(services, {
    magento: { budget: { concurrency: pagesAtOnce } },
    queueUrl: config.queueUrl,
  });
  const metrics = createShopsMetrics();
  const shops = createShopsInForce(file, config, services.log);
  let refusal: string | undefined;
  const noteReading = (problem: string | undefined) => {
    refusal = problem;
    metrics.reloadSuccess.set(problem === undefined ? 1 : 0);
    if (problem === undefined) metrics.reloadedAt.set(clock.now().getTime() / 1_000);
  };
  noteReading(undefined);
  const source = {
    ...services,
    queuesOf: (name: string) => shops.kept.get(name)?.queues ?? queuesToCome().queues,
    troubleOf: (name: string) => shops.kept.get(name)?.trouble,
    notice: () => refusal,
  };
  const looks = createLooks(source, () => shops.shown());
  const onChange = (shop: KeptShop) => {
    if (shops.kept.get(shop.name) !== shop) return;
    const { name, isWorkedFor, trouble } = shop;
    metrics.working.set({ shop: name }, isWorkedFor && trouble === undefined ? 1 : 0);
    metrics.misconfigured.set({ shop: name }, trouble?.isMisconfigured ? 1 : 0);
    looks.forget(name);
  };
  for (const shop of shops.kept.values()) onChange(shop);
  await using _http = await serveHealth(
    config.http,
    log,
    healthRoutes(services, shops.kept, metrics, shutdown),
  );
  await using _page = await servePage(config.console, source, looks);
  keepWithinSchema(services, shutdown);
  await using connection = (await connectQueue(services, shutdown, jobTelemetry)) ?? null;
  if (!connection) return;
  void shutdown.requested.then((reason) =>
    log.info({ reason }, 'shutting down: no new jobs, pages at hand are finished'),
  );
  using heartbeat = shareHeartbeat(config, log);
  const shared: SharedByShops = {
    services,
    config,
    environment: file.environment,
    connection,
    looks,
    share: createProcessShare(shareLimits),
    onChange,
    onLookedAt: heartbeat.note,
    conditionsOf: (name) => (refusal !== undefined && shops.isFirst(name) ? [configRefused(refusal)] : []),
    isListed: shops.isListed,
  };
  shops.begin(shared);
  log.info(
    { shops: shops.kept.size, queue: connection.kind, embeddedPostgres: services.embedded },
    'running',
  );
  if (shops.kept.size === 0) log.warn(`every shop is switched off in ${file.path} (enabled: false)`);

  function readAgain(why: WhyAgain): void {
    try {
      const changes = shops.replace(readShops(file.path));
      for (const name of changes.removed) {
        metrics.working.remove({ shop: name });
        metrics.misconfigured.remove({ shop: name });
        heartbeat.forget(name);
      }
      noteReading(undefined);
      for (const name of [...changes.added, ...Object.keys(changes.changed)]) {
        const shop = shops.kept.get(name);
        if (shop) onChange(shop);
      }
      log.info({ why, ...changes }, 'the file of shops was read again');
    } catch (error) {
      const problem = describeProblem(error);
      const isNews = problem !== refusal || why === 'SIGHUP';
      noteReading(problem);
      if (isNews)
        log.error({ why, problem }, 'the file of shops is not taken: what it said before stays in force');
    }
  }
  const { content: seen, hangups } = file;
  const content = () => contentOf(file.path, file.environment);
  await watchShops({ content, seen, hangups }, readAgain, shutdown.pause);
  await shops.end(shutdown.pause.reason as Error);
  log.info('stopped');
}

function describeProblem(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The shops that are in force, and how others take their place. */
function createShopsInForce(
  { shops, environment }: ShopsFile,
  config: ProcessConfig,
  log: ProcessServices['log'],
) {
  const kept = new Map<string, KeptShop>();
  /** Work that has not ended, by shop; of one that was taken out and came back the former ends first. */
  const running = new Map<string, Promise<void>>();
  let inForce = shops;
  let shared: SharedByShops | undefined;
  let shownNow: readonly KeptShop['shown'][] | undefined;

  const add = (shop: ShopInFile) => {
    kept.set(shop.name, keepShop(shop, environment, config.shutdown, log));
  };
  const start = (shop: KeptShop, afterMs: number) => {
    const { name } = shop;
    const former = running.get(name) ?? Promise.resolve();
    const work = former.then(async () => shared && shop.run(shared, afterMs));
    running.set(name, work);
    void work.then(() => {
      if (running.get(name) === work) running.delete(name);
    });
  };
  const startAll = (names: readonly string[]) => {
    const betweenMs = Math.min(mostBetweenBeginningsMs, begunWithinMs / Math.max(1, names.length));
    for (const [index, name] of names.entries()) {
      const shop = kept.get(name);
      if (shop) start(shop, index * betweenMs);
    }
  };
  for (const shop of shops.filter(({ enabled }) => enabled)) add(shop);

  return {
    kept,
    /** The same list as long as the shops are the same. */
    shown(): readonly KeptShop['shown'][] {
      const now = [...kept.values()].map((shop) => shop.shown);
      if (now.length !== shownNow?.length || now.some((each, index) => each !== shownNow?.[index]))
        shownNow = now;
      return shownNow ?? now;
    },
    isListed: (name: string) => inForce.some((shop) => shop.name === name),
    /** Whether it is the first that is switched on: the same one for every daemon of the file. */
    isFirst: (name: string) => inForce.find(({ enabled }) => enabled)?.name === name,
    begin(given: SharedByShops): void {
      shared = given;
      startAll([...kept.keys()]);
    },
    /** Takes what the file says now. Throws a {@link ShopsFileError}, and changes nothing then. */
    replace(now: readonly ShopInFile[]) {
      const renamed = findRenamed(inForce, now, environment);
      if (renamed.length > 0) throw new ShopsFileError(renamed);
      const wanted = now.filter(({ enabled }) => enabled);
      const removed = [...kept.keys()].filter((name) => !wanted.some((shop) => shop.name === name));
      const added: string[] = [];
      const changed: Record<string, readonly string[]> = {};
      for (const shop of wanted) {
        const before = kept.get(shop.name);
        if (!before) {
          add(shop);
          added.push(shop.name);
          continue;
        }
        const keys = differingKeys(before.prints, findSettings(shop, environment).prints);
        if (keys.length === 0) continue;
        changed[shop.name] = keys;
        before.change(shop);
      }
      for (const name of removed) {
        kept
          .get(name)
          ?.stop(new Error('The file of shops does not have this shop any more, or switches it off.'));
        kept.delete(name);
      }
      inForce = now;
      startAll(added);
      return { added, changed, removed };
    },
    /** Ends the work for all of them; resolves when it has ended. */
    async end(reason: Error): Promise<void> {
      for (const shop of kept.values()) shop.stop(reason);
      await Promise.all(running.values());
    },
  };
}

/** Health, metrics and hints of all shops; the process is ready while it can work for any. */
function healthRoutes(
  services: ProcessServices,
  kept: ReadonlyMap<string, KeptShop>,
  { registry }: ReturnType<typeof createShopsMetrics>,
  shutdown: ShopStop,
): () => readonly Route[] {
  const opened = () => [...kept.values()].flatMap(({ open }) => open ?? []);
  const checks = processChecks(services, shutdown, async () => {
    const [first] = [...kept.values()].filter(({ open }) => open);
    if (first) await first.queues.counts();
  });
  const readiness = async () => {
    const [process, shops] = await Promise.all([
      checkReadiness(checks),
      checkReadiness(Object.fromEntries([...kept.values()].map((shop) => [shop.name, checkOf(shop)]))),
    ]);
    return { ...process, shops: shops.checks };
  };
  const metrics = () => writeMetrics([registry, ...opened().map((open) => open.services.metrics.registry)]);
  const refresh = async () => {
    await Promise.all(opened().map((open) => open.refresh()));
  };
  const fixed = [livezRoute, readyzRoute(readiness), metricsRoute(metrics, refresh)];
  return () => [...fixed, ...opened().flatMap(({ hints }) => hints ?? [])];
}

function checkOf(shop: KeptShop): Check {
  return async () => {
    const { trouble } = shop;
    if (trouble)
      throw new Error(trouble.isMisconfigured ? `misconfigured: ${trouble.sentence}` : trouble.sentence);
    return shop.open ? shop.open.check() : 'it is being started';
  };
}
