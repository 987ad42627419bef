import { AuthenticationError, type MagentoError, UnexpectedPayloadError } from '../errors.ts';
import type { ServiceUrls } from '../http/service-url.ts';
import type { ShopClock } from '../http/shop-clock.ts';
import type { RawAnswer, Transport } from '../http/transport.ts';
import { createNonce, oauthHeader, type SigningKeys } from './oauth1-header.ts';
import { type OAuthRefusalReason, oauthRefusalCure, oauthRefusalReason } from './oauth1-refusal.ts';
import type { IntegrationAuthOptions } from './strategy.ts';

/** What Magento POSTs to the callback URL when an administrator activates the integration. */
export interface ActivationCallback {
  readonly consumerKey: string;
  readonly consumerSecret: string;
  readonly verifier: string;
  /** The address the shop believes to have; for the log only, never called. */
  readonly storeBaseUrl: string;
}

/** Magento refused a step of the activation. */
export class ActivationError extends AuthenticationError {
  readonly reason: OAuthRefusalReason;

  constructor(problem: string, response: { status: number; path: string }, compared = '') {
    const reason = oauthRefusalReason(problem);
    super(
      `The shop refused to activate the integration: ${problem} (${response.status}) ${oauthRefusalCure(reason)}${reason === 'signature_mismatch' ? compared : ''}`,
      {
        ...response,
        method: 'POST',
      },
    );
    this.reason = reason;
  }
}

/**
 * Exchanges a verifier for a request token and that for the access token: the integration is active afterwards.
 *
 * Magento allows the first step within five minutes of its callback, and once. Nothing is repeated here, because a
 * second try of a step that succeeded is refused. Magento: recordings/oauth-handshake.json
 */
export async function exchangeTokens(
  callback: ActivationCallback,
  context: { urls: ServiceUrls; transport: Transport; clock: ShopClock },
  signal: AbortSignal,
): Promise<IntegrationAuthOptions> {
  const consumer = { consumerKey: callback.consumerKey, consumerSecret: callback.consumerSecret };
  const request = await requestToken('/oauth/token/request', consumer);
  const access = await requestToken('/oauth/token/access', {
    ...consumer,
    ...request,
    verifier: callback.verifier,
  });
  return {
    kind: 'integration',
    ...consumer,
    accessToken: access.token,
    accessTokenSecret: access.tokenSecret,
  };

  async function requestToken(
    path: string,
    keys: SigningKeys,
  ): Promise<{ token: string; tokenSecret: string }> {
    const url = context.urls.root(path);
    const occasion = { timestampSeconds: Math.floor(context.clock.shopNow() / 1_000), nonce: createNonce() };
    const answer = await context.transport.send({
      method: 'POST',
      url,
      route: path,
      headers: {
        accept: '*/*',
        authorization: oauthHeader({ method: 'POST', url: context.urls.signing(url) }, keys, occasion),
      },
      decode: 'text',
      idempotent: false,
      findError: (raw) => findProblem(raw, path, { callback, signed: context.urls.signing(url) }),
      signal,
    });
    const fields = new URLSearchParams(String(answer.body));
    const token = fields.get('oauth_token');
    const tokenSecret = fields.get('oauth_token_secret');
    if (token === null || tokenSecret === null) {
      throw new UnexpectedPayloadError(
        `The answer to ${path} holds no token. Check that baseUrl is the shop's own address.`,
        { path },
      );
    }
    return { token, tokenSecret };
  }
}

/** Finds `oauth_problem=` in an answer of the token endpoints, whatever its status. */
export function findProblem(
  answer: RawAnswer,
  path: string,
  sent?: { readonly callback: ActivationCallback; readonly signed: string },
): MagentoError | undefined {
  if (!answer.text.startsWith('oauth_problem=')) return undefined;
  const problem = new URLSearchParams(answer.text).get('oauth_problem') ?? '';
  const compared = sent === undefined ? '' : compareAddresses(sent.callback.storeBaseUrl, sent.signed, path);
  return new ActivationError(problem, { status: answer.status, path }, compared);
}

/** Says so where the shop calls itself otherwise than it is called here: signatures are of the address. */
function compareAddresses(storeBaseUrl: string, signed: string, path: string): string {
  const base = signed.slice(0, -path.length);
  const own = URL.canParse(storeBaseUrl) ? new URL(storeBaseUrl).href.replace(/\/+$/, '') : base;
  return own === base ? '' : ` The shop calls itself ${own}, and signed was ${base}.`;
}
