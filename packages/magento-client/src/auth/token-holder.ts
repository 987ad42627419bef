import {
  AuthenticationError,
  LoginBreakerOpenError,
  MagentoError,
  TwoFactorRequiredError,
} from '../errors.ts';
import { abortable } from '../http/abortable.ts';
import type { ShopClock } from '../http/shop-clock.ts';
import { checkBreaker, countFailure, mayHaveBeenCounted } from './login-breaker.ts';
import { LoginNotOfferedError } from './login-not-offered.ts';
import type { Refusal } from './strategy.ts';
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

  async function logIn(isStale: (token: Token) => boolean, current: string): Promise<Token> {
    let failure: unknown;
    const change: TokenChange = async (found, keep) => {
      const token = matching(found, current);
      if (found !== undefined && token !== undefined && !isStale(token)) return found;
      const now = clock.now();
      const unchanged = found ?? { failedLogins: [], credentialsFingerprint: current };
      const breaker = checkBreaker(found, current, now);
      if (breaker.open) {
        failure = breakerError(breaker.retryAt, now);
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
        // A missing second factor is no refusal: Magento has accepted the password. Nor is a login that nobody is offered.
        if (error instanceof TwoFactorRequiredError || error instanceof LoginNotOfferedError)
          return unchanged;
        if (error instanceof AuthenticationError)
          return countFailure(found, { fingerprint: current, refused: true }, now);
        return mayHaveBeenCounted(error, token !== undefined) ? unanswered : unchanged;
      }
    };
    const { token } = await store.update(options.key, change, lifetime);
    if (failure !== undefined) throw failure;
    if (token === undefined)
      throw new TypeError('The token store returned another record than it was given.');
    return token;
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

function breakerError(retryAt: Date, now: number): LoginBreakerOpenError {
  return new LoginBreakerOpenError(
    `No login is tried before ${retryAt.toISOString()}, because earlier ones failed and Magento locks an account for everybody after six. Correct the user name and password: changed credentials are tried at once.`,
    { status: 401, method: 'POST', path: '/V1/integration', retryAfterMs: retryAt.getTime() - now },
    retryAt,
  );
}
