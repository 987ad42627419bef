import { ByteWriter, isExactNumber, writeOrderedJson } from '@magento-sync/exact-json';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { writeNumeric } from './binary-numeric.ts';

type Row = Readonly<Record<string, unknown>>;
type Write = (bytes: ByteWriter, value: unknown) => void;

/** What stands before all rows: the signature, no flags and no extension. */
const head = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
/** Instead of the number of fields of one more row. */
const noMoreRows = -1;
/** Instead of the length of a value. */
const noValue = -1;
const versionOfJsonb = 1;
const oidOfText = 25;
const dayMs = 86_400_000;
/** From here the server counts. */
const year2000 = Date.UTC(2000, 0, 1);

/** How a value that is not null is written, by the type of its column without what stands in brackets. */
const writers: Readonly<Record<string, Write>> = {
  text: writeText,
  'text[]': writeTexts,
  jsonb: (bytes, value) => {
    bytes.writeByte(versionOfJsonb);
    writeOrderedJson(bytes, value);
  },
  boolean: (bytes, value) => bytes.writeByte(value === true ? 1 : 0),
  integer: (bytes, value) => bytes.writeInt32(wholeNumber(value)),
  bigint: (bytes, value) => bytes.writeInt64(wholeNumber(value)),
  numeric: writeNumeric,
  uuid: (bytes, value) => bytes.append(Buffer.from(String(value).replaceAll('-', ''), 'hex')),
  date: (bytes, value) => bytes.writeInt32((midnightOf(String(value)) - year2000) / dayMs),
  'timestamp with time zone': writeInstant,
};

/** A column as it is written. */
interface Field {
  readonly name: string;
  readonly write: Write;
}

const fieldsOf = new WeakMap<readonly PgColumn[], readonly Field[]>();

/** Made once for each list of columns: every page has the same. */
function fieldsFor(columns: readonly PgColumn[]): readonly Field[] {
  const known = fieldsOf.get(columns);
  if (known) return known;
  const made = columns.map((column) => ({ name: column.name, write: writerOf(column) }));
  fieldsOf.set(columns, made);
  return made;
}

function writerOf(column: PgColumn): Write {
  const write = writers[baseType(column)];
  if (write === undefined) {
    throw new Error(`No binary form of ${column.getSQLType()} is known, the type of ${column.name}.`);
  }
  return write;
}

/** The type of a column without what stands in brackets, which the server sees to: `numeric`, `timestamp with time zone`. */
export function baseType(column: PgColumn): string {
  return column.getSQLType().replace(/ ?\([\d, ]+\)/, '');
}

/**
 * Writes rows in the binary format of COPY.
 *
 * `same` are further columns with one value for every row; `rawOf` gives the JSON of a row's `raw` where it was made already.
 *
 * Numbers, times and ids come as the server keeps them, and nothing is escaped by the one and taken apart by the other. Value by
 * value into bytes: anything between would be made to be thrown away.
 *
 * https://www.postgresql.org/docs/current/sql-copy.html
 *
 * @throws TypeError for a value that the type of its column cannot be.
 */
export function copyRows(
  bytes: ByteWriter,
  columns: readonly PgColumn[],
  rows: readonly Row[],
  same: readonly (readonly [column: PgColumn, value: unknown])[] = [],
  rawOf: (index: number) => string | undefined = () => undefined,
): void {
  const fields = fieldsFor(columns);
  const end = endOfRows(same);
  bytes.append(head);
  for (let index = 0; index < rows.length; index += 1) {
    bytes.writeInt16(fields.length + same.length);
    writeRow(bytes, fields, rows[index] ?? {}, rawOf(index));
    bytes.append(end);
  }
  bytes.writeInt16(noMoreRows);
}

/** What stands behind the values of each row. */
function endOfRows(same: readonly (readonly [PgColumn, unknown])[]): Buffer {
  const bytes = new ByteWriter(256);
  for (const [column, value] of same) writeField(bytes, writerOf(column), value);
  return bytes.bytes();
}

