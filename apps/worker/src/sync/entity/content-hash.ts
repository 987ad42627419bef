import { hash } from 'node:crypto';
import type { Entity } from '@magento-sync/entities';
import { isExactNumber, stringifyJson, TextBytes } from '@magento-sync/exact-json';

/** Records are hashed one after the other: all of them use the same place. */
const canonical = new TextBytes(65_536);

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
  begin();
  writeObject(raw, listKeys, uncounted);
  return hash('sha256', canonical.bytes(), 'hex');
}

/** JSON with sorted keys, and with lists of attributes (by code) and of records (by the members that name them) sorted. */
export function canonicalJson(value: unknown, listKeys: readonly string[]): string {
  begin();
  write(value, listKeys);
  return canonical.bytes().toString();
}

/** Written while it is walked over: a copy in another order would cost twice as much. */
function write(value: unknown, listKeys: readonly string[]): void {
  if (typeof value === 'string') {
    if (!canonical.writeQuoted(value)) canonical.write(JSON.stringify(value));
  } else if (typeof value === 'number' || typeof value === 'boolean' || value === null) {
    canonical.write(String(value));
  } else if (Array.isArray(value)) writeList(value, listKeys);
  else if (typeof value !== 'object' || isExactNumber(value)) canonical.write(stringifyJson(value));
  else writeObject(value as Readonly<Record<string, unknown>>, listKeys);
}

function writeList(list: readonly unknown[], listKeys: readonly string[]): void {
  const items = inOrder(list, listKeys);
  canonical.write('[');
  for (let index = 0; index < items.length; index += 1) {
    if (index > 0) canonical.write(',');
    write(items[index], listKeys);
  }
  canonical.write(']');
}

/**
 * The members are taken in the order in which the object has them, and written in the canonical one: to look each of them up
 * in objects that have them in so many combinations takes several times as long.
 */
function writeObject(
  value: Readonly<Record<string, unknown>>,
  listKeys: readonly string[],
  without: readonly string[] = [],
): void {
  const start = names.length;
  for (const name in value) {
    values.push(value[name]);
    names.push(name);
  }
  const { order, heads } = membersFrom(start);
  let isFirst = true;
  canonical.write('{');
  for (let index = 0; index < order.length; index += 1) {
    const place = start + (order[index] ?? 0);
    const inner = values[place];
    if (inner === undefined || (without.length > 0 && without.includes(names[place] ?? ''))) continue;
    if (!isFirst) canonical.write(',');
    isFirst = false;
    canonical.write(heads[index] ?? '');
    write(inner, listKeys);
  }
  canonical.write('}');
  names.length = start;
  values.length = start;
}

/** The members of the objects that are being written, one inside the other. */
const names: string[] = [];
const values: unknown[] = [];

function begin(): void {
  canonical.clear();
  names.length = 0;
  values.length = 0;
}

/** The names of an object, their places in canonical order, and how each of these stands before its value. */
interface Members {
  readonly names: readonly string[];
  readonly order: readonly number[];
  readonly heads: readonly string[];
}

/** Objects with the same names in the same order come by the thousand: they are ordered once. By their first name and number. */
const known = new Map<string, Members[][]>();
let knownMembers = 0;
/** A shop has dozens; where names are made up anew for every record, nothing is gained by knowing them. */
const mostKnown = 2_000;

/** Of the names from a place on. */
function membersFrom(start: number): Members {
  const first = names[start] ?? '';
  const count = names.length - start;
  const candidates = known.get(first)?.[count];
  if (candidates !== undefined) {
    for (const members of candidates) if (areNamesFrom(start, members.names)) return members;
  }
  const own = names.slice(start);
  const ordered = canonicalOrder([...own]);
  const places = new Map(own.map((name, place) => [name, place]));
  const order = ordered.map((name) => places.get(name) ?? 0);
  const made = { names: own, order, heads: ordered.map((name) => `${JSON.stringify(name)}:`) };
  if (knownMembers >= mostKnown) {
    known.clear();
    knownMembers = 0;
  }
  knownMembers += 1;
  const byCount = known.get(first) ?? [];
  byCount[count] = [...(byCount[count] ?? []), made];
  known.set(first, byCount);
  return made;
}

function areNamesFrom(start: number, others: readonly string[]): boolean {
  // The last ones differ most often.
  for (let index = others.length - 1; index >= 0; index -= 1) {
    if (names[start + index] !== others[index]) return false;
  }
  return true;
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
