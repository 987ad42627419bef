import { ByteWriter } from './byte-writer.ts';
import { isExactNumber, stringifyJson } from './exact-json.ts';

/** How JSON is written where the same content is to have the same text. */
export interface JsonOrder {
  /** Puts the names of an object in the order of its members; may sort the list that it is given. */
  readonly members: (names: string[]) => readonly string[];
  /** Puts a list in order; lists are written as they are without it. */
  readonly list?: (list: readonly unknown[]) => readonly unknown[];
}

/** The names of an object, their places in the order of members, and how each of these stands before its value. */
interface Members {
  readonly names: readonly string[];
  readonly order: readonly number[];
  readonly heads: readonly Uint8Array[];
}

const comma = 44;
const openingBracket = 91;
const closingBracket = 93;
const openingBrace = 123;
const closingBrace = 125;

/** A shop has dozens of kinds of objects; where names are made up anew for every record, nothing is gained by knowing them. */
const mostKnown = 2_000;

/**
 * Writes values as JSON, their members in an order of one's own; what is `undefined` is left out of objects.
 *
 * Written while it is walked over: a copy in another order would cost twice as much. Members are taken as the object has
 * them: to look each of them up in objects that have them in so many combinations takes several times as long.
 */
export class JsonWriter {
  readonly #order: JsonOrder;
  /** Objects with the same names in the same order come by the thousand: they are ordered once. By first name and number. */
  readonly #known = new Map<string, Members[][]>();
  #knownMembers = 0;

  constructor(order: JsonOrder) {
    this.#order = order;
  }

  /** Writes a value; of an object without the members named. Exact numbers are written with all their digits. */
  write(bytes: ByteWriter, value: unknown, without: readonly string[] = []): void {
    if (typeof value === 'string') bytes.writeQuoted(value);
    else if (typeof value === 'number') bytes.writeNumber(value);
    else if (typeof value === 'boolean' || value === null) bytes.write(String(value));
    else if (Array.isArray(value)) this.#writeList(bytes, value);
    else if (typeof value !== 'object' || isExactNumber(value)) bytes.write(stringifyJson(value));
    else this.#writeObject(bytes, value, without);
  }

  #writeList(bytes: ByteWriter, list: readonly unknown[]): void {
    const items = this.#order.list?.(list) ?? list;
    bytes.writeByte(openingBracket);
    for (let index = 0; index < items.length; index += 1) {
      if (index > 0) bytes.writeByte(comma);
      this.write(bytes, items[index]);
    }
    bytes.writeByte(closingBracket);
  }

  #writeObject(bytes: ByteWriter, object: object, without: readonly string[]): void {
    const names = Object.keys(object);
    const values: readonly unknown[] = Object.values(object);
    const { order, heads } = this.#membersOf(names);
    let isFirst = true;
    bytes.writeByte(openingBrace);
    for (let index = 0; index < order.length; index += 1) {
      const place = order[index] ?? 0;
      const head = heads[index];
      const value = values[place];
      if (value === undefined || head === undefined) continue;
      if (without.length > 0 && without.includes(names[place] ?? '')) continue;
      if (!isFirst) bytes.writeByte(comma);
      isFirst = false;
      bytes.append(head);
      this.write(bytes, value);
    }
    bytes.writeByte(closingBrace);
  }

  #membersOf(names: readonly string[]): Members {
    const first = names[0] ?? '';
    const candidates = this.#known.get(first)?.[names.length];
    if (candidates !== undefined) {
      for (const members of candidates) if (areSame(names, members.names)) return members;
    }
    const ordered = this.#order.members([...names]);
    const places = new Map(names.map((name, place) => [name, place]));
    const order = ordered.map((name) => places.get(name) ?? 0);
    const made = { names, order, heads: ordered.map((name) => Buffer.from(`${JSON.stringify(name)}:`)) };
    if (this.#knownMembers >= mostKnown) {
      this.#known.clear();
      this.#knownMembers = 0;
    }
    this.#knownMembers += 1;
    const byCount = this.#known.get(first) ?? [];
    byCount[names.length] = [...(byCount[names.length] ?? []), made];
    this.#known.set(first, byCount);
    return made;
  }
}

function areSame(names: readonly string[], others: readonly string[]): boolean {
  // The last ones differ most often.
  for (let index = names.length - 1; index >= 0; index -= 1) if (names[index] !== others[index]) return false;
  return true;
}

const byLength = new JsonWriter({
  members: (names) => names.sort((one, other) => one.length - other.length || (one < other ? -1 : 1)),
});
/** Values are written one after the other: all of them use the same place. */
const written = new ByteWriter(65_536);

/**
 * Writes JSON whose members stand by the length of their names, then by letter: one text, in whatever order they were sent.
 *
 * So does PostgreSQL's jsonb keep them, which then has nothing to sort.
 */
export function writeOrderedJson(bytes: ByteWriter, value: unknown): void {
  byLength.write(bytes, value);
}

/** The text that {@link writeOrderedJson} writes. */
export function orderedJson(value: unknown): string {
  written.clear();
  writeOrderedJson(written, value);
  return written.bytes().toString();
}
