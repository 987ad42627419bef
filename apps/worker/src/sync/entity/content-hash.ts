import { createHash } from 'node:crypto';
import type { Entity } from '@magento-sync/entities';
import { isExactNumber, stringifyJson } from '@magento-sync/exact-json';

/**
 * SHA-256 of what the shop says about a record, without what makes no difference of content, in hex.
 *
 * Neither the order of keys nor that of parts and attributes changes it: Magento loads both without ORDER BY, so
 * the same record can arrive in another order. Magento: recordings/writes.json shows edits that move nothing else.
 */
export function contentHash(
  raw: Readonly<Record<string, unknown>>,
  { uncounted, listKeys }: Pick<Entity, 'uncounted' | 'listKeys'>,
): string {
  const content = Object.entries(raw).filter(([name]) => !uncounted.includes(name));
  return createHash('sha256')
    .update(canonicalJson(Object.fromEntries(content), listKeys))
    .digest('hex');
}

/** JSON with sorted keys, and with lists of attributes (by code) and of records (by the members that name them) sorted. */
export function canonicalJson(value: unknown, listKeys: readonly string[]): string {
  return stringifyJson(canonical(value, listKeys));
}

function canonical(value: unknown, listKeys: readonly string[]): unknown {
  if (Array.isArray(value)) {
    return value
      .toSorted((one, other) => byIdentity(one, other, listKeys))
      .map((item) => canonical(item, listKeys));
  }
  if (value === null || typeof value !== 'object' || isExactNumber(value)) return value;
  const entries = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, canonical(inner, listKeys)]));
}

/** Orders attributes by code and records by id; anything else, for example street lines, keeps its place. */
function byIdentity(one: unknown, other: unknown, listKeys: readonly string[]): number {
  const [first, second] = [identityOf(one, listKeys), identityOf(other, listKeys)];
  if (first === undefined || second === undefined || first === second) return 0;
  return first < second ? -1 : 1;
}

function identityOf(value: unknown, listKeys: readonly string[]): string | number | undefined {
  if (value === null || typeof value !== 'object') return undefined;
  const members = value as Readonly<Record<string, unknown>>;
  const code = members['attribute_code'];
  if (typeof code === 'string') return code;
  return listKeys.map((name) => members[name]).find((id) => typeof id === 'number');
}
