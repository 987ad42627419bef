import {
  AuthenticationError,
  LoginBreakerOpenError,
  TwoFactorRequiredError,
  UnexpectedPayloadError,
} from '../errors.ts';
import type { Front } from '../http/front.ts';
import type { ServiceUrls } from '../http/service-url.ts';
import type { ShopClock } from '../http/shop-clock.ts';
import type { Transport } from '../http/transport.ts';
import { loginNotOffered } from './login-not-offered.ts';
import type { TokenStore } from './token-store.ts';

/** What a strategy may use to obtain credentials; calls for a token are sent without `auth`. */
export interface AuthContext {
  readonly urls: ServiceUrls;
  readonly transport: Transport;
  readonly tokenStore: TokenStore;
  readonly clock: ShopClock;
  /** Tells ways that differ by what is asked for in front of the shop. */
  readonly front?: Pick<Front, 'secrets'>;
}

/** A POST that exchanges credentials for a token. */
export interface TokenLogin {
  /** Below the REST root, e.g. `/V1/integration/admin/token`. */
  readonly route: string;
  readonly body: Readonly<Record<string, string>>;
  /** What to do when Magento refuses; follows Magento's own message. */
  readonly cure: string;
}

/** Asks Magento for a token once; never repeated by itself, because a lost answer may hide a counted failure. */
export async function requestToken(
  login: TokenLogin,
  context: AuthContext,
  signal: AbortSignal,
): Promise<string> {
  try {
    const { body } = await context.transport.send({
      method: 'POST',
      url: context.urls.rest(login.route),
      route: login.route,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(login.body),
      idempotent: false,
      // The user name may be said: it helps to find the account that is meant.
      secrets: Object.entries(login.body).flatMap(([name, value]) => (name === 'username' ? [] : [value])),
      signal,
    });
    if (typeof body === 'string' && body !== '') return body;
  } catch (error) {
    throw loginNotOffered(error, login.route) ?? unreadable(error) ?? withCure(error, login.cure);
  }
  throw new UnexpectedPayloadError(
    `${login.route} answered without a token, which is no refusal. Check that baseUrl leads to Magento and not to something else that answers JSON.`,
    { path: login.route },
  );
}

/**
 * The error of a login that was answered with a status of success and not with a token.
 *
 * Not retryable by itself: each login that succeeds unread makes the shop keep one more token.
 */
function unreadable(error: unknown): UnexpectedPayloadError | undefined {
  if (!(error instanceof UnexpectedPayloadError)) return undefined;
  const { path, problem, message } = error;
  return new UnexpectedPayloadError(`${message} It came in place of a token; the login was not refused.`, {
    path,
    problem,
    cause: error,
  });
}

function withCure(error: unknown, cure: string): unknown {
  const isPlainRefusal =
    error instanceof AuthenticationError &&
    !(error instanceof TwoFactorRequiredError) &&
    !(error instanceof LoginBreakerOpenError);
  return isPlainRefusal ? new AuthenticationError(`${error.message} ${cure}`, error.response) : error;
}
