import type { ChildTable, Entity, PartsOf, RowOf, Table } from '@magento-sync/entities';
import { orderedJson } from '@magento-sync/exact-json';
import { UnexpectedPayloadError } from '../errors.ts';
import { memberCutter } from './cut-members.ts';
import { isObject, kindOf, OddValue, type Reader, readerOf } from './read-value.ts';
import type { JsonOfRow } from './search-answer.ts';

type Row = Readonly<Record<string, unknown>>;

/**
 * A record as its definition reads it: `SourceRecord<typeof orders>` has the columns of orders.
 *
 * What it says is read when it is first asked for, because most records are known already.
 */
export interface SourceRecord<E extends Entity = Entity> {
  readonly id: number;
  /** UTC, `YYYY-MM-DD HH:MM:SS`. */
  readonly updatedAt: string | null;
  /**
   * The object as it came, without what is secret and without what it says twice: such members are `undefined`, which no JSON
   * has.
   */
  readonly raw: Row;
  /** `raw` as JSON: as it came, where nothing can have been cut out of it and no number in it needs care; else in one order. */
  readonly json: string;
  /** Values by the columns of the definition; those of parts by the name of their table. */
  readonly row: RowOf<E['table']>;
  readonly children: PartsOf<E>;
  /** What was not as Magento documents it, and what became of it. */
  readonly adjustments: readonly { readonly id: number; readonly field: string; readonly problem: string }[];
}

/**
 * Takes one record, as its definition says, from what was sent; `json` gives the same as text, where that is known.
 *
 * Throws {@link UnexpectedPayloadError} for what has no id, and only for that.
 */
export function readRecord<E extends Entity>(
  entity: E,
  sent: unknown,
  path: string,
  json?: JsonOfRow,
): SourceRecord<E> {
  const raw = cutterOf(entity)(sent);
  const { table } = entity;
  const id = isObject(raw) ? columnOf(table, table.key, raw) : undefined;
  if (!isObject(raw) || typeof id !== 'number' || id < 1) {
    const what = isObject(raw)
      ? `${entity.record} without a usable id`
      : `${kindOf(raw)} as a ${entity.record}`;
    throw new UnexpectedPayloadError(
      `The answer to ${path} is not as Magento documents it: it shows ${what}. A module of the shop may change it.`,
      { path },
    );
  }
  const stamp = columnOf(table, table.updatedAt, raw);
  // Its columns are those of the definition by which they are read.
  return new LazyRecord(
    entity,
    id,
    typeof stamp === 'string' ? stamp : null,
    raw,
    hidesNothing(entity) ? json?.() : undefined,
  ) as SourceRecord as SourceRecord<E>;
}

/**
 * Whether a text can hold nothing that is cut from the value: not even where a member stands twice, of which parsing leaves
 * the last one.
 */
function hidesNothing({ secrets, repeats }: Entity): boolean {
  return secrets.length === 0 && repeats.length === 0;
}

const cutters = new WeakMap<Entity, (sent: unknown) => unknown>();

/** Cuts what is secret, and what is said twice. */
function cutterOf(entity: Entity): (sent: unknown) => unknown {
  const known = cutters.get(entity);
  if (known) return known;
  const cutter = memberCutter([...entity.secrets, ...entity.repeats]);
  cutters.set(entity, cutter);
  return cutter;
}

/** Its fields tell it apart, what is read from them does not: records that were sent alike are deeply equal. */
class LazyRecord implements SourceRecord {
  readonly id: number;
  readonly updatedAt: string | null;
  readonly raw: Row;
  readonly #entity: Entity;
  #json: string | undefined;
  #said: Pick<SourceRecord, 'row' | 'children' | 'adjustments'> | undefined;

  constructor(entity: Entity, id: number, updatedAt: string | null, raw: Row, json: string | undefined) {
    this.#entity = entity;
    this.#json = json;
    this.id = id;
    this.updatedAt = updatedAt;
    this.raw = raw;
  }

  get json() {
    this.#json ??= orderedJson(this.raw);
    return this.#json;
  }

  get row() {
    return this.#read().row;
  }

  get children() {
    return this.#read().children;
  }

  get adjustments() {
    return this.#read().adjustments;
  }

