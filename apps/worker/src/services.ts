import { createBudgetRepository, createShopRepository, openDatabase } from '@magento-sync/db';
import { entities } from '@magento-sync/entities';
import type { MagentoClient } from '@magento-sync/magento-client';
import { revealAuth } from './config/auth-config.ts';
import { type Config, shopNameOf } from './config/config.ts';
import { poolSize } from './connection-need.ts';
import { type SharedCopyState, shareCopyState } from './copy-state.ts';
import type { DryTally } from './dry-run/dry-report.ts';
import { createDryStore, type DryRunOptions, dryLocks } from './dry-run/dry-store.ts';
import { createLocks } from './locks.ts';
import type { Logger } from './logger.ts';
import { countPage, countRequest, showShare } from './metric-events.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { keptPersonalDataOf, personalDataOf } from './personal-data.ts';
import { type ProcessServices, withProcessServices } from './process-services.ts';
import { openShopBudget } from './shop-budget/shop-budget.ts';
import { createShopClient } from './shop-client.ts';
import { createStore } from './store.ts';
import { createStoredCredentials } from './stored-credentials.ts';
import { settlePersonalData } from './sync/personal-data/settle-choice.ts';
import type { PageReport, SyncContext } from './sync/ports.ts';
import {
  type AdaptivePageSize,
  createOutageWait,
  openPageSize,
  paceRules,
  rangesFor,
} from './sync/reading/index.ts';
import { traceRequest } from './telemetry.ts';
import { createTokenStore } from './token-store.ts';

/** Everything that is open while a command works with one shop: what belongs to the process, and what to the shop. */
export interface Services extends ProcessServices {
  /** What a dry run would do to an entity; absent in all other runs. */
  readonly tallyOf?: (entity: string) => DryTally;
  readonly config: Config;
  readonly metrics: Metrics;
  readonly magento: MagentoClient;
  /** What the use cases need. */
  readonly sync: SyncContext;
  /** The state of the copy, for metrics and alerts. */
  readonly copyState: SharedCopyState;
}

/** How to open the services. */
export interface ServicesOptions {
  readonly command: string;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** Waits for minutes while the shop is away; a daemon tries its jobs again instead. */
  readonly waitsOutOutages?: boolean;
  /** Reads and writes nothing but sign-ins: what would be written is added up. */
  readonly dryRun?: DryRunOptions;
  /** Told about every attempt of a request to the shop, besides the metrics. */
  readonly onRequest?: () => void;
  /** Told about every committed page, besides the metrics. */
  readonly onPage?: (report: PageReport) => void;
}

/** A deployment, a reboot or a restore of the shop's database is over by then. */
const outagePatienceMs = 15 * 60_000;

/**
 * The composition root of a process for one shop: opens what belongs to the process, then what belongs to the shop, and
 * releases everything in reverse order afterwards, also when the work fails.
 */
export async function withServices<T>(
  config: Config,
  options: ServicesOptions,
  use: (services: Services) => Promise<T>,
): Promise<T> {
  const { command, log, signal, dryRun } = options;
  const ofProcess = {
    command,
    log,
    signal,
    maxConnections: poolSize(config),
    readOnly: dryRun !== undefined,
  };
  return withProcessServices(config, ofProcess, (services) =>
    withShopServices(services, config, options, use),
  );
}

/**
 * The composition root of one shop in a process that may have others: its client, budget, page sizes and metrics, on the
 * database of the process. They are released afterwards; what belongs to the process stays open.
 */
export async function withShopServices<T>(
  services: ProcessServices,
  config: Config,
  options: ServicesOptions,
  use: (services: Services) => Promise<T>,
): Promise<T> {
  const { database, cipher, clock } = services;
  const { command, dryRun, log } = options;
  const readOnly = dryRun !== undefined;
  if (!readOnly) await createShopRepository(database).register(config.shop, config.magento.baseUrl);
  const metrics = createMetrics(config.shop);
  const ownStore = createStore(database, config.recording);
  const dry = dryRun ? createDryStore(ownStore, dryRun) : undefined;
  const locks = dry ? dryLocks : createLocks(database);
  // Logins and requests count also in a dry run: else each would sign in anew, wrong ones would not add up for the
  // breaker, and its requests would come on top of those of others.
  await using signIns = readOnly
    ? await openDatabase({
        url: database.url,
        applicationName: `magento-sync ${command}`,
        maxConnections: 1,
      })
    : null;
  const { auth } = config.magento;
  await using shopBudget = await openShopBudget({
    shop: config.shop,
    budgets: createBudgetRepository(signIns ?? database),
    limits: config.magento.budget,
    command,
    log,
    onShare: (event) => showShare(metrics, event),
  });
  const connection = { ...config.magento, budget: shopBudget.budget };
  let quickestMs: number | undefined;
  const roundTrip = () => quickestMs ?? 0;
  await using magento = createShopClient(connection, {
    auth:
      auth.kind === 'stored-integration'
        ? await createStoredCredentials(database, config.shop, cipher).load()
        : revealAuth(auth),
    tokenStore: createTokenStore(signIns ?? database, shopNameOf(config.magento.baseUrl), cipher),
    personalData: personalDataOf(config),
    onRequest: (event) => {
      countRequest(metrics, event);
      traceRequest(event);
      if (event.status === 200) quickestMs = Math.min(quickestMs ?? event.durationMs, event.durationMs);
      options.onRequest?.();
      log.debug({ ...event }, 'request');
    },
  });
  const store = dry?.store ?? ownStore;
  const base = { shop: config.shop, magento, store, locks, clock, log };
  if (!readOnly) await settlePersonalData(base, keptPersonalDataOf(config), options.signal);
  const chosen = entities.filter(({ name }) => config.entities.includes(name));
  const { pageSize: firstSize, maxPageSize } = config.magento;
  const pageSize = await openPageSize(base, paceRules(firstSize, maxPageSize), { roundTrip });
  const pageSizes: Record<string, AdaptivePageSize> = {};
  for (const { name, page } of chosen) {
    const rules = paceRules(Math.min(firstSize, page.first), Math.min(maxPageSize, page.most));
    const size = await openPageSize(base, rules, { roundTrip, atOnce: shopBudget.fairPlaces, entity: name });
    pageSizes[name] = {
      ...size,
      observe(page) {
        size.observe(page);
        shopBudget.sawPage({ entity: name, ...page });
      },
    };
  }
  const sync: SyncContext = {
    ...base,
    entities: chosen,
    settings: {
      pageSize,
      pageSizes,
      overlapMs: config.schedule.pullOverlapMs,
      deletions: config.deletions,
      concurrency: config.magento.budget.concurrency,
      rangesAtOnce: rangesFor(config.magento.budget.concurrency),
    },
    ...(options.waitsOutOutages ? { outages: createOutageWait(log, { patienceMs: outagePatienceMs }) } : {}),
    onPageLimit: (max) => {
      for (const size of [pageSize, ...Object.values(pageSizes)]) size.know(max);
    },
    onPage: (report) => {
      countPage(metrics, report);
      options.onPage?.(report);
    },
  };
  return await use({
    ...services,
    store: ownStore,
    config,
    log,
    metrics,
    magento,
    sync,
    copyState: shareCopyState(sync),
    ...(dry ? { tallyOf: dry.tallyOf } : {}),
  });
}
