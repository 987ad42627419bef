import { sleep } from './abortable.ts';

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

/** Creates a budget of this process: a bound on requests in flight and a token bucket, first come first served. */
export function createRequestBudget(
  options: RequestBudgetOptions,
  time: BudgetTime = {
    now: () => performance.now(),
    sleep,
  },
): RequestBudget {
  const capacity = Math.max(1, options.requestsPerSecond);
  let tokens = capacity;
  let filledAt = time.now();
  let running = 0;
  const waiting: (() => void)[] = [];

  function admitNext(): void {
    if (running < options.concurrency) waiting.shift()?.();
  }

  function takeSlot(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const admit = () => {
        signal.removeEventListener('abort', abort);
        running += 1;
        resolve();
      };
      const abort = () => {
        waiting.splice(waiting.indexOf(admit), 1);
        reject(signal.reason);
      };
      signal.addEventListener('abort', abort, { once: true });
      waiting.push(admit);
      admitNext();
    });
  }

  /** Takes a token at once, going into debt, and says how long its owner has to wait for it: keeps the order. */
  function takeToken(): number {
    const at = time.now();
    tokens = Math.min(capacity, tokens + ((at - filledAt) / 1_000) * options.requestsPerSecond);
    filledAt = at;
    tokens -= 1;
    return tokens >= 0 ? 0 : (-tokens / options.requestsPerSecond) * 1_000;
  }

  return async (task, signal) => {
    await takeSlot(signal);
    try {
      const waitMs = takeToken();
      if (waitMs > 0) await time.sleep(waitMs, signal);
      return await task();
    } finally {
      running -= 1;
      admitNext();
    }
  };
}
