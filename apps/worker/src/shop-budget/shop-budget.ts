import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BudgetRepository } from '@magento-sync/db';
import {
  createRequestGate,
  type GateChange,
  type GateDemand,
  type RequestBudget,
  type RequestGate,
} from '@magento-sync/magento-client';
import { formatDuration } from '../config/duration.ts';
import type { Logger } from '../logger.ts';
import { withinMs } from '../time-limit.ts';
import { type Crowding, nextCrowding, type SeenPage, uncrowded } from './crowding.ts';
import type { Share } from './divide.ts';
import { type PlannedMove, planMove } from './move.ts';

/** How a worker takes part in the request budget of a shop. */
export interface ShopBudgetOptions {
  readonly shop: string;
  readonly budgets: BudgetRepository;
  /** What all workers of the shop may use together. */
  readonly limits: { readonly concurrency: number; readonly requestsPerSecond: number };
  /** What this worker runs, for people. */
  readonly command: string;
  readonly log: Logger;
  /** Told of every share. */
  readonly onShare?: (event: ShareEvent) => void;
  /** For tests: other durations, and other clocks. */
  readonly rules?: Partial<BudgetRules>;
}

/** The share of this worker, and how many there are. */
export interface ShareEvent extends Share {
  /** Workers of the shop that live, this one included. */
  readonly living: number;
}

/** Durations in ms, and the clocks of this machine. */
export interface BudgetRules {
  /** How long a share is held after a sign of life. */
  readonly leaseMs: number;
  /** How much earlier its holder stops sending by its own clocks. */
  readonly marginMs: number;
  /** Between two signs of life while there is work, while there is too little for it, and while there is none. */
  readonly everyMs: number;
  readonly lackingEveryMs: number;
  readonly idleEveryMs: number;
  /** How long requests wait for a PostgreSQL that does not answer before they fail. */
  readonly patienceMs: number;
  readonly monotonic: () => number;
  readonly wall: () => number;
}

/** The part of a worker in the budget of its shop; disposing of it gives its share to others at once. */
export interface ShopBudget extends AsyncDisposable {
  readonly id: string;
  readonly budget: RequestBudget;
  /** Requests that may be in flight when all that live ask for as many as they may; a share grows only with what is asked for. */
  readonly fairPlaces: () => number;
  /** Told of every page: where more requests at once only wait for each other in the shop, fewer are asked for. */
  sawPage(page: SeenPage): void;
}

const defaults: BudgetRules = {
  leaseMs: 5_000,
  marginMs: 1_000,
  everyMs: 1_000,
  lackingEveryMs: 250,
  idleEveryMs: 15_000,
  patienceMs: 30_000,
  monotonic: () => performance.now(),
  wall: () => Date.now(),
};

/** A worker that holds nothing is only shown, and is remembered for some of its signs of life. */
const idleLives = 3;
/** So long a demand counts after it was last there: between two pages, others should not take over. */
const demandMs = 3_000;
/** Between two signs of life whatever happens. */
const leastPauseMs = 20;
const pauseAfterFailureMs = 500;
/** So many times others may be faster. */
const attempts = 30;
const hasLeft = 'This worker has left the request budget of the shop.';
const nothing: Share = { places: 0, rate: 0 };

/**
 * Takes part in the one request budget that all workers of a shop keep together.
 *
 * Each worker holds a share for a few seconds and renews it by a sign of life in PostgreSQL, in which it says what it
 * needs. A share that grows does so only after others have given way (see `planMove`). A worker that dies is forgotten
 * when its time is over; one that hangs, or cannot reach PostgreSQL, has stopped sending before that: its time counts
 * from the moment before it asked, by two clocks of its own, and ends a margin earlier.
 *
 * Rejects when the first sign of life fails.
 */
export async function openShopBudget(options: ShopBudgetOptions): Promise<ShopBudget> {
  const participant = new Participant(options);
  await participant.begin();
  return participant;
}

class Participant implements ShopBudget {
  readonly id = randomUUID();
  readonly #options: ShopBudgetOptions;
  readonly #rules: BudgetRules;
  readonly #gate: RequestGate;
  readonly #demands: DemandMemory;
  #share = nothing;
  #crowding: Crowding;
  #living = 1;
  /** Until when the share may be used, by each clock. */
  #until = { monotonic: Number.NEGATIVE_INFINITY, wall: Number.NEGATIVE_INFINITY };
  #reported = { demand: 0, waitedForRate: false };
  #lacks = false;
  #tokensBack = 0;
  /** Of the exchange that counts: an older one may still be answered after it was given up. */
  #exchanges = 0;
  #failingSince: number | undefined;
  #isPauseTold = false;
  readonly #closing = new AbortController();
  #wakeUp = new AbortController();
  #ended: Promise<void> = Promise.resolve();

