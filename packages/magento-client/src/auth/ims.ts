import { AuthenticationError, type MagentoError, UnexpectedPayloadError } from '../errors.ts';
import type { RawAnswer } from '../http/transport.ts';
import { fingerprint } from './fingerprint.ts';
import type { AuthStrategy, ImsAuthOptions } from './strategy.ts';
import { createTokenHolder, type ObtainedToken } from './token-holder.ts';
import type { AuthContext } from './token-login.ts';

const TOKEN_URL = 'https://ims-na1.adobelogin.com/ims/token/v3';

/** `commerce.accs` is the one that opens the commerce API; without it every call is refused. */
const SCOPES = [
  'openid',
  'AdobeID',
  'email',
  'profile',
  'additional_info.roles',
  'additional_info.projectedProductContext',
  'commerce.accs',
];

/**
 * Obtains tokens from Adobe IMS for Adobe Commerce as a Cloud Service (OAuth 2, client credentials).
 *
 * There is no refresh token in this flow: a new one is asked for, by default once a day.
 * Adobe: developer.adobe.com/commerce/webapi/rest/authentication/server-to-server
 */
export function createImsAuth(options: ImsAuthOptions, context: AuthContext): AuthStrategy {
  const { clientId, clientSecret, organizationId } = options;
  const tokenUrl = options.tokenUrl ?? TOKEN_URL;
  const scope = (options.scopes ?? SCOPES).join(',');
  const key = `ims ${tokenUrl} ${clientId} ${scope}`;

  async function logIn(signal: AbortSignal): Promise<ObtainedToken> {
    const { pathname } = new URL(tokenUrl);
    const form = {
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      scope,
    };
    const answer = await context.transport.send({
      method: 'POST',
      url: tokenUrl,
      route: pathname,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(form).toString(),
      idempotent: false,
      secrets: [clientSecret],
      findError: (raw) => imsRefusal(raw, pathname),
      signal,
    });
    return readToken(answer.body, context.clock.shopNow(), pathname);
  }

  const holder = createTokenHolder({
    key,
    store: context.tokenStore,
    accountOf: 'ims',
    clock: context.clock,
    fingerprint: () => fingerprint([clientId, clientSecret, organizationId], key),
    assumedLifetimeMs: 3_600_000,
    login: logIn,
  });
  return {
    kind: 'ims',
    async authorize(_request, signal) {
      return {
        authorization: `Bearer ${await holder.get(signal)}`,
        'x-api-key': clientId,
        'x-gw-ims-org-id': organizationId,
      };
    },
    renew: (signal, refusal) => holder.renew(signal, refusal),
    refreshIfDue: (signal) => holder.refreshIfDue(signal),
    signIn: (request, signal) => holder.signIn(request, signal),
  };
}

function readToken(body: unknown, now: number, path: string): ObtainedToken {
  const { access_token: value, expires_in: seconds } = (body ?? {}) as {
    access_token?: unknown;
    expires_in?: unknown;
  };
  if (typeof value !== 'string' || value === '') {
    throw new UnexpectedPayloadError(
      `Adobe IMS answered ${path} without an access token. Check auth.tokenUrl.`,
      {
        path,
      },
    );
  }
  return typeof seconds === 'number' ? { value, expiresAt: new Date(now + seconds * 1_000) } : { value };
}

/** IMS refuses in OAuth 2 terms: `{"error":"invalid_client","error_description":"…"}` with 400 or 401. */
function imsRefusal(answer: RawAnswer, path: string): MagentoError | undefined {
  if (answer.status < 400 || answer.status >= 500 || answer.status === 429) return undefined;
  let body: { error?: unknown; error_description?: unknown };
  try {
    body = JSON.parse(answer.text);
  } catch {
    return undefined;
  }
  if (typeof body.error !== 'string') return undefined;
  const cure =
    body.error === 'invalid_scope'
      ? 'The project needs the scope commerce.accs: add the Commerce API to its server-to-server credential in the Adobe Developer Console.'
      : 'Check auth.clientId and auth.clientSecret against the server-to-server credential in the Adobe Developer Console.';
  const said = typeof body.error_description === 'string' ? `: ${body.error_description}` : '';
  return new AuthenticationError(`Adobe IMS refuses the credentials (${body.error}${said}). ${cure}`, {
    status: answer.status,
    method: 'POST',
    path,
  });
}
