import { InvalidOptionsError } from '../errors.ts';
import type { ServiceUrls } from '../http/service-url.ts';
import type { ShopClock } from '../http/shop-clock.ts';
import { createNonce, oauthHeader, type SigningKeys } from './oauth1-header.ts';
import { oauthRefusalReason } from './oauth1-refusal.ts';
import { assertSignable } from './oauth1-signable.ts';
import type { AuthStrategy, IntegrationAuthOptions } from './strategy.ts';

/**
 * Signs every attempt with the four credentials of an integration (OAuth 1.0a, HMAC-SHA256).
 *
 * Works on every release since 2.3, never expires, and needs no login. Nonce and timestamp are new for each attempt:
 * Magento stores the nonce before it checks the signature, so a header that was sent once is used up.
 */
export function createIntegrationAuth(
  options: IntegrationAuthOptions,
  context: { urls: Pick<ServiceUrls, 'signing'>; clock: ShopClock },
): AuthStrategy {
  const keys: SigningKeys = {
    consumerKey: credential('consumerKey', options.consumerKey),
    consumerSecret: credential('consumerSecret', options.consumerSecret),
    token: credential('accessToken', options.accessToken),
    tokenSecret: credential('accessTokenSecret', options.accessTokenSecret),
  };
  const shopSeconds = () => Math.floor(context.clock.shopNow() / 1_000);
  return {
    kind: 'integration',
    async authorize(request) {
      const url = context.urls.signing(request.url);
      assertSignable(url);
      const occasion = { timestampSeconds: shopSeconds(), nonce: createNonce() };
      return { authorization: oauthHeader({ method: request.method, url }, keys, occasion) };
    },
    async renew(_signal, refusal) {
      if (refusal === undefined) return false;
      const sent = /oauth_timestamp="(\d+)"/.exec(refusal.headers['authorization'] ?? '')?.[1];
      // The refusal's Date header has corrected the clock since: Magento refuses timestamps from its future.
      if (sent !== undefined && Math.abs(Number(sent) - shopSeconds()) > 60) return true;
      // A proxy that repeats a request repeats its nonce. A write may have been done by the first copy.
      return refusal.error.method === 'GET' && oauthRefusalReason(refusal.error.message) === 'nonce_used';
    },
  };
}

/** Magento: all keys, secrets and tokens have exactly 32 characters, module-integration/Model/Oauth/Consumer/Validator/KeyLength.php */
function credential(name: string, value: string): string {
  const text = value.trim();
  if (!/^[0-9A-Za-z]{32}$/.test(text)) {
    throw new InvalidOptionsError(
      `auth.${name} is not one of an integration's credentials: those have 32 letters and digits, and this has ${text.length} characters. Copy all four from System > Extensions > Integrations.`,
    );
  }
  return text;
}
