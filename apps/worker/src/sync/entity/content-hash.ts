import { hash } from 'node:crypto';
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
  return hash('sha256', canonicalObject(raw, listKeys, uncounted), 'hex');
}

/**
 * JSON with sorted keys, and with lists of attributes (by code) and of records (by the members that name them) sorted.
 *
 * Written while it is walked over: a copy in another order would cost twice as much.
 */
export function canonicalJson(value: unknown, listKeys: readonly string[]): string {
  if (typeof value === 'string') return quoted(value);
  if (Number.isSafeInteger(value) || typeof value === 'boolean') return String(value);
  if (value === null || typeof value !== 'object' || isExactNumber(value)) return stringifyJson(value);
  if (!Array.isArray(value)) return canonicalObject(value as Readonly<Record<string, unknown>>, listKeys);
  let items = '';
  for (const item of inOrder(value, listKeys)) {
    items += `${items === '' ? '' : ','}${canonicalJson(item, listKeys)}`;
  }
  return `[${items}]`;
}

function canonicalObject(
  value: Readonly<Record<string, unknown>>,
  listKeys: readonly string[],
  without: readonly string[] = [],
): string {
  let members = '';
  for (const key of canonicalOrder(Object.keys(value))) {
    const inner = value[key];
    if (inner === undefined || without.includes(key)) continue;
    members += `${members === '' ? '' : ','}${quoted(key)}:${canonicalJson(inner, listKeys)}`;
  }
  return `{${members}}`;
}

/** Texts that JSON only puts in quotes, and those are nearly all. */
const unescaped = /^[ !#-[\]-~\u00a0-\ud7ff]*$/;

function quoted(text: string): string {
  return text.length < 100 && unescaped.test(text) ? `"${text}"` : JSON.stringify(text);
}

/** Names by their letters; numbers come first and as numbers, because that is how JavaScript writes an object. */
function canonicalOrder(keys: string[]): string[] {
  keys.sort();
  const hasNumbers = keys.some((key) => key >= '0' && key < ':');
  return hasNumbers ? Object.keys(Object.fromEntries(keys.map((key) => [key, true]))) : keys;
}

/** A list as it is to be counted; itself where there is nothing to order. */
function inOrder(list: readonly unknown[], listKeys: readonly string[]): readonly unknown[] {
  if (list.length < 2 || list.every((item) => typeof item !== 'object')) return list;
  return list.toSorted((one, other) => byIdentity(one, other, listKeys));
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
