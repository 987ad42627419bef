import type { BudgetMove, BudgetState, BudgetWorker } from '@magento-sync/db';
import { describe, expect, test } from 'vitest';
import type { Share } from './divide.ts';
import { planMove, type WorkerReport } from './move.ts';

const leaseMs = 5_000;
const marginMs = 1_000;
/** What is in flight ends so soon, also that of a worker that hangs or is dead. */
const answerMs = 800;

/** The tables, as PostgreSQL keeps them: times by one clock, and a write only to the state that was read. */
class Ledger {
  now = 1_000_000;
  #version = 0;
  #pool: Pick<BudgetState, 'tokens' | 'freeRate' | 'countedAt'> = {
    tokens: null,
    freeRate: null,
    countedAt: new Date(this.now),
  };
  #workers = new Map<string, { worker: BudgetWorker; expiresAt: number }>();

  read(): BudgetState {
    const living = [...this.#workers.values()].filter(({ expiresAt }) => expiresAt > this.now);
    return {
      version: this.#version,
      now: new Date(this.now),
      ...this.#pool,
      workers: living.map(({ worker }) => ({ ...worker })),
    };
  }

  write({ state, tokens, freeRate, worker }: Omit<BudgetMove, 'livesMs'>): boolean {
    if (state.version !== this.#version) return false;
    this.#version += 1;
    this.#pool = { tokens, freeRate, countedAt: state.now };
    if ('command' in worker) this.#workers.set(worker.id, { worker, expiresAt: this.now + leaseMs });
    else this.#workers.delete(worker.id);
    return true;
  }
}

/** A worker as far as the budget knows it: it uses what it may, to the last request. */
class Actor {
  readonly id: string;
  readonly #ledger: Ledger;
  readonly #limits: Share;
  demand = 0;
  isFresh = false;
  hangsUntil = 0;
  share: Share = { places: 0, rate: 0 };
  #openUntil = 0;
  #tokens = 0;
  #filledAt: number;
  #tokensBack = 0;
  readonly inFlight: number[] = [];
  #pending: { planned: ReturnType<typeof planMove>; askedAt: number } | undefined;

  constructor(id: string, ledger: Ledger, limits: Share) {
    this.id = id;
    this.#ledger = ledger;
    this.#limits = limits;
    this.#filledAt = ledger.now;
  }

  look(): void {
    const report: WorkerReport = {
      id: this.id,
      command: 'test',
      host: 'here',
      pid: 1,
      mostPlaces: this.#limits.places,
      mostRate: this.#limits.rate,
      pace: 1,
      demand: this.demand,
      rateDemand: this.demand > 0 ? this.#limits.rate : 0,
      isFresh: this.isFresh,
      inFlight: this.inFlight.length,
      ...this.share,
      tokensBack: this.#tokensBack,
      leaves: false,
    };
    this.#pending = { planned: planMove(this.#ledger.read(), report), askedAt: this.#ledger.now };
  }

  /** Writes what was planned; the answer may be lost on the way. */
  write(isAnswerLost: boolean): void {
    if (!this.#pending) return;
    const { planned, askedAt } = this.#pending;
    this.#pending = undefined;
    if (!this.#ledger.write(planned.move)) return;
    this.#tokensBack = 0;
    if (isAnswerLost) return;
    this.#openUntil = askedAt + leaseMs - marginMs;
    this.#refill();
    this.share = planned.share;
    const tokens = this.#tokens + planned.tokens;
    this.#tokens = Math.min(tokens, this.#capacity());
    this.#tokensBack = tokens - this.#tokens;
  }

  /** Sends all that it may. */
  send(): number {
    let sent = 0;
    this.#refill();
    while (
      this.inFlight.length < Math.min(this.demand, this.share.places) &&
      this.#ledger.now < this.#openUntil &&
      this.#tokens >= 1 - 1e-9
    ) {
      this.#tokens -= 1;
      this.inFlight.push(this.#ledger.now);
      sent += 1;
    }
    return sent;
  }

  #refill(): void {
    const seconds = (this.#ledger.now - this.#filledAt) / 1_000;
    this.#tokens = Math.min(this.#capacity(), this.#tokens + seconds * this.share.rate);
    this.#filledAt = this.#ledger.now;
  }

  #capacity(): number {
    return this.share.rate === 0 ? 0 : Math.max(1, this.share.rate);
  }
}

interface Outcome {
  /** What was broken, one sentence each. */
  readonly broken: string[];
  readonly sentBy: ReadonlyMap<string, number>;
}

/** Numbers from 0 up to 1 that depend on nothing but the seed (mulberry32). */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Lets workers come, go, hang, die and lose answers, each at its own pace. */
function play(seed: number, limits: Share, options: { workers: number; peaceful?: boolean }): Outcome {
  const random = seededRandom(seed);
  const chance = (probability: number) => random() < probability;
  const ledger = new Ledger();
  const actors: Actor[] = [];
  const gone: Actor[] = [];
  const sentAt: number[] = [];
  const sentBy = new Map<string, number>();
  const broken: string[] = [];
  let names = 0;
  for (let step = 0; step < 3_000; step += 1) {
    ledger.now += Math.ceil(random() * 60);
    if (actors.length < options.workers) {
      names += 1;
      actors.push(new Actor(`worker ${names}`, ledger, limits));
    }
    for (const actor of actors) {
      if (actor.hangsUntil > ledger.now) continue;
      if (options.peaceful) actor.demand = 10;
      else if (chance(0.05)) actor.demand = chance(0.3) ? 0 : Math.ceil(random() * 10);
      actor.isFresh = !options.peaceful && chance(0.1);
      if (chance(0.3)) actor.look();
      // Between looking and writing others come, and some hang.
      if (!options.peaceful && chance(0.01)) actor.hangsUntil = ledger.now + random() * 3 * leaseMs;
      if (chance(0.5)) actor.write(!options.peaceful && chance(0.1));
      const sent = actor.send();
      sentBy.set(actor.id, (sentBy.get(actor.id) ?? 0) + sent);
      sentAt.push(...Array.from({ length: sent }, () => ledger.now));
    }
    for (const { inFlight } of [...actors, ...gone])
      while (inFlight[0] !== undefined && inFlight[0] + answerMs * random() < ledger.now) inFlight.shift();
    if (!options.peaceful && chance(0.01))
      gone.push(...actors.splice(Math.floor(random() * actors.length), 1));

    const inFlight = [...actors, ...gone].reduce((all, actor) => all + actor.inFlight.length, 0);
    if (inFlight > limits.places) broken.push(`${inFlight} in flight at ${ledger.now}`);
    const granted = ledger.read().workers.reduce((all, { places }) => all + places, 0);
    if (granted > limits.places) broken.push(`${granted} places granted at ${ledger.now}`);
    const rate = ledger.read().workers.reduce((all, worker) => all + worker.rate, 0);
    if (rate > limits.rate + 1e-6) broken.push(`${rate} requests a second granted at ${ledger.now}`);
  }
  // Of any stretch: what it is worth, and one burst.
  for (const ms of [1_000, 10_000]) {
    const allowed = (limits.rate * ms) / 1_000 + Math.max(1, limits.rate);
    let first = 0;
    for (const [last, at] of sentAt.entries()) {
      while (at - (sentAt[first] ?? at) > ms) first += 1;
      const sent = last - first + 1;
      if (sent > allowed + 1e-6) broken.push(`${sent} within ${ms} ms until ${at}: more than ${allowed}`);
    }
  }
  return { broken: broken.slice(0, 5), sentBy };
}

const seeds = Array.from({ length: 8 }, (_, index) => index + 1);

describe('the budget holds for all together', () => {
  test.each([
    { places: 8, rate: 20 },
    { places: 3, rate: 1_000 },
    { places: 1, rate: 5 },
    { places: 8, rate: 2.5 },
    { places: 2, rate: 0.4 },
  ])('of $places in flight and $rate a second, whatever comes, hangs, dies and is lost', (limits) => {
    for (const seed of seeds) {
      const { broken } = play(seed, limits, { workers: 4 });
      expect(broken, `seed ${seed}`).toEqual([]);
    }
  });
});

describe('nobody starves', () => {
  test.each([
    { places: 8, rate: 1_000 },
    { places: 2, rate: 1_000 },
    { places: 1, rate: 1_000 },
    { places: 8, rate: 2 },
  ])('with $places in flight and $rate a second for five greedy workers', (limits) => {
    const { sentBy } = play(1, limits, { workers: 5, peaceful: true });
    const counts = [...sentBy.values()];
    expect(counts).toHaveLength(5);
    expect(Math.min(...counts)).toBeGreaterThan(0.4 * Math.max(...counts));
  });
});
