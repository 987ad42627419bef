import {
  AuthenticationError,
  MagentoError,
  MagentoNetworkError,
  MagentoTimeoutError,
  TwoFactorRequiredError,
  UnexpectedPayloadError,
} from '../errors.ts';
import { abortable } from '../http/abortable.ts';
import type { ShopClock } from '../http/shop-clock.ts';
import {
  type AccountKeeper,
  type BreakerDecision,
  breakerError,
  checkBreaker,
  countFailure,
  isLoginOnRequestSafe,
  mayHaveBeenCounted,
} from './login-breaker.ts';
import { LoginNotOfferedError } from './login-not-offered.ts';
import type { LoginOnRequest, Refusal } from './strategy.ts';
import { readTokenTimes, renewalTime } from './token-expiry.ts';
import type { TokenChange, TokenRecord, TokenStore } from './token-store.ts';

/** A token as a login returned it; `expiresAt` when the answer says it, e.g. as `expires_in`. */
export interface ObtainedToken {
  readonly value: string;
  readonly expiresAt?: Date | null;
}

/** What a token holder needs from its strategy. */
export interface TokenHolderOptions {
  /** The same for every process that uses the same account of the same shop. */
  readonly key: string;
  readonly store: TokenStore;
  readonly clock: ShopClock;
  /** Changes with the credentials and does not reveal them; computed once, when first needed. */
  readonly fingerprint: () => Promise<string>;
  /** Default: Magento. */
  readonly accountOf?: AccountKeeper;
  /** Life of a token that does not say when it ends. */
  readonly assumedLifetimeMs: number;
  /** Logs in. A refused login must be thrown as an {@link AuthenticationError}: it is counted. */
  readonly login: (signal: AbortSignal) => Promise<ObtainedToken>;
}

/** One token that is always fresh. */
export interface TokenHolder {
  get(signal: AbortSignal): Promise<string>;
  /** See `AuthStrategy.renew`; expects the refused token in the header `authorization`. */
  renew(signal: AbortSignal, refusal?: Refusal): Promise<boolean>;
  refreshIfDue(signal: AbortSignal): Promise<{ expiresAt: Date | null }>;
  /** See `AuthStrategy.signIn`. */
  signIn(request: LoginOnRequest, signal: AbortSignal): Promise<{ expiresAt: Date | null }>;
}

type Token = NonNullable<TokenRecord['token']>;

/** Enough for a sentence of Magento's; a page that a proxy sent is not kept whole. */
const LONGEST_SAYING = 600;

/** How long a renewed token that is refused for the same rights again is taken as proof that the rights are missing. */
const PROOF_OF_MISSING_RIGHTS_MS = 60_000;