  /**
   * A field of an odd shape becomes null, a part without its id is left out, and both are reported; `raw` keeps what was
   * sent. Nothing makes it fail.
   */
  #read() {
    if (this.#said !== undefined) return this.#said;
    const { table, children } = this.#entity;
    const adjustments: { id: number; field: string; problem: string }[] = [];
    const note = (field: string, problem: string) => void adjustments.push({ id: this.id, field, problem });
    const row = readRow(table, this.raw, note);
    const parts = children.map((child): [string, Row[]] => [
      child.name,
      readParts(child, this.raw, this.id, note),
    ]);
    this.#said = { row, children: Object.fromEntries(parts), adjustments };
    return this.#said;
  }
}

type Note = (field: string, problem: string) => void;

/** How a column is read: its places as names to follow, what stands for no value, and what for nothing at all. */
interface ColumnReader {
  readonly name: string;
  readonly read: Reader;
  readonly places: readonly (readonly string[])[];
  /** The only place, where that is a member of the record itself, as it is for nearly all columns. */
  readonly member: string | undefined;
  readonly otherwise: unknown;
  readonly none: unknown;
}

interface ColumnReaders {
  readonly byName: ReadonlyMap<string, ColumnReader>;
  /** By the member that is the only place of each. */
  readonly byMember: ReadonlyMap<string, readonly ColumnReader[]>;
  /** Those that look elsewhere, or in several places. */
  readonly others: readonly ColumnReader[];
  /** A row of which nothing was sent, of which every other one is a copy: an object that gets members later is slow to make. */
  readonly empty: Row;
}

const readersOf = new WeakMap<Table, ColumnReaders>();

/** The readers of a table's columns, made once: records have dozens of columns, and pages hundreds of records. */
function columnReaders(table: Table | ChildTable): ColumnReaders {
  const known = readersOf.get(table);
  if (known) return known;
  const added = 'parent' in table ? [table.parent, 'raw'] : [];
  const inOrder = Object.entries(table.columns).map(
    ([name, { kind, from = name, otherwise = null }]): ColumnReader => {
      const places = (typeof from === 'string' ? [from] : from).map((place) => place.split('.'));
      const read = readerOf(kind);
      const [[first, ...below] = [], ...others] = places;
      const member = below.length === 0 && others.length === 0 ? first : undefined;
      return { name, read, places, member, otherwise, none: read(undefined) ?? otherwise };
    },
  );
  const byMember = new Map<string, ColumnReader[]>();
  for (const reader of inOrder) {
    if (reader.member === undefined) continue;
    byMember.set(reader.member, [...(byMember.get(reader.member) ?? []), reader]);
  }
  const nothing = [...inOrder.map(({ name, none }) => [name, none]), ...added.map((name) => [name, null])];
  const made: ColumnReaders = {
    byName: new Map(inOrder.map((reader) => [reader.name, reader])),
    byMember,
    others: inOrder.filter(({ member }) => member === undefined),
    empty: Object.fromEntries(nothing) as Row,
  };
  readersOf.set(table, made);
  return made;
}

/** The value of one column, whatever was odd about it. */
function columnOf(table: Table, name: string, sent: Row): unknown {
  const reader = columnReaders(table).byName.get(name);
  if (reader === undefined)
    throw new Error(`A definition names a column ${name} that its table does not have.`);
  const value = readColumn(reader, sent);
  return value instanceof OddValue ? value.value : value;
}

/** The first place that is there counts. Further places are guesses at what modules do: what does not fit is no value. */
function readColumn(reader: ColumnReader, sent: Row): unknown {
  const { places, member } = reader;
  for (let index = 0; index < places.length; index += 1) {
    const found = member === undefined ? firstAt(sent, places[index] ?? [], 0) : memberOf(sent, member);
    if (found === undefined) continue;
    const value = valueOf(reader, found);
    return index > 0 && value instanceof OddValue ? value.value : value;
  }
  return reader.none;
}

function valueOf({ read, otherwise }: ColumnReader, found: unknown): unknown {
  const value = read(found);
  if (!(value instanceof OddValue)) return value ?? otherwise;
  return new OddValue(value.value ?? otherwise, value.problem);
}

/**
 * Goes over what was sent, member by member: records of one kind have members in so many combinations that looking each of them up
 * takes several times as long.
 */
