import { InvalidCriteriaError } from '../errors.ts';
import { percentEncode } from '../http/percent-encode.ts';

/** A query parameter; lists and objects are written with brackets, as PHP reads them. */
export type QueryValue =
  | string
  | number
  | boolean
  | readonly QueryValue[]
  | { readonly [name: string]: QueryValue | undefined };

/** Encodes query parameters by name, e.g. `{storeCodes: ['default']}` as `storeCodes%5B0%5D=default`. */
export function encodeParameters(parameters: { readonly [name: string]: QueryValue | undefined }): string {
  const pairs: [string, string][] = [];
  for (const [name, value] of Object.entries(parameters)) flatten(name, value, pairs);
  return encodeQuery(pairs);
}

function flatten(name: string, value: QueryValue | undefined, pairs: [string, string][]): void {
  if (value === undefined) return;
  if (typeof value !== 'object') {
    pairs.push([name, typeof value === 'boolean' ? String(Number(value)) : String(value)]);
    return;
  }
  for (const [key, member] of Object.entries(value)) flatten(`${name}[${key}]`, member, pairs);
}

/**
 * Encodes name-value pairs; everything but letters, digits and `-._~` is percent-encoded (RFC 3986).
 *
 * In this form every release of Magento reads and signs a query the same: a space is `%20` and never `+`, brackets are
 * encoded, every name has its `=`.
 */
export function encodeQuery(pairs: Iterable<readonly [name: string, value: string]>): string {
  return Array.from(pairs, ([name, value]) => `${encode(name)}=${encode(value)}`).join('&');
}

/** Magento's filter of fields with the search added, which Magento then repeats as it understood it. */
export function withEcho(fields: string): string {
  return /(^|,)\s*search_criteria\b/.test(fields) || fields === '' ? fields : `${fields},search_criteria`;
}

/** Joins encoded queries, leaving out empty ones. */
export function joinQueries(...queries: (string | undefined)[]): string {
  return queries.filter((query) => query !== undefined && query !== '').join('&');
}

function encode(text: string): string {
  try {
    return percentEncode(text);
  } catch {
    throw new InvalidCriteriaError('A query value holds half of a character (a lone surrogate).');
  }
}
