import {
  type Act,
  type Alert,
  createBudgetRepository,
  createSampleRepository,
  createShopRepository,
  createTokenRepository,
  type Database,
  type LivingWorker,
  type Run,
} from '@magento-sync/db';
import type { Entity } from '@magento-sync/entities';
import { isTold } from '../alerts/alert-life.ts';
import { worstFirst } from '../alerts/message.ts';
import { attentionNeeded } from '../attention.ts';
import type { Clock } from '../clock.ts';
import { shopNameOf } from '../config/config.ts';
import { type CopyState, readCopyState, silentRunMs } from '../copy-state.ts';
import { type Queues, QueuesNotOpenYetError } from '../jobs/queues.ts';
import type { Logger } from '../logger.ts';
import { pauseOf, pauseSentence } from '../operations/work.ts';
import { type FailedSignIn, readFailedSignIns } from '../sign-in.ts';
import type { Store } from '../sync/ports.ts';
import { withinMs } from '../time-limit.ts';
import { type BackfillProgress, createProgressMeter, type ProgressMeter } from './backfill-meter.ts';
import { type Health, judge } from './health.ts';

/** A shop as the page is told of it. */
export interface ShownShop {
  readonly name: string;
  readonly entities: readonly Entity[];
  readonly pullEveryMs: number;
  readonly sweepPeriodMs: number;
  readonly sweepAllPeriodMs: number;
  readonly reconcileEveryMs: number;
}

/** Why a process does not work for a shop, or not with success, in one sentence. */
export interface ShopTrouble {
  readonly sentence: string;
  /** Whether its settings are the reason, so that only a person can cure it. */
  readonly isMisconfigured: boolean;
}

/** Where a look at shops is taken from. */
export interface LookSource {
  readonly database: Database;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
  /** The queues of a shop; they refuse while they are not there. */
  readonly queuesOf: (shop: string) => Pick<Queues, 'counts' | 'add'>;
  /** Why this process does not work for the shop; absent where it works for no shop or for one alone. */
  readonly troubleOf?: (shop: string) => ShopTrouble | undefined;
  /** What everybody who looks should know, in one sentence; absent where there is never anything. */
  readonly notice?: () => string | undefined;
}

/** When a token was obtained and when it ends. */
type TokenLife = Awaited<ReturnType<ReturnType<typeof createTokenRepository>['lives']>>[number];

/** Counts of jobs by queue and state, or why they are not known. */
type QueueLook =
  | Awaited<ReturnType<Queues['counts']>>
  | { readonly unavailable: string; readonly isStarting?: true };

/** Everything that the pages show of one shop, at one moment. */
export interface ShopLook {
  readonly shop: ShownShop;
  readonly baseUrl: string | null;
  readonly copy: CopyState;
  readonly health: Health;
  /** What a person should look at, one sentence each. */
  readonly attention: readonly string[];
  readonly failedSignIns: readonly FailedSignIn[];
  readonly tokens: readonly TokenLife[];
  /** Runs under way that give signs of life, the oldest first. */
  readonly running: readonly Run[];
  /** Alerts that are told and not over. */
  readonly alerts: readonly Alert[];
  /** What follows from them and is not told by itself. */
  readonly followingAlerts: readonly Alert[];
  /** Processes that work with the shop now. */
  readonly workers: readonly LivingWorker[];
  /** What people did, newest first. */
  readonly acts: readonly Act[];
  /** The latest runs, newest first. */
  readonly recent: readonly Run[];
  readonly backfills: readonly BackfillProgress[];
  readonly hintsOpen: number;
  readonly queue: QueueLook;
  readonly daemonSeenAt: Date | null;
}

const recentRuns = 60;
const latestActs = 15;
const queueWithinMs = 1_500;
/** So long after its start a process may still be about to reach its queue. */
const startingMs = 30_000;

/** Creates a way to look at one shop; it remembers how far backfills were, to tell how fast they are. */
export function createShopLook(source: LookSource, shop: ShownShop): () => Promise<ShopLook> {
  const meter = createProgressMeter();
  return () => lookAt(source, shop, meter);
}

