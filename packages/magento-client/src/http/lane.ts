import { AsyncLocalStorage } from 'node:async_hooks';

/** Who goes first when requests wait for the budget: `fresh` before `slow`. */
export type Lane = 'fresh' | 'slow';

const current = new AsyncLocalStorage<Lane>();

/**
 * Runs work whose requests go before those of everybody else in the same budget, the renewal of a token included.
 *
 * For what keeps a copy fresh, beside long reads that may take their time.
 */
export function inFreshLane<T>(work: () => T): T {
  return current.run('fresh', work);
}

/** The lane of whoever asks. */
export function currentLane(): Lane {
  return current.getStore() ?? 'slow';
}
