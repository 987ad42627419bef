import { randomBytes } from 'node:crypto';
import type { ShopClock } from '../clock.ts';
import type { ShopAnswer, ShopRequest } from '../http/exchange.ts';

/** Scope without which a token is good for nothing at the commerce API. */
const COMMERCE_SCOPE = 'commerce.accs';
const LIFETIME_SECONDS = 86_399;

/** A shop in Adobe Commerce as a Cloud Service. */
export interface CloudOptions {
  /** First segment of the base URL's path. */
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly organizationId: string;
}

/** Adobe's identity service as far as server-to-server clients need it. */
export interface IdentityService {
  /** Answers a token request. */
  answer(request: ShopRequest): ShopAnswer;
  /** Whether a token is alive and was asked for with the scope of the commerce API. */
  isValid(token: string): boolean;
  /** Ends every token given so far. */
  revokeTokens(): void;
}

/**
 * Creates the identity service for one client.
 *
 * Magento: Adobe's documentation of OAuth server-to-server credentials; there is no recording.
 */
export function createIdentityService(options: CloudOptions, clock: ShopClock): IdentityService {
  const tokens = new Map<string, { readonly expiresAt: number; readonly scopes: readonly string[] }>();
  return {
    answer(request) {
      const form = new URLSearchParams(request.body);
      if (request.method !== 'POST') return refusal('invalid_request', 'only POST is supported');
      if (form.get('grant_type') !== 'client_credentials') {
        return refusal('unsupported_grant_type', 'unsupported grant type');
      }
      if (form.get('client_id') !== options.clientId) {
        return refusal('invalid_client', 'invalid client_id parameter');
      }
      if (form.get('client_secret') !== options.clientSecret) {
        return refusal('invalid_client', 'invalid client_secret parameter');
      }
      const scopes = (form.get('scope') ?? '').split(/[ ,]+/).filter((scope) => scope !== '');
      if (scopes.length === 0) return refusal('invalid_scope', 'scope is missing');
      const token = `eyJhbGciOiJSUzI1NiJ9.${randomBytes(48).toString('base64url')}.${randomBytes(48).toString('base64url')}`;
      tokens.set(token, { expiresAt: clock.now() + LIFETIME_SECONDS * 1000, scopes });
      return json(200, { access_token: token, token_type: 'bearer', expires_in: LIFETIME_SECONDS });
    },
    isValid(token) {
      const known = tokens.get(token);
      return known !== undefined && known.expiresAt > clock.now() && known.scopes.includes(COMMERCE_SCOPE);
    },
    revokeTokens: () => tokens.clear(),
  };
}

function refusal(error: string, description: string): ShopAnswer {
  return json(400, { error, error_description: description });
}

function json(status: number, body: unknown): ShopAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json;charset=UTF-8', 'cache-control': 'no-store' },
    body: JSON.stringify(body),
  };
}
