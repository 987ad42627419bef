import { hash } from 'node:crypto';
import type { Entity } from '@magento-sync/entities';
import { ByteWriter, JsonWriter } from '@magento-sync/exact-json';

/** Records are hashed one after the other: all of them use the same place. */
const canonical = new ByteWriter(65_536);
const writers = new WeakMap<readonly string[], JsonWriter>();

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
  canonical.clear();
  writerFor(listKeys).write(canonical, raw, uncounted);
  return hash('sha256', canonical.bytes(), 'hex');
}

/** JSON with sorted keys, and with lists of attributes (by code) and of records (by the members that name them) sorted. */
export function canonicalJson(value: unknown, listKeys: readonly string[]): string {
  canonical.clear();
  writerFor(listKeys).write(canonical, value);
  return canonical.bytes().toString();
}

/** Made once for each entity: it remembers the order of the members that it has met. */
function writerFor(listKeys: readonly string[]): JsonWriter {
  const known = writers.get(listKeys);
  if (known) return known;
  const made = new JsonWriter({ members: canonicalOrder, list: (list) => inOrder(list, listKeys) });
  writers.set(listKeys, made);
  return made;
}

/** Names by their letters; numbers come first and as numbers, because that is how JavaScript writes an object. */
function canonicalOrder(keys: string[]): string[] {
  keys.sort();
  const hasNumbers = keys.some((key) => key >= '0' && key < ':');
  return hasNumbers ? Object.keys(Object.fromEntries(keys.map((key) => [key, true]))) : keys;
}

/** A list as it is to be counted; itself where there is nothing to order. */
function inOrder(list: readonly unknown[], listKeys: readonly string[]): readonly unknown[] {
  if (isInOrder(list, listKeys)) return list;
  return list.toSorted((one, other) => compared(identityOf(one, listKeys), identityOf(other, listKeys)));
}

/** Whether sorting would change nothing: where nothing has an identity, and where all are of one kind and rise. */
function isInOrder(list: readonly unknown[], listKeys: readonly string[]): boolean {
  let before = identityOf(list[0], listKeys);
  for (let index = 1; index < list.length; index += 1) {
    const identity = identityOf(list[index], listKeys);
    if (typeof identity !== typeof before || compared(before, identity) > 0) return false;
    before = identity;
  }
  return true;
}

type Identity = string | number | undefined;

/** Orders attributes by code and records by id; anything else, for example street lines, keeps its place. */
function compared(first: Identity, second: Identity): number {
  if (first === undefined || second === undefined || first === second) return 0;
  return first < second ? -1 : 1;
}

function identityOf(value: unknown, listKeys: readonly string[]): Identity {
  if (value === null || typeof value !== 'object') return undefined;
  const members = value as Readonly<Record<string, unknown>>;
  const code = members['attribute_code'];
  if (typeof code === 'string') return code;
  for (const name of listKeys) if (typeof members[name] === 'number') return members[name];
  return undefined;
}
