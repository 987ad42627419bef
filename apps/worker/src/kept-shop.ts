import { setTimeout as sleep } from 'node:timers/promises';
import { createShopRepository } from '@magento-sync/db';
import { alertOptions, watchAlerts } from './alerts/alert-watch.ts';
import { misconfigured, type ProcessCondition } from './alerts/conditions.ts';
import { type ProcessConfig, parseShownConfig } from './config/config.ts';
import type { Environment } from './config/environment.ts';
import type { Looks } from './console/looks.ts';
import type { ShopTrouble, ShownShop } from './console/shop-look.ts';
import { shownShopOf } from './console/shown-shops.ts';
import { type AskedQueues, hintsOf, queuesToCome } from './daemon-server.ts';
import { describeFailure } from './failure.ts';
import { createGaugeRefresh, type GaugeRefresh } from './gauges.ts';
import { type Check, keptFor } from './http/readiness.ts';
import type { Route } from './http/route.ts';
import type { createProcessShare } from './jobs/process-share.ts';
import { lend, openQueues } from './jobs/queues.ts';
import type { Logger } from './logger.ts';
import type { ProcessServices } from './process-services.ts';
import { pullCheck } from './pull-check.ts';
import type { QueueConnection } from './queue-server/queue-connection.ts';
import { type Services, withShopServices } from './services.ts';
import { askUntilAnswered, type ShopStop, watchShop, workForShop } from './shop-work.ts';
import type { ShopInFile } from './shops-file/read-shops.ts';
import { configOf, findSettings, withoutSecrets } from './shops-file/shop-environment.ts';
import { ShopsFileError } from './shops-file/shops-file-error.ts';
import { showSignsOfLife } from './signs-of-life.ts';

/** A shop that cannot be worked for is tried again after so long; later and later when it was asked. */
const firstRetryMs = 10_000;
const longestRetryMs = 5 * 60_000;
/** Readiness is asked every few seconds, and costs some queries for each shop. */
const checkKeptMs = 5_000;

/** What a shop has of its own while it is worked for. */
interface OpenShop {
  readonly services: Services;
  readonly check: Check;
  readonly refresh: GaugeRefresh;
  readonly hints: Route | undefined;
}

/** What all shops of the process use together. */
export interface SharedByShops {
  readonly services: ProcessServices;
  readonly config: ProcessConfig;
  readonly environment: Environment;
  readonly connection: QueueConnection;
  readonly looks: Looks;
  readonly share: ReturnType<typeof createProcessShare>;
  readonly onChange: (shop: KeptShop) => void;
  /** Told with every look for alerts whether the shop is well. */
  readonly onLookedAt: (shop: string, isWell: boolean) => void;
  /** What a look for alerts at this shop finds besides what the copy says. */
  readonly conditionsOf: (shop: string) => readonly ProcessCondition[];
  /** Whether the file names this shop, switched off or not. */
  readonly isListed: (shop: string) => boolean;
}

/** A shop of the file as the process stands to it, from when it is added until it is taken out. */
export interface KeptShop {
  readonly name: string;
  readonly shown: ShownShop;
  /** They refuse while the shop is not worked for. */
  readonly queues: AskedQueues;
  readonly open: OpenShop | undefined;
  readonly isWorkedFor: boolean;
  /** Why it is not worked for, or not with success. */
  readonly trouble: ShopTrouble | undefined;
  /** What its settings are, secrets and files by their digests. */
  readonly prints: ReadonlyMap<string, string>;
  /** Works for it until it is stopped, again and again when it cannot. Never rejects. */
  run(shared: SharedByShops, beginsAfterMs: number): Promise<void>;
  /** Ends the work as a shutdown does, and begins anew with other settings. */
  change(shop: ShopInFile): void;
  /** Ends the work as a shutdown does: no new jobs, pages at hand are finished until the grace is over. */
  stop(reason: Error): void;
}

/** The work for a shop with one and the same settings. */
interface Round {
  readonly pause: AbortController;
  readonly abort: AbortController;
}

