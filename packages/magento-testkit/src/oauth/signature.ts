import { createHmac } from 'node:crypto';
import { compareNaturally } from './natural-order.ts';
import type { SignatureGeneration } from './oauth-rules.ts';
import { percentEncode } from './percent-encoding.ts';
import { parseTopLevel, queryOf, type SignedParameters, type SignedRequest } from './signed-request.ts';
import { signingUrl } from './signing-url.ts';

/** The two secrets that make up a signing key. */
export interface SigningSecrets {
  readonly consumerSecret: string;
  /** Empty while no token exists, as in the request for a request token. */
  readonly tokenSecret: string;
}

/** The text that is signed: method, URL and parameters, each encoded, joined by `&`. */
export function baseString(
  request: SignedRequest,
  parameters: SignedParameters,
  generation: SignatureGeneration,
): string {
  const pairs = generation === 'own' ? pairsByBytes(request, parameters) : pairsInNaturalOrder(parameters);
  return [request.method.toUpperCase(), signingUrl(request, generation), pairs.join('&')]
    .map(percentEncode)
    .join('&');
}

/**
 * The signature that Magento expects for a request, in Base64.
 *
 * @param algorithm the part behind `HMAC-` of the signature method
 */
export function sign(
  request: SignedRequest,
  parameters: SignedParameters,
  secrets: SigningSecrets,
  generation: SignatureGeneration,
  algorithm: 'SHA1' | 'SHA256' = 'SHA256',
): string {
  const key = `${percentEncode(secrets.consumerSecret)}&${percentEncode(secrets.tokenSecret)}`;
  return createHmac(algorithm.toLowerCase(), Buffer.from(key, 'latin1'))
    .update(baseString(request, parameters, generation), 'latin1')
    .digest('base64');
}

function pairsInNaturalOrder(parameters: SignedParameters): string[] {
  return [...parameters]
    .filter(([name]) => name !== 'oauth_signature')
    .map(([name, value]) => [percentEncode(name), percentEncode(value)] as const)
    .sort(([left], [right]) => compareNaturally(left, right))
    .map(([name, value]) => `${name}=${value}`);
}

/** The third generation reads the query once more, as PHP does for `$_GET`, and sorts decoded names. */
function pairsByBytes(request: SignedRequest, parameters: SignedParameters): string[] {
  const merged = new Map(parameters);
  for (const [name, value] of parseTopLevel(queryOf(request.uri))) {
    if (value === undefined) merged.delete(name);
    else merged.set(name, value);
  }
  return [...merged]
    .filter(([name]) => name !== 'oauth_signature')
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`);
}