/** Creates the holder of one account's token: one login at a time, here and across processes. */
export function createTokenHolder(options: TokenHolderOptions): TokenHolder {
  const { clock, store } = options;
  const lifetime = new AbortController().signal;
  let cached: Token | undefined;
  let obtaining: Promise<Token> | undefined;
  let fingerprint: Promise<string> | undefined;
  let renewedFor: { value: string; resources: unknown; at: number } | undefined;

  function isDue(token: Token): boolean {
    const due = renewalTime(token);
    return due !== null && clock.shopNow() >= due;
  }

  /** All callers share one login; one that gives up waiting does not end it for the others. */
  function obtain(isStale: (token: Token) => boolean, signal: AbortSignal): Promise<Token> {
    obtaining ??= load(isStale).finally(() => {
      obtaining = undefined;
    });
    return abortable(obtaining, signal);
  }

  async function load(isStale: (token: Token) => boolean): Promise<Token> {
    fingerprint ??= options.fingerprint();
    const current = await fingerprint;
    const stored = matching(await store.read(options.key), current);
    cached = stored !== undefined && !isStale(stored) ? stored : await logIn(isStale, current);
    return cached;
  }

  async function logIn(
    isStale: (token: Token) => boolean,
    current: string,
    requested?: LoginOnRequest,
  ): Promise<Token> {
    let failure: unknown;
    const change: TokenChange = async (found, keep) => {
      const token = matching(found, current);
      if (found !== undefined && token !== undefined && !isStale(token)) return found;
      const now = clock.now();
      const unchanged = found ?? { failedLogins: [], credentialsFingerprint: current };
      const breaker = requested ? beyondBreaker(found, requested, now) : checkBreaker(found, current, now);
      if (breaker.open) {
        failure = breakerError(breaker, now, options.accountOf ?? 'magento');
        return unchanged;
      }
      // Counted before it is sent: a process that is killed while it waits has perhaps caused a failure.
      const unanswered = countFailure(found, { fingerprint: current, refused: false }, now);
      await keep(unanswered);
      try {
        const obtained = toToken(await options.login(lifetime));
        return { token: obtained, failedLogins: [], credentialsFingerprint: current };
      } catch (error) {
        failure = error;
        return afterFailure(error, { found, unchanged, unanswered }, current);
      }
    };
    const { token } = await store.update(options.key, change, lifetime);
    if (failure !== undefined) throw failure;
    if (token === undefined)
      throw new TypeError('The token store returned another record than it was given.');
    return token;
  }

  /** The record after a login that failed; the next failures are counted from when this one ended. */
  function afterFailure(
    error: unknown,
    records: { found: TokenRecord | undefined; unchanged: TokenRecord; unanswered: TokenRecord },
    current: string,
  ): TokenRecord {
    const { found, unchanged, unanswered } = records;
    const now = clock.now();
    // A missing second factor is no refusal: Magento has accepted the password. Nor is a login that nobody is offered.
    if (error instanceof TwoFactorRequiredError || error instanceof LoginNotOfferedError) return unchanged;
    const says = whatWasSaid(error);
    if (error instanceof AuthenticationError)
      return countFailure(found, { fingerprint: current, refused: true, says }, now);
    if (mayHaveBeenCounted(error)) return unanswered;
    // What passes by itself has waits of its own, with whoever asks.
    const passes =
      error instanceof MagentoError && error.retryable && !(error instanceof UnexpectedPayloadError);
    const unsent = error instanceof MagentoNetworkError || error instanceof MagentoTimeoutError;
    if (passes || unsent || !(error instanceof MagentoError)) return unchanged;
    return countFailure(found, { fingerprint: current, refused: false, counted: false, says }, now);
  }

  function toToken(obtained: ObtainedToken): Token {
    const times = readTokenTimes(obtained.value);
    const now = clock.shopNow();
    const assumed = times?.expiresAt ?? new Date(now + options.assumedLifetimeMs);
    return {
      value: obtained.value,
      obtainedAt: times?.issuedAt ?? new Date(now),
      expiresAt: obtained.expiresAt === undefined ? assumed : obtained.expiresAt,
    };
  }

  async function fresh(signal: AbortSignal): Promise<Token> {
    signal.throwIfAborted();
    return cached !== undefined && !isDue(cached) ? cached : await obtain(isDue, signal);
  }

  return {
    async get(signal) {
      try {
        return (await fresh(signal)).value;
      } catch (error) {
        signal.throwIfAborted();
        // A token that still lives is better than a failed request; the scheduled refresh reports the trouble.
        const lives = cached?.expiresAt === null || clock.shopNow() < (cached?.expiresAt?.getTime() ?? 0);
        if (cached !== undefined && lives && error instanceof MagentoError) return cached.value;
        throw error;
      }
    },
    async renew(signal, refusal) {
      const refused = bearerOf(refusal) ?? cached?.value;
      if (cached !== undefined && cached.value !== refused) return true;
      const resources = refusal?.error.parameters['resources'];
      if (isProvenPointless(refused, resources)) return false;
      const isStale = (token: Token) => token.value === refused || isDue(token);
      const joined = obtaining !== undefined;
      let token = await obtain(isStale, signal);
      if (joined && token.value === refused) token = await obtain(isStale, signal);
      renewedFor = { value: token.value, resources, at: clock.shopNow() };
      return token.value !== refused;
    },
    refreshIfDue: async (signal) => ({ expiresAt: (await fresh(signal)).expiresAt }),
    async signIn(requested, signal) {
      fingerprint ??= options.fingerprint();
      const current = await fingerprint;
      const token = await abortable(
        logIn(() => true, current, requested),
        signal,
      );
      cached = token;
      return { expiresAt: token.expiresAt };
    },
  };

  /** An account without a right is answered like an expired token: without this, every such request would log in. */
  function isProvenPointless(refused: string | undefined, resources: unknown): boolean {
    return (
      renewedFor !== undefined &&
      renewedFor.value === refused &&
      renewedFor.resources === resources &&
      clock.shopNow() - renewedFor.at < PROOF_OF_MISSING_RIGHTS_MS
    );
  }
}

/** The stored token, when it was obtained with the credentials of now. */
function matching(record: TokenRecord | undefined, fingerprint: string): Token | undefined {
  return record?.credentialsFingerprint === fingerprint ? record.token : undefined;
}

function bearerOf(refusal: Refusal | undefined): string | undefined {
  const value = refusal?.headers['authorization'];
  return value?.startsWith('Bearer ') === true ? value.slice('Bearer '.length) : undefined;
}

/** A person who asks is let in whatever happened before, except where one more failure could lock the account. */
function beyondBreaker(
  record: TokenRecord | undefined,
  requested: LoginOnRequest,
  now: number,
): BreakerDecision {
  if (requested.evenIfItLocks || isLoginOnRequestSafe(record, now)) return { open: false };
  return checkBreaker(record, record?.credentialsFingerprint ?? '', now);
}

/** What the shop, or what stands before it, said; without the advice of the strategy, which the error has beside it. */
function whatWasSaid(error: unknown): string {
  const first = error instanceof MagentoError && error.cause instanceof MagentoError ? error.cause : error;
  return first instanceof Error ? first.message.slice(0, LONGEST_SAYING) : String(first);
}