/** Makes a shop of the file one that is kept. Throws a `ConfigurationError` when the environment itself is wrong. */
export function keepShop(
  given: ShopInFile,
  environment: Environment,
  { graceMs, deadlineMs }: ProcessConfig['shutdown'],
  processLog: Logger,
): KeptShop {
  const { name } = given;
  const log = processLog.child({ shop: name });
  const queues = queuesToCome();
  let shop = given;
  let shown = shownShopOf(given, environment);
  let prints = findSettings(given, environment).prints;
  let open: OpenShop | undefined;
  let isWorkedFor = false;
  let trouble: ShopTrouble | undefined;
  let round: Round | undefined;
  let isOver = false;
  const timers = new Set<NodeJS.Timeout>();

  function endRound(reason: Error): void {
    if (!round || round.pause.signal.aborted) return;
    const { pause, abort } = round;
    pause.abort(reason);
    timers.add(setTimeout(() => abort.abort(reason), graceMs).unref());
    const late = () => log.error({ deadlineMs }, 'the work for this shop does not end; waiting for it');
    timers.add(setTimeout(late, deadlineMs).unref());
  }

  async function run(shared: SharedByShops, beginsAfterMs: number): Promise<void> {
    await using _signs = await showSignsOfLife(name, (error) =>
      log.warn({ err: error }, '"magento-sync health" will not see this daemon: its file cannot be written'),
    );
    for (let waitMs = beginsAfterMs; !isOver; waitMs = 0) {
      round = { pause: new AbortController(), abort: new AbortController() };
      const stop = { pause: round.pause.signal, abort: round.abort.signal };
      watchForAlerts(shared, stop.pause);
      await sleep(waitMs, undefined, { signal: stop.pause }).catch(() => undefined);
      await workUntil(stop, shared);
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
      trouble = undefined;
      isWorkedFor = false;
      if (!isOver) shared.onChange(kept);
    }
  }

  /** Also while the shop cannot be worked for: then nobody else would tell. */
  function watchForAlerts(
    { services, config, conditionsOf, onLookedAt }: SharedByShops,
    pause: AbortSignal,
  ): void {
    const alerting = alertOptions({ ...parseShownConfig(withoutSecrets(shop, environment)), ...config });
    if (!alerting) return;
    const { database, store, clock } = services;
    const source = { shop: name, database, store, clock, log, entities: shown.entities };
    const alsoHolds = () => [
      ...conditionsOf(name),
      ...(trouble?.isMisconfigured ? [misconfigured(name, trouble.sentence)] : []),
    ];
    const heartbeat = async (isWell: boolean) => onLookedAt(name, isWell);
    void watchAlerts(source, { ...alerting, alsoHolds, heartbeat }, pause);
  }

  async function workUntil(stop: ShopStop, shared: SharedByShops): Promise<void> {
    const { pause } = stop;
    for (let retryMs = firstRetryMs; !pause.aborted; retryMs = Math.min(longestRetryMs, 2 * retryMs)) {
      try {
        await work(stop, shared, () => {
          retryMs = firstRetryMs;
        });
      } catch (error) {
        if (pause.aborted) return;
        isWorkedFor = false;
        const isMisconfigured = error instanceof ShopsFileError;
        const sentence = `${describeFailure(error).sentence.replace(/[.\s]+$/, '')}. It is tried again.`;
        trouble = { sentence, isMisconfigured };
        if (isMisconfigured) retryMs = firstRetryMs;
        shared.onChange(kept);
        log.error({ err: error, againInMs: retryMs }, 'this shop is not worked for; the others are');
      }
      await sleep(retryMs, undefined, { signal: pause }).catch(() => undefined);
    }
  }

  /** Opens what the shop has for itself and works for it until the stop. */
  async function work(stop: ShopStop, shared: SharedByShops, onRunning: () => void): Promise<void> {
    const { connection, looks, share, onChange } = shared;
    const services = { ...shared.services, log };
    const found = findSettings(shop, environment);
    prints = found.prints;
    const config = configOf(shop, found);
    const say = (sentence: string | undefined) => {
      trouble = sentence === undefined ? undefined : { sentence, isMisconfigured: false };
      onChange(kept);
    };
    const options = {
      command: 'daemon',
      log,
      signal: stop.abort,
      // A sign-in may work where nothing else does.
      onPage: () => {
        if (trouble !== undefined && isWorkedFor) say(undefined);
      },
    };
    await warnOfOtherName(config.magento.baseUrl, shared);
    await withShopServices(services, config, options, async (opened) => {
      // What is watched ends with this attempt.
      const ended = new AbortController();
      const untilEnd = { ...stop, pause: AbortSignal.any([stop.pause, ended.signal]) };
      let refusal: unknown;
      const watching = watchShop(opened, looks, untilEnd);
      await using own = openQueues(lend(connection), name, log);
      queues.set(own);
      open = {
        services: opened,
        check: keptFor(checkKeptMs, pullCheck(opened)),
        refresh: createGaugeRefresh(opened, own),
        hints: hintsOf(opened, own, { path: `/hints/${name}`, unlisted: true }),
      };
      try {
        await workForShop(opened, {
          queues: own,
          stop: untilEnd,
          wrap: share,
          onRunning: (doubt) => {
            isWorkedFor = true;
            say(doubt === undefined ? undefined : describeFailure(doubt).sentence);
            onRunning();
            log.info('running');
            if (doubt === undefined) return;
            // One that was too busy to say so may refuse the sign-in all the same.
            askUntilAnswered(opened, untilEnd.pause).then(
              () => say(undefined),
              (error: unknown) => {
                if (untilEnd.pause.aborted) return;
                refusal = error;
                ended.abort(error);
              },
            );
          },
        });
        if (refusal !== undefined) throw refusal;
      } finally {
        ended.abort();
        open = undefined;
        queues.set(undefined);
        await watching;
      }
    });
  }

  /** While the worker is off, a name in the file can be changed without anybody noticing. */
  async function warnOfOtherName(baseUrl: string, { services, isListed }: SharedByShops): Promise<void> {
    const known = await createShopRepository(services.database).list();
    if (known.some((each) => each.shop === name)) return;
    const same = known.find((each) => each.baseUrl === baseUrl && !isListed(each.shop));
    if (!same) return;
    log.warn(
      { copy: same.shop },
      `${baseUrl} was copied under the name ${same.shop}, which the file does not have any more: all of it is read again as ${name}. ` +
        `If it was only renamed, call it ${same.shop} again`,
    );
  }

  const kept: KeptShop = {
    name,
    queues: queues.queues,
    get shown() {
      return shown;
    },
    get open() {
      return open;
    },
    get isWorkedFor() {
      return isWorkedFor;
    },
    get trouble() {
      return trouble;
    },
    get prints() {
      return prints;
    },
    run,
    change(changed) {
      shown = shownShopOf(changed, environment);
      shop = changed;
      prints = findSettings(changed, environment).prints;
      endRound(new Error('The settings of the shop have changed.'));
    },
    stop(reason) {
      isOver = true;
      endRound(reason);
    },
  };
  return kept;
}
