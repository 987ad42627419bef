import { signBaseString } from '../auth/oauth1-signature.ts';
import { percentEncode } from '../http/percent-encode.ts';

/** How the releases of Magento compute the signature they compare with, written from their sources and not from the client. */
export type SignerGeneration = 'up to 2.4.5' | '2.4.6 and 2.4.7' | '2.4.8';

type Pair = readonly [name: string, value: string];

/** Computes what one generation expects of a request; `url` as it is sent, `oauth` without the signature. */
export function magentoSignature(
  generation: SignerGeneration,
  request: { method: string; url: string; oauth: readonly Pair[] },
  secrets: { consumer: string; token: string },
): string {
  const [address = '', query = ''] = request.url.split('?');
  const own = generation === '2.4.8';
  const pairs = [...request.oauth, ...(own ? ownQuery(query) : zendQuery(query))];
  const encoded = pairs.map(([name, value]) => ({
    name,
    text: `${percentEncode(name)}=${percentEncode(value)}`,
  }));
  encoded.sort(
    own
      ? (a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name))
      : (a, b) => strnatcmp(percentEncode(a.name), percentEncode(b.name)),
  );
  const path = generation === '2.4.6 and 2.4.7' ? laminasPath(address) : address;
  const base = [request.method, path, encoded.map(({ text }) => text).join('&')].map(percentEncode).join('&');
  return signBaseString(base, secrets.consumer, secrets.token);
}

/** Up to 2.4.7: only pieces with one "=", the last of equal names, none whose name contains `oauth_…`. */
function zendQuery(query: string): Pair[] {
  const found = new Map<string, string>();
  for (const piece of query.split('&')) {
    const parts = piece.split('=');
    if (parts.length !== 2) continue;
    const name = decodeURIComponent(parts[0] ?? '');
    if (!/oauth_[a-z_-]+/.test(name)) found.set(name, decodeURIComponent(parts[1] ?? ''));
  }
  return [...found];
}

/** 2.4.8: PHP's `$_GET` for the top level, the pieces of the query for names with brackets. */
function ownQuery(query: string): Pair[] {
  const found = new Map<string, string>();
  for (const piece of query.split('&').filter((part) => part !== '')) {
    const at = piece.includes('=') ? piece.indexOf('=') : piece.length;
    const name = decodeURIComponent(piece.slice(0, at));
    const raw = piece.slice(at + 1);
    const value = name.includes('[') ? raw : raw.replaceAll('+', ' ');
    found.set(name, decodeURIComponent(value));
    if (/[. ]/.test(name)) found.set(name.replaceAll(/[. ]/g, '_'), decodeURIComponent(value));
  }
  return [...found];
}

/** Laminas decodes what may stand in a path as it is. */
function laminasPath(address: string): string {
  return address.replace(/%[0-9A-Fa-f]{2}/g, (code) => {
    const character = decodeURIComponent(/^%[0-7]/.test(code) ? code : '%25');
    return /[\w.~!$&'()*+,;=:@-]/.test(character) && character !== '%' ? character : code.toUpperCase();
  });
}

/** PHP's comparison: digits by their number, everything else by its byte. */
function strnatcmp(a: string, b: string): number {
  let left = 0;
  let right = 0;
  while (left < a.length && right < b.length) {
    const number = /^\d+/.exec(a.slice(left))?.[0];
    const other = /^\d+/.exec(b.slice(right))?.[0];
    if (number !== undefined && other !== undefined) {
      if (Number(number) !== Number(other)) return Number(number) - Number(other);
      left += number.length;
      right += other.length;
      continue;
    }
    if (a[left] !== b[right]) return a.charCodeAt(left) - b.charCodeAt(right);
    left += 1;
    right += 1;
  }
  return a.length - left - (b.length - right);
}
