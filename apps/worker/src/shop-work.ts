import { setTimeout as sleep } from 'node:timers/promises';
import { type Pause, tryAdvisoryLock } from '@magento-sync/db';
import {
  AuthenticationError,
  LoginBreakerOpenError,
  MagentoError,
  PermissionError,
} from '@magento-sync/magento-client';
import { alertOptions, watchAlerts } from './alerts/alert-watch.ts';
import { connectionNeed } from './connection-need.ts';
import type { Looks } from './console/looks.ts';
import { keepSamples } from './console/sampler.ts';
import type { Processors } from './jobs/contract.ts';
import { holdWhilePaused } from './jobs/held-work.ts';
import { createProcessors } from './jobs/processors.ts';
import { keepQueue } from './jobs/queue-keeper.ts';
import type { Queues } from './jobs/queues.ts';
import { scheduleTable } from './jobs/schedules.ts';
import { startWorkers } from './jobs/workers.ts';
import { countJob, noteTokenExpiry } from './metric-events.ts';
import { watchPauses } from './operations/pause-watch.ts';
import { pauseOf } from './operations/work.ts';
import type { Services } from './services.ts';
import type { Shutdown } from './shutdown.ts';
import { rangesAtOnce } from './sync/backfill/backfill-plan.ts';
import { chosenEntities, concernsOneEntity } from './sync/entity/entities.ts';
import type { SyncContext } from './sync/ports.ts';
import { createReferenceWatch } from './sync/reference-data/reference-watch.ts';
import { withinMs } from './time-limit.ts';

const lookAfterQueueEveryMs = 10_000;
/** How long the start waits for the shop. */
const shopPatienceMs = 20_000;
/** A shop that did not answer by then is asked again after so long. */
const askAgainAfterMs = 30_000;
/** Jobs of each of these queues that one process runs at once for one shop. */
const concurrency = { fresh: 2, regular: 2 };
/** How long a look at a queue that does not answer may hold up a shutdown. */
const endsWithinMs = 3_000;

/** So old may be what alerts are found in: less than the time between two looks. */
const stateForAlertsMs = 15_000;

/** How a process asks the work for one of its shops to end. */
export type ShopStop = Pick<Shutdown, 'pause' | 'abort'>;

/** How a process works for one of its shops. */
export interface ShopWork {
  readonly queues: Queues;
  readonly stop: ShopStop;
  /** Wraps every job; for the share that the shop has in the process. */
  readonly wrap?: (processors: Processors) => Processors;
  /** Told once the shop is worked for, and with what kept it from answering the first question. */
  readonly onRunning: (doubt: unknown) => void;
}

/**
 * Notes how the shop stands, and looks for alerts, until the stop; also while it cannot be worked for. Resolves when the
 * notes have ended.
 */
export async function watchShop(services: Services, looks: Looks, { pause }: ShopStop): Promise<void> {
  const { config, database, clock, log } = services;
  const alerting = alertOptions(config);
  const readState = () => services.copyState(stateForAlertsMs);
  if (alerting) void watchAlerts({ ...services.sync, database, readState }, alerting, pause);
  const look = async () => (await looks.see(config.shop)).value;
  const sampling = keepSamples({ database, clock, log, shop: config.shop, look }, pause);
  await untilFired(pause);
  await withinMs(sampling, endsWithinMs);
}

/**
 * Works for one shop until the stop, then lets the jobs at hand end.
 *
 * Rejects when the shop refuses what it is asked for with, before anything is begun; all other trouble may pass.
 */
export async function workForShop(services: Services, work: ShopWork): Promise<void> {
  const { config, log, metrics } = services;
  const { queues, stop, wrap = (processors) => processors } = work;
  const doubt = await checkShop(services, AbortSignal.any([stop.abort, stop.pause])).catch(
    (error: unknown) => {
      if (!stop.pause.aborted) throw error;
    },
  );
  if (stop.pause.aborted) return;
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
  const jobs = wrap(holdWhilePaused(processors, { pauses, sync }));
  await using workers = startWorkers(queues, jobs, { signal: stop.abort, pause: stop.pause }, log, {
    concurrency: { ...concurrency, bulk: rangesAtOnce(sync) },
    onJob: (event) => countJob(metrics, event),
  });
  // Its first look sets the schedules. What the queue refuses by now it refuses for a while: the check at the start passed.
  const keeping = keepQueue({ sync, queues, table, everyMs: lookAfterQueueEveryMs }, stop.pause);
  work.onRunning(doubt);
  await untilFired(stop.pause);
  await Promise.all([workers.close(), withinMs(keeping, endsWithinMs)]);
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
 * Asks a shop that did not answer at the start until it does. Rejects when it refuses what it is asked for with.
 */
export async function askUntilAnswered(services: Services, signal: AbortSignal): Promise<void> {
  for (let doubt: unknown = 'not asked'; doubt !== undefined; ) {
    await sleep(askAgainAfterMs, undefined, { signal });
    try {
      doubt = await checkShop(services, signal);
    } catch (error) {
      // What is wrong on our side passes, and is said by what meets it.
      if (signal.aborted || error instanceof MagentoError) throw error;
    }
  }
}

/**
 * Asks the shop once, so that a wrong address or password is said at the start and not an hour later.
 *
 * Only what Magento itself refuses ends the start: everything else may be over in a minute or at the next request, and is
 * returned.
 */
async function checkShop(services: Services, signal: AbortSignal): Promise<unknown> {
  const { sync, log } = services;
  if (await lacksConnections(services))
    return new Error('PostgreSQL gives no connection, so that the shop cannot be asked.');
  const patience = AbortSignal.timeout(shopPatienceMs);
  try {
    const whichever = AbortSignal.any([signal, patience]);
    await checkEntities(sync, whichever);
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    if (!patience.aborted && (!(error instanceof MagentoError) || isRefusedByMagento(error))) throw error;
    log.warn(
      { err: error },
      'the shop does not answer as it should; starting nevertheless and going on trying',
    );
    return patience.aborted ? new Error('The shop does not answer.') : error;
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

async function untilFired(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise((fired) => signal.addEventListener('abort', fired, { once: true }));
}
