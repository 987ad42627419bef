import type { AuthStrategy } from '../auth/strategy.ts';
import { readTokenTimes } from '../auth/token-expiry.ts';
import { MagentoResponseError, OutageError, ThrottledError } from '../errors.ts';
import type { ServiceUrls } from '../http/service-url.ts';
import type { Transport, TransportRequest } from '../http/transport.ts';
import { type CallOptions, withSignal } from './call-options.ts';

/** What the credentials of the client look like; the secret itself stays inside. */
export interface CredentialLook {
  /** `opaque` tokens are those before 2.4.4, `jwt` and `jwe` those since; `signature` is OAuth 1.0a. */
  readonly kind: 'jwt' | 'jwe' | 'opaque' | 'signature' | 'other' | 'none';
  /** How long such a token lives, where it says so itself. */
  readonly lifeMs: number | null;
}

const anyRoute = '/V1/store/storeViews';

/** Reads what tells the release of a shop that does not say it: a few harmless requests, none of them with a login. */
export function createReleaseSigns(calls: {
  readonly urls: ServiceUrls;
  readonly transport: Transport;
  readonly auth: AuthStrategy;
}) {
  const { urls, transport, auth } = calls;

  /** Sends once: a sign is not worth a second request. A refusal is an answer, trouble goes on to the caller. */
  async function statusAndText(request: TransportRequest): Promise<{ status: number; text: string }> {
    try {
      const { status, body } = await transport.send({ ...request, decode: 'text', idempotent: false });
      return { status, text: String(body) };
    } catch (error) {
      const busy = error instanceof ThrottledError || error instanceof OutageError;
      if (busy || !(error instanceof MagentoResponseError)) throw error;
      return { status: error.status, text: '' };
    }
  }

  return {
    /**
     * The status with which the shop refuses a verb that no release supports: 405 since 2.4.5, 400 before.
     *
     * Magento looks at the verb before it looks for the route or at credentials, so that this can change nothing.
     * Magento: framework/Webapi/Rest/Request.php; another status comes from something before the shop.
     */
    async verbRefusal(options: CallOptions = {}): Promise<number> {
      const { status } = await statusAndText({
        method: 'PATCH',
        url: urls.rest(anyRoute),
        route: anyRoute,
        ...withSignal(options.signal),
      });
      return status;
    },

    /** Release and edition as `/magento_version` names them, e.g. `2.4 (Community)`; `null` where it is switched off. */
    async announced(options: CallOptions = {}): Promise<string | null> {
      const { text } = await statusAndText({
        method: 'GET',
        url: urls.root('/magento_version'),
        route: '/magento_version',
        ...withSignal(options.signal),
      });
      return /^Magento\/(\d+\.\d+[\w.-]* \(\w+\))$/.exec(text.trim())?.[1] ?? null;
    },

    /** What the credentials look like; logs in when no token is there yet, as any other call does. */
    async credential(options: CallOptions = {}): Promise<CredentialLook> {
      const signal = options.signal ?? new AbortController().signal;
      const headers = await auth.authorize({ method: 'GET', url: urls.rest(anyRoute), headers: {} }, signal);
      return lookAt(headers['authorization'] ?? '');
    },
  };
}

function lookAt(authorization: string): CredentialLook {
  const [scheme, token = ''] = authorization.split(' ');
  if (scheme === 'OAuth') return { kind: 'signature', lifeMs: null };
  if (scheme !== 'Bearer') return { kind: 'none', lifeMs: null };
  const times = readTokenTimes(token);
  if (times) {
    return { kind: 'jwt', lifeMs: times.issuedAt && times.expiresAt.getTime() - times.issuedAt.getTime() };
  }
  if (token.split('.').length === 5) return { kind: 'jwe', lifeMs: null };
  return { kind: /^[0-9a-z]{32}$/.test(token) ? 'opaque' : 'other', lifeMs: null };
}