function writeRow(bytes: ByteWriter, fields: readonly Field[], row: Row, raw: string | undefined): void {
  for (let index = 0; index < fields.length; index += 1) {
    const field = fields[index];
    if (field === undefined) continue;
    if (raw !== undefined && field.name === 'raw') writeField(bytes, writeRaw, raw);
    else writeField(bytes, field.write, row[field.name]);
  }
}

function writeField(bytes: ByteWriter, write: Write, value: unknown): void {
  if (value === null || value === undefined) {
    bytes.writeInt32(noValue);
    return;
  }
  bytes.writeInt32(0);
  const start = bytes.length;
  write(bytes, value);
  bytes.setInt32(start - 4, bytes.length - start);
}

/** JSON that was made already. */
function writeRaw(bytes: ByteWriter, text: unknown): void {
  bytes.writeByte(versionOfJsonb);
  bytes.write(text as string);
}

function writeText(bytes: ByteWriter, value: unknown): void {
  if (typeof value === 'string') bytes.write(value);
  else if (typeof value === 'object' && !isExactNumber(value)) writeOrderedJson(bytes, value);
  else bytes.write(String(value));
}

function writeTexts(bytes: ByteWriter, value: unknown): void {
  const texts = value as readonly unknown[];
  const dimensions = texts.length === 0 ? 0 : 1;
  const hasNull = texts.some((text) => text === null || text === undefined);
  bytes.writeInt32(dimensions);
  bytes.writeInt32(hasNull ? 1 : 0);
  bytes.writeInt32(oidOfText);
  if (dimensions === 0) return;
  bytes.writeInt32(texts.length);
  // The first element is number 1.
  bytes.writeInt32(1);
  for (let index = 0; index < texts.length; index += 1) writeField(bytes, writeText, texts[index]);
}

function wholeNumber(value: unknown): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number))
    throw new TypeError('An integer column was given what is no whole number.');
  return number;
}

/** Of a `Date`, or of a time whose zone is spelt out as UTC: `YYYY-MM-DD HH:MM:SS+00`. */
function writeInstant(bytes: ByteWriter, value: unknown): void {
  if (value instanceof Date) writeMicroseconds(bytes, value.getTime());
  else {
    const text = String(value);
    if (text.length !== 22 || !text.endsWith('+00'))
      throw new TypeError('A time was given without UTC as its zone.');
    const [hours, minutes, seconds] = [numberAt(text, 11, 2), numberAt(text, 14, 2), numberAt(text, 17, 2)];
    writeMicroseconds(bytes, midnightOf(text) + 1000 * (3600 * hours + 60 * minutes + seconds));
  }
}

/** As they are counted since 2000; `milliseconds` since 1970. */
function writeMicroseconds(bytes: ByteWriter, milliseconds: number): void {
  const since2000 = milliseconds - year2000;
  const microseconds = 1000 * since2000;
  if (Number.isSafeInteger(microseconds)) bytes.writeInt64(microseconds);
  else {
    const exact = 1000n * BigInt(since2000);
    bytes.writeInt32(Number(exact >> 32n));
    bytes.writeInt32(Number(BigInt.asIntN(32, exact)));
  }
}

/** The beginning, in UTC, of the day with which a text begins: `YYYY-MM-DD`. In milliseconds since 1970. */
function midnightOf(text: string): number {
  const [year, month, day] = [numberAt(text, 0, 4), numberAt(text, 5, 2), numberAt(text, 8, 2)];
  // JavaScript takes years below 100 for those of the last century; the calendar is the same every 400 years of 146,097 days.
  return Date.UTC(year + 400, month - 1, day) - 146_097 * dayMs;
}

/** The number that stands at a place of a text, of so many digits. */
function numberAt(text: string, place: number, digits: number): number {
  let number = 0;
  for (let index = place; index < place + digits; index += 1) {
    const digit = text.charCodeAt(index) - 48;
    if (!(digit >= 0 && digit <= 9)) throw new TypeError('A column of times was given what is none.');
    number = 10 * number + digit;
  }
  return number;
}
