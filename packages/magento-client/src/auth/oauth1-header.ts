import { randomBytes } from 'node:crypto';
import { percentEncode } from '../http/percent-encode.ts';
import {
  type Parameter,
  signatureBaseString,
  signBaseString,
  signedQueryParameters,
} from './oauth1-signature.ts';

/** The keys a request is signed with; no token yet while a handshake asks for its first one. */
export interface SigningKeys {
  readonly consumerKey: string;
  readonly consumerSecret: string;
  readonly token?: string;
  readonly tokenSecret?: string;
  /** Proves that the caller got Magento's callback; only for the exchange of the access token. */
  readonly verifier?: string;
}

/** The moment and the random part of one signature. */
export interface SigningOccasion {
  readonly timestampSeconds: number;
  readonly nonce: string;
}

/**
 * Builds the `Authorization` header of one attempt. `url` is the absolute URL as the shop sees it, with its query.
 *
 * A JSON or XML body is never part of the signature. Magento: framework/Oauth/Helper/Request.php
 */
export function oauthHeader(
  request: { method: string; url: string },
  keys: SigningKeys,
  occasion: SigningOccasion,
): string {
  const { origin, pathname, search } = new URL(request.url);
  const parameters: Parameter[] = [
    ['oauth_consumer_key', keys.consumerKey],
    ['oauth_nonce', occasion.nonce],
    ['oauth_signature_method', 'HMAC-SHA256'],
    ['oauth_timestamp', String(occasion.timestampSeconds)],
    ['oauth_version', '1.0'],
  ];
  if (keys.token !== undefined) parameters.push(['oauth_token', keys.token]);
  if (keys.verifier !== undefined) parameters.push(['oauth_verifier', keys.verifier]);
  const baseString = signatureBaseString(request.method, `${origin}${pathname}`, [
    ...parameters,
    ...signedQueryParameters(search.slice(1)),
  ]);
  const signature = signBaseString(baseString, keys.consumerSecret, keys.tokenSecret);
  const header = [...parameters, ['oauth_signature', signature] as const]
    .map(([name, value]) => `${name}="${percentEncode(value)}"`)
    .join(', ');
  return `OAuth ${header}`;
}

/**
 * Draws a nonce: 32 lower-case hexadecimal digits.
 *
 * Magento keeps nonces in a column of 32 characters that ignores case, so longer or mixed-case ones can collide.
 * Magento: module-integration/Model/Oauth/Nonce/Generator.php
 */
export function createNonce(): string {
  return randomBytes(16).toString('hex');
}
