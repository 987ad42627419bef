import type { ChildTable, Entity, Kind, PartsOf, RowOf, Table } from '@magento-sync/entities';
import { stringifyJson } from '@magento-sync/exact-json';
import { UnexpectedPayloadError } from '../errors.ts';
import { isObject, kindOf, type ReadValue, readValue } from './read-value.ts';

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
  /** The object as it came, without what is secret and without what it says twice. */
  readonly raw: Row;
  /** `raw` as JSON: as it came, where nothing was cut out of it and no number in it needs care. */
  readonly json: string;
  /** Values by the columns of the definition; those of parts by the name of their table. */
  readonly row: RowOf<E['table']>;
  readonly children: PartsOf<E>;
  /** What was not as Magento documents it, and what became of it. */
  readonly adjustments: readonly { readonly id: number; readonly field: string; readonly problem: string }[];
}

/**
 * Takes one record, as its definition says, from what was sent; `json` is the same as text, where that is known.
 *
 * Throws {@link UnexpectedPayloadError} for what has no id, and only for that.
 */
export function readRecord<E extends Entity>(
  entity: E,
  sent: unknown,
  path: string,
  json?: string,
): SourceRecord<E> {
  const raw = [...entity.secrets, ...entity.repeats].reduce(without, sent);
  const { table } = entity;
  const id = isObject(raw) ? readColumn(columnReader(table, table.key), raw).value : undefined;
  if (!isObject(raw) || typeof id !== 'number' || id < 1) {
    const what = isObject(raw)
      ? `${entity.record} without a usable id`
      : `${kindOf(raw)} as a ${entity.record}`;
    throw new UnexpectedPayloadError(
      `The answer to ${path} is not as Magento documents it: it shows ${what}. A module of the shop may change it.`,
      { path },
    );
  }
  const { value: stamp } = readColumn(columnReader(table, table.updatedAt), raw);
  // Its columns are those of the definition by which they are read.
  return new LazyRecord(
    entity,
    id,
    typeof stamp === 'string' ? stamp : null,
    raw,
    hidesNothing(entity) ? json : undefined,
  ) as SourceRecord as SourceRecord<E>;
}

/**
 * Whether a text can hold nothing that is cut from the value: not even where a member stands twice, of which parsing leaves
 * the last one.
 */
function hidesNothing({ secrets, repeats }: Entity): boolean {
  return secrets.length === 0 && repeats.length === 0;
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
    this.#json ??= stringifyJson(this.raw);
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
  readonly kind: Kind;
  readonly places: readonly (readonly string[])[];
  readonly otherwise: unknown;
  readonly none: unknown;
}

const readersOf = new WeakMap<Table, ReadonlyMap<string, ColumnReader>>();

/** The readers of a table's columns, made once: records have dozens of columns, and pages hundreds of records. */
function columnReaders(table: Table): ReadonlyMap<string, ColumnReader> {
  const known = readersOf.get(table);
  if (known) return known;
  const made = new Map(
    Object.entries(table.columns).map(([name, { kind, from = name, otherwise = null }]) => {
      const places = (typeof from === 'string' ? [from] : from).map((place) => place.split('.'));
      const none = readValue(kind, undefined).value ?? otherwise;
      return [name, { name, kind, places, otherwise, none }];
    }),
  );
  readersOf.set(table, made);
  return made;
}

function columnReader(table: Table, name: string): ColumnReader {
  const reader = columnReaders(table).get(name);
  if (reader === undefined)
    throw new Error(`A definition names a column ${name} that its table does not have.`);
  return reader;
}

/** The first place that is there counts. Further places are guesses at what modules do: what does not fit is no value. */
function readColumn({ kind, places, otherwise, none }: ColumnReader, sent: Row): ReadValue {
  for (let index = 0; index < places.length; index += 1) {
    const found = firstAt(sent, places[index] ?? [], 0);
    if (found === undefined) continue;
    const read = readValue(kind, found);
    const value = read.value ?? otherwise;
    return read.problem === undefined || index > 0 ? { value } : { value, problem: read.problem };
  }
  return { value: none };
}

