import { sleep } from './abortable.ts';
import { currentLane, type Lane } from './lane.ts';
import { isOverload } from './overload.ts';

/**
 * Runs a task when the shop may be asked again; one function per shop, so that another one can take its place.
 *
 * `stillAllowed` is for a task that has waited for something else since: it resolves when it may send after all.
 */
export type RequestBudget = <T>(
  task: (stillAllowed?: () => Promise<void>) => Promise<T>,
  signal: AbortSignal,
) => Promise<T>;

/** A clock in ms and a way to wait; for tests. */
export interface BudgetTime {
  readonly now: () => number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

/** What a gate lets through. */
export interface Allowance {
  /** Requests in flight at the same time; with 0 all wait. */
  readonly places: number;
  /** Mean rate; up to one second's worth, and at least one request, may be sent in a burst. */
  readonly requestsPerSecond: number;
  /** The pace that these numbers take into account already: 1 when they are the whole. */
  readonly pace: number;
}

/** What goes on at a gate. */
export interface GateUse {
  readonly inFlight: number;
  readonly waiting: number;
  /** Whether any of them belongs to the fresh lane. */
  readonly isFresh: boolean;
  /** What is left of the budget after trouble, 1/8 to 1. */
  readonly pace: number;
}

/** How a gate is used since somebody last asked for it. */
export interface GateDemand {
  /** Most requests that were in flight or waiting at once. */
  readonly most: number;
  readonly sent: number;
  /** Whether a request that had its place had to wait because of the rate. */
  readonly waitedForRate: boolean;
}

/** A request waits for its turn or for the rate, one has ended that was more than is allowed, or the shop has trouble. */
export type GateChange = 'waits' | 'waits for rate' | 'gave way' | 'trouble';

/** What a gate begins with, and whom it tells. */
export interface GateOptions {
  readonly allowance: Allowance;
  /** Requests that may be sent at once at the beginning; default: one second's worth. */
  readonly tokens?: number;
  /** Asked before every request; while it says no, all wait until the next {@link RequestGate.allow}. */
  readonly isOpen?: () => boolean;
  /** Told of what may need another allowance. */
  readonly onChange?: (change: GateChange) => void;
}

/** A budget whose size may change while it is in use. */
export interface RequestGate {
  readonly budget: RequestBudget;
  /**
   * Sets what may be used from now on; requests in flight are not touched.
   *
   * @returns the tokens that were cut off, because a smaller rate holds fewer.
   */
  allow(allowance: Allowance, moreTokens?: number): number;
  use(): GateUse;
  /** What was asked for since the last call. */
  takeDemand(): GateDemand;
  /** Ends the wait of all who wait; who comes later waits again. */
  refuse(reason: unknown): void;
}

/** Trouble never takes more than this from the budget: an eighth of it is always left. */
const leastPace = 1 / 8;
/** What comes back after so many answers in a row without trouble. */
const paceBack = 1 / 8;
const answersUntilMore = 10;

/** Rounding must not make anybody wait for the last billionth of a token. */
const wholeToken = 1 - 1e-9;
const never = new AbortController().signal;

interface Waiting {
  admit(): void;
  refuse(reason: unknown): void;
}

/**
 * Creates a gate: a bound on requests in flight and a token bucket.
 *
 * Whoever waits is served in order, those of the fresh lane before all others: they wait for one request to end, never
 * for a line of them.
 *
 * A shop that has too much to do (429, 503, timeouts, a gateway that gives up) gets half of both, and what was taken
 * comes back by eighths while it answers well ("additive increase, multiplicative decrease").
 */
export function createRequestGate(
  options: GateOptions,
  time: BudgetTime = { now: () => performance.now(), sleep },
): RequestGate {
  const isOpen = options.isOpen ?? (() => true);
  const changed = (change: GateChange) => options.onChange?.(change);
  let allowance = options.allowance;
  let tokens = options.tokens ?? Math.max(1, allowance.requestsPerSecond);
  let filledAt = time.now();
  let running = 0;
  let runningFresh = 0;
  const waiting: Readonly<Record<Lane, Waiting[]>> = { fresh: [], slow: [] };
  /** Those that have their place and were overtaken by the end of what is allowed. */
  const held = new Set<Waiting>();
  let tokenAwaitedAt = 0;
  let pace = 1;
  let goodAnswers = 0;
  /** Number of the next request, and that of the first one sent after the last cut. */
  let nextNumber = 0;
  let firstAfterCut = 0;
  let demand = { most: 0, sent: 0, waitedForRate: false };

  const factor = () => Math.min(1, pace / allowance.pace);
  const places = () =>
    allowance.places === 0 ? 0 : Math.max(1, Math.floor(allowance.places * factor() + 1e-9));
  const rate = () => allowance.requestsPerSecond * factor();
  const wanted = () => running + waiting.fresh.length + waiting.slow.length;

  function admitNext(): void {
    while (running < places() && isOpen()) {
      const line = waiting.fresh.length > 0 ? waiting.fresh : waiting.slow;
      if (line.length === 0) return;
      refill();
      if (tokens < wholeToken) return awaitToken();
      tokens -= 1;
      line.shift()?.admit();
    }
  }

  /** The token is given out when it is there and not before: to whoever comes first then. */
  function awaitToken(): void {
    const perSecond = rate();
    if (!demand.waitedForRate) {
      demand.waitedForRate = true;
      changed('waits for rate');
    }
    if (perSecond <= 0) return;
    const ms = ((1 - tokens) / perSecond) * 1_000;
    const at = time.now() + ms;
    // One wait is enough, unless the rate has become a larger one since.
    if (tokenAwaitedAt !== 0 && tokenAwaitedAt <= at + 1) return;
    tokenAwaitedAt = at;
    void time.sleep(ms, never).finally(() => {
      if (tokenAwaitedAt === at) tokenAwaitedAt = 0;
      admitNext();
    });
  }

  function takePlace(lane: Lane, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const line = waiting[lane];
    return new Promise((resolve, reject) => {
      const leave = () => {
        const at = line.indexOf(entry);
        if (at >= 0) line.splice(at, 1);
      };
      const entry: Waiting = {
        admit() {
          signal.removeEventListener('abort', abort);
          running += 1;
          if (lane === 'fresh') runningFresh += 1;
          demand.sent += 1;
          resolve();
        },
        refuse(reason) {
          signal.removeEventListener('abort', abort);
          leave();
          reject(reason);
        },
      };
      const abort = () => entry.refuse(signal.reason);
      signal.addEventListener('abort', abort, { once: true });
      line.push(entry);
      demand.most = Math.max(demand.most, wanted());
      admitNext();
      if (line.includes(entry)) changed('waits');
    });
  }

  function stillAllowed(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (isOpen()) return Promise.resolve();
    changed('waits');
    return new Promise((resolve, reject) => {
      const end = (settle: () => void) => {
        signal.removeEventListener('abort', abort);
        held.delete(entry);
        settle();
      };
      const entry: Waiting = {
        admit: () => end(resolve),
        refuse: (reason) => end(() => reject(reason)),
      };
      const abort = () => entry.refuse(signal.reason);
      signal.addEventListener('abort', abort, { once: true });
      held.add(entry);
    });
  }

  function refill(): void {
    const at = time.now();
    tokens = Math.min(capacity(), tokens + ((at - filledAt) / 1_000) * rate());
    filledAt = at;
  }

  function capacity(): number {
    return allowance.requestsPerSecond === 0 ? 0 : Math.max(1, rate());
  }

  function answeredWell(): void {
    goodAnswers += 1;
    if (pace === 1 || goodAnswers < answersUntilMore) return;
    refill();
    pace = Math.min(1, pace + paceBack);
    goodAnswers = 0;
  }

  /** Requests that were under way together meet the same trouble: they count once. */
  function ranIntoTrouble(number: number): void {
    goodAnswers = 0;
    if (number < firstAfterCut) return;
    refill();
    pace = Math.max(leastPace, pace / 2);
    firstAfterCut = nextNumber;
    changed('trouble');
  }

  async function budget<T>(
    task: (stillAllowed?: () => Promise<void>) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    const lane = currentLane();
    await takePlace(lane, signal);
    const number = nextNumber;
    nextNumber += 1;
    try {
      const result = await task(() => stillAllowed(signal));
      answeredWell();
      return result;
    } catch (error) {
      if (isOverload(error)) ranIntoTrouble(number);
      throw error;
    } finally {
      const tooMany = running > allowance.places;
      running -= 1;
      if (lane === 'fresh') runningFresh -= 1;
      admitNext();
      if (tooMany) changed('gave way');
    }
  }

  return {
    budget,
    allow(next, moreTokens = 0) {
      refill();
      allowance = next;
      const before = tokens + moreTokens;
      tokens = Math.min(capacity(), before);
      if (isOpen()) for (const entry of held) entry.admit();
      admitNext();
      return before - Math.min(capacity(), before);
    },
    use: () => ({
      inFlight: running,
      waiting: waiting.fresh.length + waiting.slow.length,
      isFresh: runningFresh > 0 || waiting.fresh.length > 0,
      pace,
    }),
    takeDemand() {
      const taken = demand;
      demand = { most: wanted(), sent: 0, waitedForRate: false };
      return taken;
    },
    refuse(reason) {
      for (const entry of [...waiting.fresh, ...waiting.slow, ...held]) entry.refuse(reason);
    },
  };
}
