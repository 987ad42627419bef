import { MagentoNetworkError, MagentoTimeoutError, ServerFault, UnexpectedPayloadError } from '../errors.ts';
import type { TokenRecord } from './token-store.ts';

/**
 * How long refused logins count.
 *
 * Magento: module-integration/Model/Oauth/Token/RequestThrottler.php locks an account for 1800 s after six failures,
 * also for everybody who knows the right password, and forgets the failures 1800 s after the last one.
 */
export const REFUSAL_WINDOW_MS = 30 * 60_000;

const REFUSALS_PER_CREDENTIALS = 2;
const REFUSALS_PER_WINDOW = 4;

/** What the breaker says about the next login; `retryAt` when it must not be tried. */
export type BreakerDecision = { readonly open: false } | { readonly open: true; readonly retryAt: Date };

/**
 * Decides whether a login may be tried; pure.
 *
 * Two refusals close the door for the window. Credentials that were changed since get one attempt each, until four
 * refusals are counted: two of Magento's six are left to people who mistype.
 */
export function checkBreaker(
  record: TokenRecord | undefined,
  fingerprint: string,
  now: number,
): BreakerDecision {
  const refusals = refusalsInWindow(record, now);
  const allowed =
    record?.credentialsFingerprint === fingerprint ? REFUSALS_PER_CREDENTIALS : REFUSALS_PER_WINDOW;
  if (refusals < allowed || record?.lastRefusedAt === undefined) return { open: false };
  return { open: true, retryAt: new Date(record.lastRefusedAt.getTime() + REFUSAL_WINDOW_MS) };
}

/** The record after one more refused login. */
export function countRefusal(record: TokenRecord | undefined, fingerprint: string, now: number): TokenRecord {
  const token = record?.credentialsFingerprint === fingerprint ? record.token : undefined;
  return {
    ...(token === undefined ? {} : { token }),
    refusedLogins: refusalsInWindow(record, now) + 1,
    lastRefusedAt: new Date(now),
    credentialsFingerprint: fingerprint,
  };
}

function refusalsInWindow(record: TokenRecord | undefined, now: number): number {
  if (record?.lastRefusedAt === undefined) return 0;
  return now - record.lastRefusedAt.getTime() < REFUSAL_WINDOW_MS ? record.refusedLogins : 0;
}

/** Counts logins of unproven credentials that ended without a verdict: the shop may have counted them as failures. */
export interface UnansweredLogins {
  tooMany(now: number): boolean;
  count(error: unknown, now: number): void;
  clear(): void;
}

/** Creates the count for one account in this process. */
export function createUnansweredLogins(): UnansweredLogins {
  let times: number[] = [];
  return {
    tooMany(now) {
      times = times.filter((at) => now - at < REFUSAL_WINDOW_MS);
      return times.length >= REFUSALS_PER_WINDOW;
    },
    count(error, now) {
      if (mayHaveBeenCounted(error)) times.push(now);
    },
    clear() {
      times = [];
    },
  };
}

function mayHaveBeenCounted(error: unknown): boolean {
  if (error instanceof MagentoNetworkError || error instanceof MagentoTimeoutError)
    return error.mayHaveArrived;
  return error instanceof ServerFault || error instanceof UnexpectedPayloadError;
}