  constructor(options: ShopBudgetOptions) {
    this.#options = options;
    this.#rules = { ...defaults, ...options.rules };
    this.#demands = new DemandMemory(options.limits, this.#rules);
    this.#crowding = uncrowded(options.limits.concurrency);
    this.#gate = createRequestGate({
      allowance: { places: 0, requestsPerSecond: 0, pace: 1 },
      tokens: 0,
      isOpen: () => this.#isOpen(),
      onChange: (change) => {
        if (this.#isNews(change)) this.#wakeUp.abort();
      },
    });
  }

  get budget(): RequestBudget {
    // Nobody gives a share to whoever has left: a request would wait for ever.
    return async (task, signal) => {
      if (this.#closing.signal.aborted) throw new Error(hasLeft);
      return this.#gate.budget(task, signal);
    };
  }

  readonly fairPlaces = () => Math.ceil(this.#options.limits.concurrency / this.#living);

  sawPage(page: SeenPage): void {
    const { log, limits } = this.#options;
    const { places } = this.#crowding;
    this.#crowding = nextCrowding(this.#crowding, page, limits.concurrency);
    if (this.#crowding.places === places) return;
    log.info(
      { atOnce: this.#crowding.places, allowed: limits.concurrency, pageMs: Math.round(page.durationMs) },
      this.#crowding.places < places
        ? 'more than half of the requests at once only wait in the shop: one less from here on'
        : 'the shop has room again: one request more at once from here on',
    );
  }

  async begin(): Promise<void> {
    await this.#exchange();
    this.#ended = this.#live();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    this.#wakeUp.abort();
    this.#gate.refuse(new Error(hasLeft));
    const leave = async () => {
      await this.#ended;
      // Answers may still come in for what was sent: their places are free when the time is over.
      if (this.#gate.use().inFlight > 0) return;
      this.#allow(nothing, 1, 0);
      await this.#exchange(true);
    };
    try {
      // Longer would be of no use: then its share is free anyway.
      await withinMs(leave(), this.#rules.leaseMs);
    } catch (error) {
      this.#options.log.debug({ err: error }, 'the share of the request budget is free after its time only');
    }
  }

  #isOpen(): boolean {
    const { monotonic, wall } = this.#rules;
    // The first stops while a machine sleeps, the second may be set back.
    return monotonic() < this.#until.monotonic && wall() < this.#until.wall;
  }

  #isNews(change: GateChange): boolean {
    const { inFlight, waiting } = this.#gate.use();
    const { limits } = this.#options;
    switch (change) {
      case 'waits':
        return Math.min(this.#crowding.places, inFlight + waiting) > this.#reported.demand || !this.#isOpen();
      case 'waits for rate':
        return !this.#reported.waitedForRate && this.#share.rate < limits.requestsPerSecond;
      case 'gave way':
      case 'trouble':
        return true;
    }
  }

  async #live(): Promise<void> {
    const closing = this.#closing.signal;
    while (!closing.aborted) {
      await pause(this.#untilNext(), this.#wakeUp.signal);
      await pause(leastPauseMs, closing);
      if (closing.aborted) return;
      this.#wakeUp = new AbortController();
      try {
        const exchange = this.#exchange();
        if (!(await withinMs(exchange, this.#rules.leaseMs)))
          throw new Error(`PostgreSQL did not answer within ${formatDuration(this.#rules.leaseMs)}`);
        this.#succeeded();
      } catch (error) {
        this.#failed(error);
        await pause(pauseAfterFailureMs, closing);
      }
    }
  }

  #untilNext(): number {
    const { everyMs, idleEveryMs, lackingEveryMs } = this.#rules;
    if (this.#failingSince !== undefined) return 0;
    if (this.#lacks) return lackingEveryMs;
    const isIdle = this.#reported.demand === 0 && this.#share.places === 0;
    return isIdle ? idleEveryMs : everyMs;
  }

  #succeeded(): void {
    this.#failingSince = undefined;
    if (!this.#isPauseTold) return;
    this.#isPauseTold = false;
    this.#options.log.info('PostgreSQL answers again: requests to the shop go on');
  }

  #failed(error: unknown): void {
    const now = this.#rules.monotonic();
    this.#failingSince ??= now;
    if (this.#isOpen()) return;
    if (!this.#isPauseTold) {
      this.#isPauseTold = true;
      this.#options.log.warn(
        { err: error },
        'PostgreSQL does not answer, so that nobody knows which share of the request budget is ours: ' +
          'requests to the shop wait until it does',
      );
    }
    if (now - this.#failingSince >= this.#rules.patienceMs) this.#gate.refuse(error);
  }

  /** One sign of life, by which the share is settled anew. What others have given way for is confirmed by a second one. */
  async #exchange(leaves = false): Promise<void> {
    this.#exchanges += 1;
    const number = this.#exchanges;
    const { shop, budgets, command, limits } = this.#options;
    const demand = this.#demands.of(this.#gate.takeDemand(), this.#crowding.places);
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      const state = await budgets.read(shop);
      if (number !== this.#exchanges) return;
      const { inFlight, isFresh, pace } = this.#gate.use();
      const planned = planMove(state, {
        id: this.id,
        command,
        host: hostname(),
        pid: process.pid,
        mostPlaces: limits.concurrency,
        mostRate: limits.requestsPerSecond,
        pace,
        demand: leaves ? 0 : demand.places,
        rateDemand: demand.rate,
        isFresh,
        inFlight,
        ...this.#share,
        tokensBack: this.#tokensBack,
        leaves,
      });
      const asked = { monotonic: this.#rules.monotonic(), wall: this.#rules.wall() };
      const back = this.#tokensBack;
      // Where the answer is lost nobody knows whether they have arrived: then nobody has them.
      this.#tokensBack = 0;
      const isIdle = demand.places === 0 && inFlight === 0 && this.#share.places === 0;
      const livesMs = isIdle ? idleLives * this.#rules.idleEveryMs : this.#rules.leaseMs;
      const isWritten = await budgets.write(shop, { ...planned.move, livesMs });
      if (number !== this.#exchanges || (leaves && isWritten)) return;
      if (isWritten) return this.#settle(planned, asked, demand);
      this.#tokensBack = back;
      await pause(Math.random() * 5 * attempt, this.#closing.signal);
    }
    throw new Error('other workers of the shop were faster every time');
  }

  #settle(planned: PlannedMove, asked: { monotonic: number; wall: number }, demand: Demand): void {
    const { leaseMs, marginMs } = this.#rules;
    const usableMs = leaseMs - marginMs;
    this.#until = { monotonic: asked.monotonic + usableMs, wall: asked.wall + usableMs };
    const { share, living } = planned;
    this.#living = Math.max(1, living);
    const givesWay = share.places < this.#share.places || share.rate < this.#share.rate;
    this.#reported = { demand: demand.places, waitedForRate: demand.waitedForRate };
    this.#lacks = planned.lacks || (demand.places > 0 && share.places === 0);
    this.#allow(share, planned.pace, planned.tokens);
    // The others wait for a word that less is used from now on.
    if (givesWay) this.#wakeUp.abort();
    this.#options.onShare?.({ ...share, living });
  }

  #allow(share: Share, pace: number, tokens: number): void {
    this.#share = share;
    const allowance = { places: share.places, requestsPerSecond: share.rate, pace };
    this.#tokensBack += this.#gate.allow(allowance, tokens);
  }
}

/** What a worker could use, over the last seconds. */
interface Demand {
  readonly places: number;
  readonly rate: number;
  readonly waitedForRate: boolean;
}

/** Remembers what was asked for, so that the moment between two pages is none without a demand. */
class DemandMemory {
  readonly #limits: ShopBudgetOptions['limits'];
  readonly #rules: BudgetRules;
  #seen: { readonly at: number; readonly most: number }[] = [];
  #sentUntil: number;

  constructor(limits: ShopBudgetOptions['limits'], rules: BudgetRules) {
    this.#limits = limits;
    this.#rules = rules;
    this.#sentUntil = rules.monotonic();
  }

  /** With so many places of use at the most. */
  of({ most, sent, waitedForRate }: GateDemand, mostPlaces: number): Demand {
    const now = this.#rules.monotonic();
    const seconds = Math.max(leastPauseMs, now - this.#sentUntil) / 1_000;
    this.#sentUntil = now;
    this.#seen = [...this.#seen.filter(({ at }) => now - at < demandMs), { at: now, most }];
    const { requestsPerSecond } = this.#limits;
    return {
      places: Math.min(mostPlaces, Math.max(...this.#seen.map((seen) => seen.most))),
      // More than what was sent, so that more can be sent without asking, and in steps, so that it seldom changes.
      rate: waitedForRate ? requestsPerSecond : Math.min(requestsPerSecond, stepAbove((2 * sent) / seconds)),
      waitedForRate,
    };
  }
}

/** The next power of two. */
function stepAbove(rate: number): number {
  return rate > 0 ? 2 ** Math.ceil(Math.log2(rate)) : 0;
}

/** Waits, or until the signal; never rejects. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms > 0) await sleep(ms, undefined, { signal }).catch(() => undefined);
}
