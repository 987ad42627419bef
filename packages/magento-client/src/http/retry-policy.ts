import { isTooSlow, mayBeAboutRows } from '../error-kinds.ts';
import { MagentoError, MagentoNetworkError, MagentoResponseError, MagentoTimeoutError } from '../errors.ts';

/** How often and how patiently a call is repeated. */
export interface RetryOptions {
  /** All attempts together, the first included. */
  readonly attempts: number;
  /** Upper bound of the first wait; doubles with every attempt. */
  readonly baseDelayMs: number;
  /** Upper bound of every wait. A shop that asks for a longer one gets it from the caller: the call fails at once and its error says for how long. */
  readonly maxDelayMs: number;
}

/** A failed attempt as the policy sees it. */
export interface FailedAttempt {
  /** 1 for the first attempt. */
  readonly attempt: number;
  readonly idempotent: boolean;
  readonly error: unknown;
  /** A random number from 0 up to 1. */
  readonly random: number;
}

/** Whether to try again, and after which wait. */
export type RetryDecision = { readonly retry: true; readonly delayMs: number } | { readonly retry: false };

/**
 * Decides about one failed attempt; pure.
 *
 * Only calls that may be sent twice are repeated, and those that certainly never arrived. `Retry-After` is authoritative; without it the wait is drawn from
 * the whole span between nothing and an exponentially growing bound ("full jitter"), so that workers which failed
 * together do not come back together.
 */
export function decideRetry(failure: FailedAttempt, options: RetryOptions): RetryDecision {
  const { error, attempt } = failure;
  if (attempt >= Math.min(options.attempts, mostAttemptsFor(error))) return { retry: false };
  if (!(error instanceof MagentoError) || !error.retryable) return { retry: false };
  if (!failure.idempotent && !neverArrived(error)) return { retry: false };
  if (error instanceof MagentoResponseError && error.retryAfterMs !== null) {
    return error.retryAfterMs > options.maxDelayMs
      ? { retry: false }
      : { retry: true, delayMs: error.retryAfterMs };
  }
  const bound = Math.min(options.maxDelayMs, options.baseDelayMs * 2 ** (attempt - 1));
  return { retry: true, delayMs: Math.floor(failure.random * bound) };
}

/** What one row of the answer may have caused comes again however often it is asked for, or takes long each time. */
function mostAttemptsFor(error: unknown): number {
  return isTooSlow(error) || mayBeAboutRows(error) ? 3 : Number.POSITIVE_INFINITY;
}

function neverArrived(error: MagentoError): boolean {
  return (
    (error instanceof MagentoNetworkError || error instanceof MagentoTimeoutError) && !error.mayHaveArrived
  );
}

/** Reads `Retry-After`: seconds or an HTTP date, which is compared with the shop's own clock. */
export function parseRetryAfter(value: string | undefined, shopNow: number): number | null {
  if (value === undefined) return null;
  const text = value.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000;
  const date = /^[A-Z][a-z]{2,8}, /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? null : Math.max(0, date - shopNow);
}
