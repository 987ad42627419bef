import type { ShopClock } from '../clock.ts';
import type { ShopAnswer, ShopRequest } from '../http/exchange.ts';
import { type Activation, activateIntegration } from './activation.ts';
import type { NewIntegration } from './integration.ts';
import { Integrations } from './integrations.ts';
import { type OAuthRules, oauthRules } from './oauth-rules.ts';
import { toByteString } from './percent-encoding.ts';
import type { SignedRequest } from './signed-request.ts';
import { TokenExchange } from './token-exchange.ts';
import { OAuthVerifier } from './verifier.ts';

/** How a shop deals with integrations. */
export interface OAuthOptions {
  /** The integrations that exist; the four recorded ones when absent. */
  readonly integrations?: readonly NewIntegration[];
  /**
   * Whether an integration's access token works as a plain bearer token; when absent, what the release does
   * by default (yes before 2.4.4). Magento: oauth/consumer/enable_integration_as_bearer.
   */
  readonly integrationAsBearer?: boolean;
  /** Makes keys, secrets, tokens and verifiers; replaced where a recording must be met to the letter. */
  readonly generateCredential?: () => string;
}

/** Everything of a shop that has to do with OAuth 1.0a. */
export interface ShopOAuth {
  readonly rules: OAuthRules;
  readonly integrations: Integrations;
  readonly verifier: OAuthVerifier;
  integrationAsBearer: boolean;
  /** Activates an integration by name or id, as an administrator does by "Activate" or "Reauthorize". */
  activate(nameOrId: string | number): Promise<Activation>;
  /** Answers `/oauth/token/request` and `/oauth/token/access`; `undefined` for other paths. */
  answer(request: ShopRequest): ShopAnswer | undefined;
}

/** Parts of the shop that OAuth needs. */
export interface OAuthSurroundings {
  readonly clock: ShopClock;
  readonly version: string;
  readonly baseUrl: () => string;
}

/** Creates the OAuth part of a shop. */
export function createShopOAuth(
  options: OAuthOptions,
  { clock, version, baseUrl }: OAuthSurroundings,
): ShopOAuth {
  const rules = oauthRules(version);
  const integrations = new Integrations({
    ...(options.generateCredential ? { generate: options.generateCredential } : {}),
    ...(options.integrations ? { existing: options.integrations } : {}),
  });
  const now = () => clock.now();
  const context = { integrations, rules, now };
  const verifier = new OAuthVerifier(context);
  const exchange = new TokenExchange(verifier, context);
  return {
    rules,
    integrations,
    verifier,
    integrationAsBearer: options.integrationAsBearer ?? rules.bearerByDefault,
    activate: (nameOrId) =>
      activateIntegration(nameOrId, { integrations, storeBaseUrl: `${baseUrl()}/`, now }),
    answer(request) {
      const step = /^\/oauth\/token\/(request|access)\/?$/.exec(request.path)?.[1];
      if (step === undefined) return undefined;
      const signed = signedRequestOf(request);
      const { status, body } =
        step === 'request' ? exchange.requestToken(signed) : exchange.accessToken(signed);
      return { status, headers: tokenHeaders(now()), body };
    },
  };
}

/** A request of the shop's web server as OAuth signs it. Magento: web/secure/offloader_header. */
export function signedRequestOf(request: ShopRequest): SignedRequest {
  return {
    method: request.method,
    scheme: request.headers['x-forwarded-proto'] === 'https' ? 'https' : 'http',
    host: request.headers['host'] ?? '',
    uri: request.target,
    authorization: request.headers['authorization'],
    contentType: request.headers['content-type'],
    body: toByteString(request.body),
  };
}

/** Headers of a page of the storefront. Recordings: recordings/oauth-handshake.json. */
function tokenHeaders(now: number): Record<string, string> {
  const aYearAgo = new Date(now);
  aYearAgo.setUTCFullYear(aYearAgo.getUTCFullYear() - 1);
  return {
    'content-type': 'text/html; charset=UTF-8',
    pragma: 'no-cache',
    'cache-control': 'max-age=0, must-revalidate, no-cache, no-store',
    expires: aYearAgo.toUTCString(),
    'x-frame-options': 'SAMEORIGIN',
  };
}
