import type { Column, Kind } from '@magento-sync/entities';
import { DuplicateIdsError, UnstorableRecordError } from '../errors.ts';
import { calendarDay, sourceTime } from '../values/source-time.ts';
import { mayBeUnstorable, storable } from '../values/storable-text.ts';
import { type CopiedEntity, emptyValue, type Row } from './copied-entity.ts';
import type { Adjustment, CopyRecord } from './record.ts';

/** The rows of a page, fit for the columns, and what had to be adjusted to make them so. */
export interface PageRows {
  readonly records: readonly RecordRow[];
  /** By the name of the table. */
  readonly children: Readonly<Record<string, readonly Row[]>>;
  readonly adjustments: Adjustment[];
}

/** The row of a record, and its id. */
export interface RecordRow {
  readonly id: number;
  readonly row: Row;
  /** Its `raw` as JSON, where that was made already. */
  readonly json?: string;
}

/** Numbers from here on do not fit the column. */
const limits: Partial<Record<Kind, number>> = {
  integer: 2 ** 31,
  id: 2 ** 53,
  reference: 2 ** 53,
  money: 10 ** 16 - 1,
  rate: 10 ** 12 - 1,
  quantity: 10 ** 8 - 1,
};

/**
 * Turns a page into rows of the tables of an entity.
 *
 * What a column can't hold becomes null (text: is cleaned) and is reported instead of failing the other records.
 *
 * @throws DuplicateIdsError, UnstorableRecordError for an id that is no positive whole number.
 */
export function pageRows(
  { entity, records: { empty }, children }: CopiedEntity,
  sent: readonly CopyRecord[],
): PageRows {
  const adjustments: Adjustment[] = [];
  const clean = cleanTexts(sent, adjustments);
  refuseUnusableIds(entity.record, sent);
  const columns = Object.keys(entity.table.columns);
  const records = clean.map((record) => {
    const note = (field: string, problem: string) => adjustments.push({ id: record.id, field, problem });
    const { id, json } = record;
    const row: Record<string, unknown> = { ...empty };
    for (const name of columns) row[name] = record.row[name] ?? null;
    row['raw'] = record.raw;
    row['content_hash'] = record.contentHash;
    row['sent_hash'] = record.sentHash;
    fit(row, entity.table.columns, note);
    return json === undefined ? { id, row } : { id, row, json };
  });
  const parts = children.map(({ definition }) => {
    const single = definition.key.length === 1 ? (definition.key[0] ?? '') : undefined;
    const rows = clean.flatMap((record) =>
      (record.children[definition.name] ?? []).map((part) => {
        const id = single === undefined ? undefined : (part[single] as number);
        if (id !== undefined) requireId(definition.record, id);
        const note = (field: string, problem: string) => {
          const place = `${definition.from[0]}[${id ?? definition.key.map((name) => String(part[name])).join('/')}]`;
          adjustments.push({ id: record.id, field: `${place}.${field}`, problem });
        };
        const row = { ...part };
        fit(row, definition.columns, note);
        return row;
      }),
    );
    if (single !== undefined)
      refuseDuplicates(
        definition.record,
        rows.map((row) => (row as Row)[single] as number),
      );
    return [definition.name, rows] as const;
  });
  return { records, children: Object.fromEntries(parts), adjustments };
}

type Note = (field: string, problem: string) => void;

function cleanTexts(records: readonly CopyRecord[], adjustments: Adjustment[]): readonly CopyRecord[] {
  return records.map((record) => {
    // Everything else in a record comes from what was sent.
    if (!mayBeUnstorable(record.json ?? JSON.stringify(record))) return record;
    const { json: _, ...sent } = record;
    const cleaned = storable(sent);
    if (cleaned !== sent) {
      adjustments.push({
        id: record.id,
        field: 'text',
        problem: 'characters that PostgreSQL cannot hold were removed (U+0000) or replaced (lone surrogates)',
      });
    }
    // Without its text in any case: what stands there may have been overruled by a second member of the same name.
    return cleaned;
  });
}

/** Makes the values of a row fit their columns. */
function fit(row: Record<string, unknown>, columns: Readonly<Record<string, Column>>, note: Note): void {
  for (const [name, column] of limitedColumns(columns)) {
    const value = row[name] ?? null;
    if (value === null) continue;
    const fitting = fittingValue(column.kind, value);
    if (fitting === value) continue;
    row[name] = fitting ?? emptyValue(column);
    if (fitting !== undefined) continue;
    const kind = typeof value === 'number' ? 'a number out of range' : 'not a time or day of the calendar';
    note(name, `${kind}: stored as null, kept in raw`);
  }
}

const limited = new WeakMap<object, readonly [string, Column][]>();

/** The columns that do not take every value of their kind. */
function limitedColumns(columns: Readonly<Record<string, Column>>): readonly [string, Column][] {
  const known = limited.get(columns);
  if (known) return known;
  const found = Object.entries(columns).filter(
    ([, { kind }]) => kind === 'time' || kind === 'day' || limits[kind] !== undefined,
  );
  limited.set(columns, found);
  return found;
}

/** The value as its column takes it; undefined when it does not. */
function fittingValue(kind: Kind, value: unknown): unknown {
  if (kind === 'time') return sourceTime(String(value));
  if (kind === 'day') return calendarDay(String(value));
  const limit = limits[kind];
  if (limit === undefined) return value;
  const isDecimal = kind === 'money' || kind === 'rate' || kind === 'quantity';
  const number = isDecimal ? Number(value) : (value as number);
  const fits = isDecimal ? Number.isFinite(number) : Number.isSafeInteger(number);
  return fits && Math.abs(number) < limit ? value : undefined;
}

/**
 * Refuses a page in which a record has no usable id, or two records have the same.
 *
 * @throws DuplicateIdsError, UnstorableRecordError
 */
export function refuseUnusableIds(what: string, records: readonly { readonly id: number }[]): void {
  for (const { id } of records) requireId(what, id);
  refuseDuplicates(
    what,
    records.map(({ id }) => id),
  );
}

function requireId(what: string, id: number): void {
  if (Number.isSafeInteger(id) && id > 0) return;
  throw new UnstorableRecordError(
    `The shop sent ${what} id ${id}; ids are whole numbers above 0. Nothing was written.`,
  );
}

function refuseDuplicates(what: string, ids: readonly number[]): void {
  const seen = new Set<number>();
  const duplicates = new Set<number>();
  for (const id of ids) (seen.has(id) ? duplicates : seen).add(id);
  if (duplicates.size > 0) throw new DuplicateIdsError(what, [...duplicates]);
}
