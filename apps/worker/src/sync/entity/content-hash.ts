import { createHash } from 'node:crypto';
import { isExactNumber, stringifyJson } from '@magento-sync/exact-json';

/**
 * SHA-256 of what the shop says about a record, without `updated_at`, in hex.
 *
 * Neither the order of keys nor that of addresses and attributes changes it: Magento loads both without ORDER BY, so
 * the same record can arrive in another order. Magento: recordings/writes.json shows edits that move nothing else.
 */
export function contentHash(raw: Readonly<Record<string, unknown>>): string {
  const { updated_at: _moved, ...content } = raw;
  return createHash('sha256').update(canonicalJson(content)).digest('hex');
}

/** JSON with sorted keys, and with lists of attributes (by code) and of records (by id) sorted. */
export function canonicalJson(value: unknown): string {
  return stringifyJson(canonical(value));
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.toSorted(byIdentity).map(canonical);
  if (value === null || typeof value !== 'object' || isExactNumber(value)) return value;
  const entries = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, canonical(inner)]));
}

/** Orders attributes by code and records by id; anything else, for example street lines, keeps its place. */
function byIdentity(one: unknown, other: unknown): number {
  const [first, second] = [identityOf(one), identityOf(other)];
  if (first === undefined || second === undefined || first === second) return 0;
  return first < second ? -1 : 1;
}

function identityOf(value: unknown): string | number | undefined {
  if (value === null || typeof value !== 'object') return undefined;
  const { attribute_code: code, id } = value as { attribute_code?: unknown; id?: unknown };
  if (typeof code === 'string') return code;
  return typeof id === 'number' ? id : undefined;
}