function readRow(table: Table, sent: Row, note: Note): Record<string, unknown> {
  const { byMember, others, empty } = columnReaders(table);
  const row: Record<string, unknown> = { ...empty };
  for (const member in sent) {
    const value = sent[member];
    const readers = value === undefined ? undefined : byMember.get(member);
    if (readers === undefined) continue;
    for (const reader of readers) setColumn(row, reader, valueOf(reader, value), note);
  }
  for (const reader of others) setColumn(row, reader, readColumn(reader, sent), note);
  return row;
}

function setColumn(row: Record<string, unknown>, { name }: ColumnReader, value: unknown, note: Note): void {
  if (value instanceof OddValue) {
    note(name, `${value.problem}: not stored in its column, kept in raw`);
    row[name] = value.value;
  } else row[name] = value;
}

/** A part as it is shown, and where: the place, and its number there. */
interface Found {
  readonly place: string;
  readonly index: number;
  readonly part: Row;
}

function whereOf({ place, index }: Pick<Found, 'place' | 'index'>): string {
  return `${place}[${index}]`;
}

/** The parts of a record, each once. */
function readParts(child: ChildTable, sent: Row, parent: number, note: Note): Row[] {
  const found: Found[] = [];
  for (const place of child.from) addListed(found, child, sent, place, note);
  if (found.length === 0 && child.before !== undefined) addListed(found, child, sent, child.before, note);
  if (found.length === 0) return [];
  const [single, ...others] = child.key;
  const isSingle = single !== undefined && others.length === 0;
  const parts = new Map<unknown, Row>();
  for (const one of found) {
    const row = readRow(child, one.part, (field, problem) => note(`${whereOf(one)}.${field}`, problem));
    row[child.parent] = parent;
    row['raw'] = one.part;
    const isLacking = child.key.some((name) => row[name] === null || (row[name] as number) < 0);
    const key = isSingle ? row[single] : JSON.stringify(child.key.map((name) => row[name]));
    if (isLacking || (isSingle && key === 0)) {
      note(whereOf(one), `${child.record} without a usable id: left out, kept in raw`);
    } else if (parts.has(key)) note(whereOf(one), `${child.record} shown twice: stored once`);
    else parts.set(key, row);
  }
  return [...parts.values()];
}

/** Adds what is shown in one place: a list, an object with numbers for names, or a single part. */
function addListed(found: Found[], child: ChildTable, sent: Row, place: string, note: Note): void {
  const values = place.includes('.') ? valuesAt(sent, place.split('.'), 0) : [memberOf(sent, place)];
  for (const value of values) {
    if (value === null || value === undefined) continue;
    const items = partsIn(value);
    for (let index = 0; index < items.length; index += 1) {
      const item = items[index];
      if (isObject(item)) found.push({ place, index, part: item });
      else {
        const what = `${kindOf(item)} where ${child.record} is expected`;
        note(whereOf({ place, index }), `${what}: left out, kept in raw`);
      }
    }
  }
}

function partsIn(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (!isObject(value)) return [value];
  const members = Object.values(value);
  return members.some((member) => !isObject(member)) ? [value] : members;
}

/** What stands at a path; of a list on the way, in the first of its elements that has it. */
function firstAt(value: unknown, names: readonly string[], from: number): unknown {
  const name = names[from];
  if (name === undefined) return value;
  if (Array.isArray(value)) {
    for (const element of value) {
      const found = isObject(element) ? firstAt(element, names, from) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  }
  return isObject(value) ? firstAt(memberOf(value, name), names, from + 1) : undefined;
}

/** A member of its own: what every object inherits are functions, which JSON does not have. */
function memberOf(value: Row, name: string): unknown {
  const found = value[name];
  return typeof found === 'function' ? undefined : found;
}

/** What stands at a path; of lists on the way, in all their elements. */
function valuesAt(value: unknown, names: readonly string[], from: number): unknown[] {
  const name = names[from];
  if (name === undefined) return [value];
  const owners: readonly unknown[] = Array.isArray(value) ? value : [value];
  return owners.flatMap((owner) => {
    const found = isObject(owner) ? memberOf(owner, name) : undefined;
    return found === undefined ? [] : valuesAt(found, names, from + 1);
  });
}
