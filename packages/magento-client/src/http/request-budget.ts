import { sleep } from './abortable.ts';
import { currentLane, type Lane } from './lane.ts';
import { isOverload } from './overload.ts';

/** Runs a task when the shop may be asked again; one function per shop, so that another one can take its place. */
export type RequestBudget = <T>(task: () => Promise<T>, signal: AbortSignal) => Promise<T>;

/** How much of a shop's capacity may be used. */
export interface RequestBudgetOptions {
  /** Requests in flight at the same time. */
  readonly concurrency: number;
  /** Mean rate; up to one second's worth may be sent in a burst. */
  readonly requestsPerSecond: number;
}

/** A clock in ms and a way to wait; for tests. */
export interface BudgetTime {
  readonly now: () => number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

/** Trouble never takes more than this from the budget: an eighth of it is always left. */
const leastShare = 1 / 8;
/** What comes back after so many answers in a row without trouble. */
const shareBack = 1 / 8;
const answersUntilMore = 10;

/** Rounding must not make anybody wait for the last billionth of a token. */
const wholeToken = 1 - 1e-9;
const never = new AbortController().signal;

/**
 * Creates a budget of this process: a bound on requests in flight and a token bucket.
 *
 * Whoever waits is served in order, those of the fresh lane before all others: they wait for one request to end, never
 * for a line of them.
 *
 * A shop that has too much to do (429, 503, timeouts, a gateway that gives up) gets half of both, and what was taken
 * comes back by eighths while it answers well ("additive increase, multiplicative decrease").
 */
export function createRequestBudget(
  options: RequestBudgetOptions,
  time: BudgetTime = {
    now: () => performance.now(),
    sleep,
  },
): RequestBudget {
  let tokens = Math.max(1, options.requestsPerSecond);
  let filledAt = time.now();
  let running = 0;
  const waiting: Readonly<Record<Lane, (() => void)[]>> = { fresh: [], slow: [] };
  let isTokenAwaited = false;
  let share = 1;
  let goodAnswers = 0;
  /** Number of the next request, and that of the first one sent after the last cut. */
  let nextNumber = 0;
  let firstAfterCut = 0;

  const places = () => Math.max(1, Math.floor(options.concurrency * share));
  const rate = () => options.requestsPerSecond * share;

  function admitNext(): void {
    while (running < places()) {
      const line = waiting.fresh.length > 0 ? waiting.fresh : waiting.slow;
      if (line.length === 0) return;
      refill();
      if (tokens < wholeToken) return awaitToken();
      tokens -= 1;
      line.shift()?.();
    }
  }

  /** The token is given out when it is there and not before: to whoever comes first then. */
  function awaitToken(): void {
    if (isTokenAwaited) return;
    isTokenAwaited = true;
    void time.sleep(((1 - tokens) / rate()) * 1_000, never).finally(() => {
      isTokenAwaited = false;
      admitNext();
    });
  }

  function takePlace(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const line = waiting[currentLane()];
    return new Promise((resolve, reject) => {
      const admit = () => {
        signal.removeEventListener('abort', abort);
        running += 1;
        resolve();
      };
      const abort = () => {
        line.splice(line.indexOf(admit), 1);
        reject(signal.reason);
      };
      signal.addEventListener('abort', abort, { once: true });
      line.push(admit);
      admitNext();
    });
  }

  function refill(): void {
    const at = time.now();
    const capacity = Math.max(1, rate());
    tokens = Math.min(capacity, tokens + ((at - filledAt) / 1_000) * rate());
    filledAt = at;
  }

  function answeredWell(): void {
    goodAnswers += 1;
    if (share === 1 || goodAnswers < answersUntilMore) return;
    refill();
    share = Math.min(1, share + shareBack);
    goodAnswers = 0;
  }

  /** Requests that were under way together meet the same trouble: they count once. */
  function ranIntoTrouble(number: number): void {
    goodAnswers = 0;
    if (number < firstAfterCut) return;
    refill();
    share = Math.max(leastShare, share / 2);
    firstAfterCut = nextNumber;
  }

  return async (task, signal) => {
    await takePlace(signal);
    const number = nextNumber;
    nextNumber += 1;
    try {
      const result = await task();
      answeredWell();
      return result;
    } catch (error) {
      if (isOverload(error)) ranIntoTrouble(number);
      throw error;
    } finally {
      running -= 1;
      admitNext();
    }
  };
}
