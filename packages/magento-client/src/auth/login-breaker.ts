import {
  LoginBreakerOpenError,
  type LoginBreakerReason,
  MagentoNetworkError,
  MagentoTimeoutError,
} from '../errors.ts';
import type { FailedLogin, TokenRecord } from './token-store.ts';

/**
 * How long failed logins count.
 *
 * Magento: module-integration/Model/Oauth/Token/RequestThrottler.php locks an account for 1800 s after six failures,
 * also for everybody who knows the right password, and forgets the failures 1800 s after the last one.
 */
export const REFUSAL_WINDOW_MS = 30 * 60_000;

/** Between the first refusal and the second try: long enough for somebody to unlock an account or end a deployment. */
export const SECOND_TRY_AFTER_MS = 5 * 60_000;

const REFUSALS_OF_THE_FIRST = 2;
const REFUSALS_OF_OTHERS = 1;
const FAILURES_PER_ACCOUNT = 4;
/** What a person may add by asking for a login: one is left of Magento's six. */
const FAILURES_ON_REQUEST = 5;

/** Logins that end without a token and without a refusal: so many follow each other freely, then they wait. */
const FREE_WITHOUT_TOKEN = 3;
const WAIT_WITHOUT_TOKEN_MS = 60_000;
const LONGEST_WAIT_WITHOUT_TOKEN_MS = 10 * 60_000;
const KEPT_WITHOUT_TOKEN = 12;

/** What the breaker says about the next login; when it must not be tried, until when, and because of which one. */
export type BreakerDecision =
  | { readonly open: false }
  | {
      readonly open: true;
      readonly retryAt: Date;
      readonly reason: LoginBreakerReason;
      readonly because: FailedLogin;
    };

/**
 * Decides whether a login may be tried; pure.
 *
 * A refusal closes the door to the same credentials for minutes, a second one until half an hour has passed since the
 * last failure of the account. Credentials that were changed meanwhile get one attempt each at once, also when they
 * alternate. Four failures close the door to everybody: two of Magento's six are left to people who mistype. A login
 * without an answer counts as one of the four, because the shop may have counted it; not so for credentials that have
 * opened the shop and were not refused since: lost answers alone must not keep a worker out for half an hour.
 *
 * Logins that were answered without a token and without a refusal are no matter of the account: they only wait longer
 * and longer, so that a broken shop is not flooded with them.
 */
export function checkBreaker(
  record: TokenRecord | undefined,
  fingerprint: string,
  now: number,
): BreakerDecision {
  const decision = checkCounted(record, fingerprint, now);
  return decision.open ? decision : checkWithoutToken(record, fingerprint, now);
}

/** Whether a person who asks for a login would bring Magento's count to the last one before it locks the account. */
export function isLoginOnRequestSafe(record: TokenRecord | undefined, now: number): boolean {
  return recentCounted(record, now).length < FAILURES_ON_REQUEST;
}

function checkCounted(record: TokenRecord | undefined, fingerprint: string, now: number): BreakerDecision {
  const failures = recentCounted(record, now);
  const last = failures.at(-1);
  if (last === undefined) return { open: false };
  const others = failures.some((failure) => failure.refused && failure.fingerprint !== fingerprint);
  const own = failures.filter((failure) => failure.refused && failure.fingerprint === fingerprint);
  const allowed = others ? REFUSALS_OF_OTHERS : REFUSALS_OF_THE_FIRST;
  const isProven = record?.credentialsFingerprint === fingerprint && record.token !== undefined;
  const total = isProven && failures.every(({ refused }) => !refused) ? 0 : failures.length;
  const because = own.at(-1) ?? failures.findLast(({ refused }) => refused) ?? last;
  const closedUntil = (time: number): BreakerDecision => ({
    open: true,
    retryAt: new Date(time),
    reason: because.refused ? 'refused' : 'unanswered',
    because,
  });
  if (own.length >= allowed || total >= FAILURES_PER_ACCOUNT) {
    return closedUntil(last.at.getTime() + REFUSAL_WINDOW_MS);
  }
  const secondTryAt = (own.at(-1)?.at.getTime() ?? Number.NEGATIVE_INFINITY) + SECOND_TRY_AFTER_MS;
  return now < secondTryAt ? closedUntil(secondTryAt) : { open: false };
}

