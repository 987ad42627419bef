import type { ChildTable, Column, Entity } from '@magento-sync/entities';
import { UnexpectedPayloadError } from '../errors.ts';
import { isObject, kindOf, readValue } from './read-value.ts';

type Row = Readonly<Record<string, unknown>>;

/** A record of any entity as it was read. */
export interface SourceRecord {
  readonly id: number;
  /** UTC, `YYYY-MM-DD HH:MM:SS`. */
  readonly updatedAt: string | null;
  /** Values by the columns of the definition; those of parts by the name of their table. */
  readonly row: Row;
  readonly children: Readonly<Record<string, readonly Row[]>>;
  /** The object as it came, without what is secret and without what it says twice. */
  readonly raw: Readonly<Record<string, unknown>>;
  /** What was not as Magento documents it, and what became of it. */
  readonly adjustments: readonly { readonly id: number; readonly field: string; readonly problem: string }[];
}

/**
 * Reads one record by its definition.
 *
 * A field of an odd shape becomes null, a part without its id is left out, and both are reported; `raw` keeps what was
 * sent. Throws {@link UnexpectedPayloadError} only for what has no id.
 */
export function readRecord(entity: Entity, sent: unknown, path: string): SourceRecord {
  const raw = [...entity.secrets, ...entity.repeats].reduce(without, sent);
  const { table } = entity;
  const [id] = isObject(raw) ? valuesAt(raw, placesOf(table.key, table.columns[table.key])[0] ?? '') : [];
  const { value: number } = readValue('id', id);
  if (!isObject(raw) || typeof number !== 'number' || number < 1) {
    const what = isObject(raw)
      ? `${entity.record} without a usable id`
      : `${kindOf(raw)} as a ${entity.record}`;
    throw new UnexpectedPayloadError(
      `The answer to ${path} is not as Magento documents it: it shows ${what}. A module of the shop may change it.`,
      { path },
    );
  }
  const adjustments: { id: number; field: string; problem: string }[] = [];
  const note = (field: string, problem: string) => void adjustments.push({ id: number, field, problem });
  const row = readRow(table.columns, raw, note);
  const children = entity.children.map((child): [string, Row[]] => [
    child.name,
    readParts(child, raw, number, note),
  ]);
  const stamp = row[table.updatedAt];
  return {
    id: number,
    updatedAt: typeof stamp === 'string' ? stamp : null,
    row,
    children: Object.fromEntries(children),
    raw,
    adjustments,
  };
}

type Note = (field: string, problem: string) => void;

function readRow(columns: Readonly<Record<string, Column>>, sent: Row, note: Note): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(columns).map(([name, column]) => {
      const found = placesOf(name, column).map((place) => valuesAt(sent, place)[0]);
      const first = found.findIndex((value) => value !== undefined);
      const { value, problem } = readValue(column.kind, found[first]);
      // Further places are guesses at what modules do: what does not fit there is no value.
      if (problem !== undefined && first === 0)
        note(name, `${problem}: not stored in its column, kept in raw`);
      return [name, value ?? column.otherwise ?? null];
    }),
  );
}

/** The parts of a record, each once. */
function readParts(child: ChildTable, sent: Row, parent: number, note: Note): Row[] {
  const inPlaces = child.from.flatMap((place) => listed(child, sent, place, note));
  const found =
    inPlaces.length === 0 && child.before !== undefined ? listed(child, sent, child.before, note) : inPlaces;
  const parts = new Map<string, Row>();
  for (const [place, part] of found) {
    const row: Row = {
      ...readRow(child.columns, part, (field, problem) => note(`${place}.${field}`, problem)),
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

function placesOf(name: string, column: Column | undefined): readonly string[] {
  const { from = name } = column ?? {};
  return typeof from === 'string' ? [from] : from;
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