function readRow(table: Table, sent: Row, note: Note): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  for (const reader of columnReaders(table).values()) {
    const { value, problem } = readColumn(reader, sent);
    if (problem !== undefined) note(reader.name, `${problem}: not stored in its column, kept in raw`);
    row[reader.name] = value;
  }
  return row;
}

/** The parts of a record, each once. */
function readParts(child: ChildTable, sent: Row, parent: number, note: Note): Row[] {
  const inPlaces = child.from.flatMap((place) => listed(child, sent, place, note));
  const found =
    inPlaces.length === 0 && child.before !== undefined ? listed(child, sent, child.before, note) : inPlaces;
  const parts = new Map<string, Row>();
  for (const [place, part] of found) {
    const row: Row = {
      ...readRow(child, part, (field, problem) => note(`${place}.${field}`, problem)),
      [child.parent]: parent,
      raw: part,
    };
    const lacking = child.key.filter((name) => row[name] === null || (row[name] as number) < 0);
    const key = JSON.stringify(child.key.map((name) => row[name]));
    if (lacking.length > 0 || (child.key.length === 1 && row[child.key[0] ?? ''] === 0)) {
      note(place, `${child.record} without a usable id: left out, kept in raw`);
    } else if (parts.has(key)) note(place, `${child.record} shown twice: stored once`);
    else parts.set(key, row);
  }
  return [...parts.values()];
}

/** What is shown in one place, each with where it stands: a list, an object with numbers for names, or a single part. */
function listed(child: ChildTable, sent: Row, place: string, note: Note): [string, Row][] {
  return valuesAt(sent, place).flatMap((value): [string, Row][] => {
    if (value === null || value === undefined) return [];
    const isPart = isObject(value) && Object.values(value).some((member) => !isObject(member));
    const items: unknown[] = Array.isArray(value)
      ? value
      : isObject(value) && !isPart
        ? Object.values(value)
        : [value];
    return items.flatMap((item, index): [string, Row][] => {
      const where = `${place}[${index}]`;
      if (isObject(item)) return [[where, item]];
      note(where, `${kindOf(item)} where ${child.record} is expected: left out, kept in raw`);
      return [];
    });
  });
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
  return isObject(value) && Object.hasOwn(value, name) ? firstAt(value[name], names, from + 1) : undefined;
}

/** What stands at a path; of lists on the way, in all their elements. */
function valuesAt(value: unknown, path: string): unknown[] {
  const [name = '', ...rest] = path.split('.');
  const owners = Array.isArray(value) ? value : [value];
  return owners.flatMap((owner: unknown) => {
    const found = isObject(owner) && Object.hasOwn(owner, name) ? owner[name] : undefined;
    if (found === undefined) return [];
    return rest.length === 0 ? [found] : valuesAt(found, rest.join('.'));
  });
}

/** The value without what stands at a path; a name may end in `*`. */
function without(value: unknown, path: string): unknown {
  if (Array.isArray(value)) return value.map((item) => without(item, path));
  if (!isObject(value)) return value;
  // A list as an object with numbers for names, as PHP writes one that has gaps.
  const members = Object.entries(value);
  if (members.length > 0 && members.every(([member]) => /^\d+$/.test(member)))
    return Object.fromEntries(members.map(([member, inner]) => [member, without(inner, path)]));
  const [name = '', ...rest] = path.split('.');
  const isMeant = (member: string) =>
    name.endsWith('*') ? member.startsWith(name.slice(0, -1)) : member === name;
  if (!Object.keys(value).some(isMeant)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([member, inner]) => {
      if (!isMeant(member)) return [[member, inner]];
      return rest.length === 0 ? [] : [[member, without(inner, rest.join('.'))]];
    }),
  );
}
