import { type BudgetTime, createRequestGate, type RequestBudget } from './request-gate.ts';

/** How much of a shop's capacity may be used. */
export interface RequestBudgetOptions {
  /** Requests in flight at the same time. */
  readonly concurrency: number;
  /** Mean rate; up to one second's worth may be sent in a burst. */
  readonly requestsPerSecond: number;
}

/** Creates a budget of this process alone: a gate that always lets the same through. */
export function createRequestBudget(
  { concurrency, requestsPerSecond }: RequestBudgetOptions,
  time?: BudgetTime,
): RequestBudget {
  return createRequestGate({ allowance: { places: concurrency, requestsPerSecond, pace: 1 } }, time).budget;
}