function checkWithoutToken(
  record: TokenRecord | undefined,
  fingerprint: string,
  now: number,
): BreakerDecision {
  const own = (record?.failedLogins ?? []).filter(
    (failure) =>
      failure.counted === false &&
      failure.fingerprint === fingerprint &&
      now - failure.at.getTime() < REFUSAL_WINDOW_MS,
  );
  const because = own.at(-1);
  if (because === undefined || own.length < FREE_WITHOUT_TOKEN) return { open: false };
  const waitMs = Math.min(
    LONGEST_WAIT_WITHOUT_TOKEN_MS,
    WAIT_WITHOUT_TOKEN_MS * 2 ** (own.length - FREE_WITHOUT_TOKEN),
  );
  const retryAt = new Date(because.at.getTime() + waitMs);
  return now < retryAt.getTime()
    ? { open: true, retryAt, reason: 'without_token', because }
    : { open: false };
}

/** The record after one more failed login; `refused` when the shop has said no. */
export function countFailure(
  record: TokenRecord | undefined,
  failure: Omit<FailedLogin, 'at'>,
  now: number,
): TokenRecord {
  const token = record?.credentialsFingerprint === failure.fingerprint ? record.token : undefined;
  const withoutToken = (record?.failedLogins ?? []).filter(
    ({ counted, at }) => counted === false && now - at.getTime() < REFUSAL_WINDOW_MS,
  );
  const failedLogins = [
    ...recentCounted(record, now),
    ...withoutToken.slice(-KEPT_WITHOUT_TOKEN),
    { ...failure, at: new Date(now) },
  ];
  return {
    ...(token === undefined ? {} : { token }),
    failedLogins: failedLogins.sort((one, other) => one.at.getTime() - other.at.getTime()),
    credentialsFingerprint: failure.fingerprint,
  };
}

/** Like Magento, which counts on while less than half an hour lies between a failure and the next. */
function recentCounted(record: TokenRecord | undefined, now: number): readonly FailedLogin[] {
  const failures = (record?.failedLogins ?? []).filter(({ counted }) => counted !== false);
  const last = failures.at(-1);
  return last !== undefined && now - last.at.getTime() < REFUSAL_WINDOW_MS ? failures : [];
}

/** Whether a login ended so that the shop may have counted it as a failure: its answer was lost. */
export function mayHaveBeenCounted(error: unknown): boolean {
  return (
    (error instanceof MagentoNetworkError || error instanceof MagentoTimeoutError) && error.mayHaveArrived
  );
}

/**
 * What keeps the last credentials that were used from logging in; `undefined` when they may.
 *
 * For reports: nothing is tried and nothing is sent.
 */
export function loginBreakerError(
  record: TokenRecord,
  now: number,
  accountOf: AccountKeeper = 'magento',
): LoginBreakerOpenError | undefined {
  const decision = checkBreaker(record, record.credentialsFingerprint, now);
  return decision.open ? breakerError(decision, now, accountOf) : undefined;
}

/** Who keeps the account that logs in. */
export type AccountKeeper = 'magento' | 'ims';

/** Why no more is tried, and what to correct. */
const ACCOUNTS: Readonly<Record<AccountKeeper, { readonly lock: string; readonly correct: string }>> = {
  magento: {
    lock: 'Magento locks an account for everybody after six wrong logins.',
    correct: 'Correct auth.username and auth.password: changed ones are tried at once.',
  },
  ims: {
    lock: 'Further refusals may lock the credential.',
    correct: 'Correct auth.clientId and auth.clientSecret: changed ones are tried at once.',
  },
};

/** The error of a login that is not tried. */
export function breakerError(
  { retryAt, reason, because }: BreakerDecision & { open: true },
  now: number,
  accountOf: AccountKeeper,
): LoginBreakerOpenError {
  const at = because.at.toISOString();
  const said = because.says === undefined ? '.' : `: ${because.says}`;
  const { lock, correct } = ACCOUNTS[accountOf];
  const why: Record<LoginBreakerReason, string> = {
    refused: `the shop refused the last one at ${at}${said} ${lock} ${correct}`,
    unanswered: `the last ones got no answer (at ${at}), and the shop may have counted them as wrong. ${lock}`,
    without_token: `the last ones ended without a token and without a refusal, at ${at}${said}`,
  };
  return new LoginBreakerOpenError(
    `No login is tried before ${retryAt.toISOString()}: ${why[reason]}`,
    { status: 401, method: 'POST', path: '/V1/integration', retryAfterMs: retryAt.getTime() - now },
    { reason, retryAt },
  );
}
