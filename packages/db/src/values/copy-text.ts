import { careful, isExactNumber, stringifyJson, TextBytes } from '@magento-sync/exact-json';
import type { PgColumn } from 'drizzle-orm/pg-core';

type Row = Readonly<Record<string, unknown>>;
type Write = (bytes: TextBytes, value: unknown) => void;

const nothing = '\\N';

const escapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};
const escapedInLines = careful((character) => character in escapes);
const escapedInElements = careful((character) => character in escapes || character === '"');

/** How a value that is not null stands in a line of COPY, by the type of its column. */
const writers: Readonly<Record<string, Write>> = {
  jsonb: writeJson,
  'text[]': writeTexts,
};

function writePlain(bytes: TextBytes, value: unknown): void {
  if (typeof value === 'string') writeText(bytes, value);
  else if (value instanceof Date) bytes.write(value.toISOString());
  else if (value !== null && typeof value === 'object' && !isExactNumber(value)) writeJson(bytes, value);
  else bytes.write(String(value));
}

/** A column as it stands in a line. */
interface Field {
  readonly name: string;
  readonly write: Write;
}

const fieldsOf = new WeakMap<readonly PgColumn[], readonly Field[]>();

/** Made once for each list of columns: every page has the same. */
function fieldsFor(columns: readonly PgColumn[]): readonly Field[] {
  const known = fieldsOf.get(columns);
  if (known) return known;
  const made = columns.map((column) => ({
    name: column.name,
    write: writers[column.getSQLType()] ?? writePlain,
  }));
  fieldsOf.set(columns, made);
  return made;
}

/**
 * Writes rows as lines of COPY in its text format, in UTF-8.
 *
 * `same` are further values, equal in every line; `rawOf` gives the JSON of a row's `raw` where it was made already.
 *
 * Half the work of a jsonb parameter on both sides: nothing is parsed into a document that a column takes as text. Value by
 * value into bytes: texts of lines would be made to be thrown away.
 *
 * https://www.postgresql.org/docs/current/sql-copy.html
 */
export function copyLines(
  bytes: TextBytes,
  columns: readonly PgColumn[],
  rows: readonly Row[],
  same: readonly unknown[],
  rawOf: (index: number) => string | undefined = () => undefined,
): void {
  const fields = fieldsFor(columns);
  const end = endOfLines(same);
  for (let index = 0; index < rows.length; index += 1) {
    writeRow(bytes, fields, rows[index] ?? {}, rawOf(index));
    bytes.write(end);
  }
}

/** What stands behind the values of each row. */
function endOfLines(same: readonly unknown[]): string {
  const bytes = new TextBytes(256);
  for (const value of same) {
    bytes.write('\t');
    if (value === null) bytes.write(nothing);
    else writePlain(bytes, value);
  }
  bytes.write('\n');
  return bytes.bytes().toString();
}

function writeRow(bytes: TextBytes, fields: readonly Field[], row: Row, raw: string | undefined): void {
  for (let index = 0; index < fields.length; index += 1) {
    const field = fields[index];
    if (field === undefined) continue;
    if (index > 0) bytes.write('\t');
    const value = row[field.name];
    if (value === null || value === undefined) bytes.write(nothing);
    else if (raw !== undefined && field.name === 'raw') writeText(bytes, raw);
    else field.write(bytes, value);
  }
}

function writeText(bytes: TextBytes, text: string): void {
  if (!bytes.writeUnless(escapedInLines, text)) bytes.write(escaped(text));
}

/** As `JSON.stringify` writes it: what cannot be said without backslashes, by that itself. */
function writeJson(bytes: TextBytes, value: unknown): void {
  if (typeof value === 'string') writeJsonText(bytes, value);
  else if (Array.isArray(value)) writeJsonList(bytes, value);
  else if (typeof value === 'object' && value !== null && !isExactNumber(value))
    writeJsonObject(bytes, value);
  else bytes.write(stringifyJson(value));
}

function writeJsonText(bytes: TextBytes, text: string): void {
  if (!bytes.writeQuoted(text)) writeText(bytes, JSON.stringify(text));
}

function writeJsonList(bytes: TextBytes, list: readonly unknown[]): void {
  bytes.write('[');
  for (let index = 0; index < list.length; index += 1) {
    if (index > 0) bytes.write(',');
    writeJson(bytes, list[index]);
  }
  bytes.write(']');
}

function writeJsonObject(bytes: TextBytes, object: object): void {
  const members = object as Row;
  let isFirst = true;
  bytes.write('{');
  for (const name in members) {
    const value = members[name];
    if (value === undefined || !Object.hasOwn(members, name)) continue;
    if (!isFirst) bytes.write(',');
    isFirst = false;
    writeJsonText(bytes, name);
    bytes.write(':');
    writeJson(bytes, value);
  }
  bytes.write('}');
}

/** An array, each element in quotes. */
function writeTexts(bytes: TextBytes, value: unknown): void {
  const elements = value as readonly unknown[];
  bytes.write('{');
  for (let index = 0; index < elements.length; index += 1) {
    if (index > 0) bytes.write(',');
    const element = elements[index];
    if (element === null || element === undefined) bytes.write('NULL');
    else writeElement(bytes, String(element));
  }
  bytes.write('}');
}

function writeElement(bytes: TextBytes, text: string): void {
  bytes.write('"');
  if (!bytes.writeUnless(escapedInElements, text)) {
    bytes.write(escaped(text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')));
  }
  bytes.write('"');
}

function escaped(text: string): string {
  // A backslash, which most JSON has, is quicker replaced by itself.
  const doubled = text.includes('\\') ? text.replaceAll('\\', '\\\\') : text;
  const isLaidOut = text.includes('\n') || text.includes('\t') || text.includes('\r');
  return isLaidOut ? doubled.replace(/[\n\r\t]/g, (character) => escapes[character] ?? character) : doubled;
}
