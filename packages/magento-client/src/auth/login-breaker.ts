import { MagentoNetworkError, MagentoTimeoutError, ServerFault, UnexpectedPayloadError } from '../errors.ts';
import type { FailedLogin, TokenRecord } from './token-store.ts';

/**
 * How long failed logins count.
 *
 * Magento: module-integration/Model/Oauth/Token/RequestThrottler.php locks an account for 1800 s after six failures,
 * also for everybody who knows the right password, and forgets the failures 1800 s after the last one.
 */
export const REFUSAL_WINDOW_MS = 30 * 60_000;

const REFUSALS_OF_THE_FIRST = 2;
const REFUSALS_OF_OTHERS = 1;
const FAILURES_PER_ACCOUNT = 4;

/** What the breaker says about the next login; `retryAt` when it must not be tried. */
export type BreakerDecision = { readonly open: false } | { readonly open: true; readonly retryAt: Date };

/**
 * Decides whether a login may be tried; pure.
 *
 * Two refusals close the door to the same credentials until half an hour has passed since the last failure of the
 * account. Credentials that were changed meanwhile get one attempt each, also when they alternate. Four failures close
 * the door to everybody: two of Magento's six are left to people who mistype. A login without an answer counts as one
 * of the four, because the shop may have counted it; not so for credentials that have opened the shop and were not
 * refused since: lost answers alone must not keep a worker out for half an hour.
 */
export function checkBreaker(
  record: TokenRecord | undefined,
  fingerprint: string,
  now: number,
): BreakerDecision {
  const failures = recentFailures(record, now);
  const last = failures.at(-1);
  if (last === undefined) return { open: false };
  const others = failures.some((failure) => failure.refused && failure.fingerprint !== fingerprint);
  const own = failures.filter((failure) => failure.refused && failure.fingerprint === fingerprint).length;
  const allowed = others ? REFUSALS_OF_OTHERS : REFUSALS_OF_THE_FIRST;
  const isProven = record?.credentialsFingerprint === fingerprint && record.token !== undefined;
  const total = isProven && failures.every(({ refused }) => !refused) ? 0 : failures.length;
  if (own < allowed && total < FAILURES_PER_ACCOUNT) return { open: false };
  return { open: true, retryAt: new Date(last.at.getTime() + REFUSAL_WINDOW_MS) };
}

/** The record after one more failed login; `refused` when the shop has said no. */
export function countFailure(
  record: TokenRecord | undefined,
  failure: { readonly fingerprint: string; readonly refused: boolean },
  now: number,
): TokenRecord {
  const token = record?.credentialsFingerprint === failure.fingerprint ? record.token : undefined;
  return {
    ...(token === undefined ? {} : { token }),
    failedLogins: [...recentFailures(record, now), { ...failure, at: new Date(now) }],
    credentialsFingerprint: failure.fingerprint,
  };
}

/** Like Magento, which counts on while less than half an hour lies between a failure and the next. */
function recentFailures(record: TokenRecord | undefined, now: number): readonly FailedLogin[] {
  const failures = record?.failedLogins ?? [];
  const last = failures.at(-1);
  return last !== undefined && now - last.at.getTime() < REFUSAL_WINDOW_MS ? failures : [];
}

/**
 * Whether a login that ended without a verdict may have been counted by the shop as a failure.
 *
 * A wrong password is answered with 401, so that a 500 says nothing of it; credentials that have opened the shop before
 * are not blamed for one. A lost answer may have been anything.
 */
export function mayHaveBeenCounted(error: unknown, proven: boolean): boolean {
  if (error instanceof MagentoNetworkError || error instanceof MagentoTimeoutError)
    return error.mayHaveArrived;
  return !proven && (error instanceof ServerFault || error instanceof UnexpectedPayloadError);
}
