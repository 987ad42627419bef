import { AuthenticationError, LoginBreakerOpenError, MagentoError, TwoFactorRequiredError } from '../errors.ts';
import type { ShopClock } from '../http/shop-clock.ts';
import { checkBreaker, countRefusal } from './login-breaker.ts';
import type { Refusal } from './strategy.ts';
import { readTokenTimes, renewalTime } from './token-expiry.ts';
import type { TokenRecord, TokenStore } from './token-store.ts';

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
}

type Token = NonNullable<TokenRecord['token']>;

/** How long a renewed token that is refused for the same rights again is taken as proof that the rights are missing. */
const PROOF_OF_MISSING_RIGHTS_MS = 60_000;
/** Logins without any answer that are tried with credentials which never worked; such a login may have been counted by the shop. */
const UNANSWERED_LOGINS = 4;

/** Creates the holder of one account's token: one login at a time, here and across processes. */
export function createTokenHolder(options: TokenHolderOptions): TokenHolder {
  const { clock, store } = options;
  const lifetime = new AbortController().signal;
  let cached: Token | undefined;
  let obtaining: Promise<Token> | undefined;
  let fingerprint: Promise<string> | undefined;
  let unanswered = 0;
  let renewedFor: { value: string; resources: unknown; at: number } | undefined;

  function isDue(token: Token): boolean {
    const due = renewalTime(token);
    return due !== null && clock.shopNow() >= due;
  }

  function isUsable(token: Token): boolean {
    return token.expiresAt === null || clock.shopNow() < token.expiresAt.getTime();
  }

  /** All callers share one login; the one that gives up waiting does not end it for the others. */
  async function obtain(isStale: (token: Token) => boolean, signal: AbortSignal): Promise<Token> {
    signal.throwIfAborted();
    obtaining ??= update(isStale).finally(() => {
      obtaining = undefined;
    });
    return abortable(obtaining, signal);
  }

  async function update(isStale: (token: Token) => boolean): Promise<Token> {
    fingerprint ??= options.fingerprint();
    const current = await fingerprint;
    let refusal: MagentoError | undefined;
    const record = await store.update(
      options.key,
      async (found) => {
        const usable = found?.credentialsFingerprint === current ? found.token : undefined;
        if (found !== undefined && usable !== undefined && !isStale(usable)) return found;
        const now = clock.now();
        const breaker = checkBreaker(found, current, now);
        if (breaker.open) {
          refusal = breakerError(breaker.retryAt);
          return keep(found, current);
        }
        if (usable === undefined && unanswered >= UNANSWERED_LOGINS) throw unansweredError();
        try {
          const token = toToken(await options.login(lifetime));
          unanswered = 0;
          return { token, refusedLogins: 0, credentialsFingerprint: current };
        } catch (error) {
          if (error instanceof TwoFactorRequiredError || !(error instanceof AuthenticationError)) {
            unanswered += mayHaveBeenCounted(error) ? 1 : 0;
            throw error;
          }
          refusal = error;
          return countRefusal(found, current, now);
        }
      },
      lifetime,
    );
    if (refusal !== undefined) throw refusal;
    if (record.token === undefined) throw new TypeError('A token store returned another record than it was given.');
    cached = record.token;
    return cached;
  }

  function toToken(obtained: ObtainedToken): Token {
    const times = readTokenTimes(obtained.value);
    const now = clock.shopNow();
    return {
      value: obtained.value,
      obtainedAt: times?.issuedAt ?? new Date(now),
      expiresAt:
        obtained.expiresAt === undefined
          ? (times?.expiresAt ?? new Date(now + options.assumedLifetimeMs))
          : obtained.expiresAt,
    };
  }

  async function current(signal: AbortSignal): Promise<Token> {
    if (cached !== undefined && !isDue(cached)) return cached;
    try {
      return await obtain(isDue, signal);
    } catch (error) {
      signal.throwIfAborted();
      // A token that still lives for a while is better than a failed request: the next one tries again.
      if (cached !== undefined && isUsable(cached) && error instanceof MagentoError && error.retryable) return cached;
      throw error;
    }
  }

  return {
    get: async (signal) => (await current(signal)).value,
    async renew(signal, refusal) {
      const refused = bearerOf(refusal) ?? cached?.value;
      if (cached !== undefined && refused !== undefined && cached.value !== refused) return true;
      const resources = refusal?.error.parameters['resources'];
      if (
        renewedFor !== undefined &&
        renewedFor.value === refused &&
        renewedFor.resources === resources &&
        clock.now() - renewedFor.at < PROOF_OF_MISSING_RIGHTS_MS
      ) {
        return false;
      }
      const token = await obtain((found) => found.value === refused || isDue(found), signal);
      renewedFor = { value: token.value, resources, at: clock.now() };
      return token.value !== refused;
    },
    refreshIfDue: async (signal) => ({ expiresAt: (await current(signal)).expiresAt }),
  };

  function breakerError(retryAt: Date): LoginBreakerOpenError {
    return new LoginBreakerOpenError(
      `No login is tried before ${retryAt.toISOString()}, because earlier ones were refused and Magento locks the account for everybody after six. Correct the user name and password; changed credentials are tried at once.`,
      { status: 401, method: 'POST', path: '/V1/integration', retryAfterMs: retryAt.getTime() - clock.now() },
      retryAt,
    );
  }
}

function keep(found: TokenRecord | undefined, fingerprint: string): TokenRecord {
  return found ?? { refusedLogins: 0, credentialsFingerprint: fingerprint };
}
