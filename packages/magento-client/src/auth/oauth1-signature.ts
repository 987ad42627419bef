import { createHmac } from 'node:crypto';
import { percentEncode } from '../http/percent-encode.ts';

/** A decoded parameter name and its decoded value. */
export type Parameter = readonly [name: string, value: string];

/**
 * Splits an encoded query as Magento does before it verifies a signature: pieces without exactly one `=` are not
 * signed, and a plus sign stays a plus sign.
 *
 * Magento: framework/Oauth/Helper/Request.php
 */
export function signedQueryParameters(query: string): Parameter[] {
  const parameters: Parameter[] = [];
  for (const piece of query.split('&')) {
    const [name, value, ...rest] = piece.split('=');
    if (name !== undefined && value !== undefined && rest.length === 0) {
      parameters.push([decodeURIComponent(name), decodeURIComponent(value)]);
    }
  }
  return parameters;
}

/**
 * Builds the text that is signed.
 *
 * Names are put in natural order of their encoded form (`[2]` before `[10]`), which is how Magento up to 2.4.7 sorts.
 * The requests that 2.4.8 sorts differently are found by `assertSignable`.
 */
export function signatureBaseString(method: string, url: string, parameters: Iterable<Parameter>): string {
  const encoded = Array.from(
    parameters,
    ([name, value]) => [percentEncode(name), percentEncode(value)] as const,
  );
  encoded.sort(([a], [b]) => compareNaturally(a, b));
  const joined = encoded.map(([name, value]) => `${name}=${value}`).join('&');
  return [method.toUpperCase(), url, joined].map(percentEncode).join('&');
}

/** Signs a base string by HMAC-SHA256; the token secret is empty while there is no token yet. */
export function signBaseString(baseString: string, consumerSecret: string, tokenSecret = ''): string {
  const key = `${percentEncode(consumerSecret)}&${percentEncode(tokenSecret)}`;
  return createHmac('sha256', key).update(baseString).digest('base64');
}

/** Compares by code units, but runs of digits by their number: `strnatcmp` for names without leading zeros. */
export function compareNaturally(a: string, b: string): number {
  const left = a.match(/\d+|\D/g) ?? [];
  const right = b.match(/\d+|\D/g) ?? [];
  for (const [index, piece] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    if (piece === other) continue;
    const bothNumbers = /^\d/.test(piece) && /^\d/.test(other);
    if (bothNumbers && Number(piece) !== Number(other)) return Number(piece) - Number(other);
    return piece < other ? -1 : 1;
  }
  return left.length - right.length;
}