async function lookAt(
  { database, store, clock, queuesOf, troubleOf }: LookSource,
  shop: ShownShop,
  meter: ProgressMeter,
): Promise<ShopLook> {
  const { name, entities } = shop;
  const copy = await readCopyState({ shop: name, store, clock, entities });
  const now = clock.now();
  const bound = (await createShopRepository(database).list()).find((each) => each.shop === name);
  const failedSignIns = await readFailedSignIns(database, name, now);
  const attention = attentionNeeded(copy, shop, now);
  attention.unshift(...failedSignIns.map(({ sentence }) => sentence));
  const trouble = troubleOf?.(name) ?? null;
  const workers = await createBudgetRepository(database).living(name);
  const daemonSeenAt = latestOf([
    await createSampleRepository(database).lastAt(name),
    ...workers.filter(({ command }) => command === 'daemon').map(({ seenAt }) => seenAt),
  ]);
  const queue = await countWithin(queuesOf(name).counts());
  if ('unavailable' in queue && !queue.isStarting)
    attention.push(`The queue does not answer: ${String(queue.unavailable)}`);
  let hintsOpen = 0;
  for (const entity of entities) hintsOpen += await store.hints.count(name, entity.name);
  const running = copy.latestRuns.filter(
    ({ status, heartbeatAt }) => status === 'running' && now.getTime() - heartbeatAt.getTime() <= silentRunMs,
  );
  const { pullEveryMs } = shop;
  const pauses = copy.pauses.map((pause) => `${pauseSentence(pause, now)}.`);
  const facts = {
    trouble,
    copy,
    failedSignIns,
    attention: attention.filter((sentence) => !pauses.includes(sentence)),
    pullEveryMs,
    daemonSeenAt,
    paused: pauses[0] === undefined ? null : { sentence: pauses[0], whole: areAllPullsPaused(copy) },
  };
  const health = judge(facts, now);
  const alerts = await store.alerts.list(name);
  return {
    shop,
    baseUrl: bound?.baseUrl ?? null,
    copy,
    health,
    // What is being filled is said by the health.
    attention: attention.filter(
      (sentence) =>
        sentence !== health.sentence &&
        !(health.name === 'filling' && sentence.includes('is not complete yet')),
    ),
    failedSignIns,
    tokens: bound ? await createTokenRepository(database).lives(shopNameOf(bound.baseUrl)) : [],
    running: running.toSorted((one, other) => one.startedAt.getTime() - other.startedAt.getTime()),
    alerts: worstFirst(alerts.filter(isTold)),
    followingAlerts: alerts.filter(({ follows, firingSince }) => follows !== null && firingSince === null),
    workers,
    acts: await store.acts.recent(name, latestActs),
    recent: await store.runs.recent(name, { limit: recentRuns }),
    backfills: await meter.measure({ shop: name, store }, copy, now),
    hintsOpen,
    queue,
    daemonSeenAt,
  };
}

function latestOf(moments: readonly (Date | null)[]): Date | null {
  const known = moments.flatMap((each) => (each === null ? [] : [each.getTime()]));
  return known.length > 0 ? new Date(Math.max(...known)) : null;
}

function areAllPullsPaused({ pauses, entities }: CopyState): boolean {
  return entities.every(({ entity }) => pauseOf(pauses, { entity, kind: 'pull' }) !== undefined);
}

/** The queue is asked beside PostgreSQL and must not hold up what that says. */
async function countWithin(counting: ReturnType<Queues['counts']>): Promise<QueueLook> {
  try {
    if (await withinMs(counting, queueWithinMs)) return await counting;
    return { unavailable: 'it takes too long to answer' };
  } catch (error) {
    if (error instanceof QueuesNotOpenYetError && performance.now() < startingMs)
      return { unavailable: 'the daemon has just started and is about to reach it', isStarting: true };
    // The error would say where it is; the log has it.
    return { unavailable: 'it is away or refuses; the log of the daemon says more' };
  }
}
