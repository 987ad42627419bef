import { isExactNumber, stringifyJson } from '@magento-sync/exact-json';
import type { PgColumn } from 'drizzle-orm/pg-core';

type Row = Readonly<Record<string, unknown>>;
type Encode = (value: unknown) => string;

const nothing = '\\N';
const escapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/** How a value that is not null stands in a line of COPY, by the type of its column. */
const encoders: Readonly<Record<string, Encode>> = {
  jsonb: (value) => escapedJson(stringifyJson(value)),
  'text[]': (value) => escaped(`{${(value as readonly unknown[]).map(element).join()}}`),
};

const plain: Encode = (value) => {
  if (typeof value === 'string') return escaped(value);
  if (value instanceof Date) return value.toISOString();
  if (value !== null && typeof value === 'object' && !isExactNumber(value))
    return escapedJson(stringifyJson(value));
  return String(value);
};

/** A column as it stands in a line. */
interface Field {
  readonly name: string;
  readonly encode: Encode;
}

const fieldsOf = new WeakMap<readonly PgColumn[], readonly Field[]>();

/** Made once for each list of columns: every page has the same. */
function fieldsFor(columns: readonly PgColumn[]): readonly Field[] {
  const known = fieldsOf.get(columns);
  if (known) return known;
  const made = columns.map((column) => ({
    name: column.name,
    encode: encoders[column.getSQLType()] ?? plain,
  }));
  fieldsOf.set(columns, made);
  return made;
}

/**
 * Rows as lines of COPY in its text format, in UTF-8.
 *
 * `same` are further values, equal in every line; `rawOf` gives the JSON of a row's `raw` where it was made already.
 *
 * Half the work of a jsonb parameter on both sides: nothing is parsed into a document that a column takes as text. Line by line
 * into bytes: one text of all of them would be copied twice, and with two bytes a character as soon as one needs them.
 *
 * https://www.postgresql.org/docs/current/sql-copy.html
 */
export function copyLines(
  columns: readonly PgColumn[],
  rows: readonly Row[],
  same: readonly unknown[],
  rawOf: (index: number) => string | undefined = () => undefined,
): Buffer {
  const fields = fieldsFor(columns);
  const end = `${same.map((value) => `\t${value === null ? nothing : plain(value)}`).join('')}\n`;
  let bytes: Buffer = Buffer.allocUnsafe(rows.length * usualBytes);
  let used = 0;
  const values: string[] = fields.map(() => '');
  for (let index = 0; index < rows.length; index += 1) {
    encodeInto(values, fields, rows[index] ?? {}, rawOf(index));
    const line = values.join('\t') + end;
    const most = line.length * mostBytesOfCharacter;
    if (used + most > bytes.length) bytes = enlarged(bytes, used, most);
    used += bytes.write(line, used);
  }
  return bytes.subarray(0, used);
}

const usualBytes = 1_536;
/** In UTF-8, of one of the units by which JavaScript counts. */
const mostBytesOfCharacter = 3;

function enlarged(bytes: Buffer, used: number, more: number): Buffer {
  const larger = Buffer.allocUnsafe(2 * bytes.length + more);
  bytes.copy(larger, 0, 0, used);
  return larger;
}

function encodeInto(values: string[], fields: readonly Field[], row: Row, raw: string | undefined): void {
  for (let index = 0; index < fields.length; index += 1) {
    const field = fields[index];
    if (field === undefined) continue;
    const value = row[field.name];
    if (value === null || value === undefined) values[index] = nothing;
    else values[index] = raw !== undefined && field.name === 'raw' ? escapedJson(raw) : field.encode(value);
  }
}

const special = /[\\\n\r\t]/;
const everySpecial = /[\\\n\r\t]/g;
const longestScanned = 60;
const backslash = 92;

function escaped(text: string): string {
  return hasSpecial(text) ? text.replace(everySpecial, (character) => escapes[character] ?? character) : text;
}

function hasSpecial(text: string): boolean {
  if (text.length > longestScanned) return special.test(text);
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    // Tab, line feed, carriage return: what else stands between them is harmless, and as rare.
    if (code === backslash || (code >= 9 && code <= 13)) return true;
  }
  return false;
}

/** JSON has blanks of its own only between its texts, where somebody laid it out; its texts have backslashes. */
function escapedJson(json: string): string {
  const doubled = json.includes('\\') ? json.replaceAll('\\', '\\\\') : json;
  const isLaidOut = json.includes('\n') || json.includes('\t') || json.includes('\r');
  return isLaidOut ? doubled.replace(/[\n\r\t]/g, ' ') : doubled;
}

/** An element of an array, always in quotes. */
function element(value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  const text = String(value);
  const isPlain = !text.includes('\\') && !text.includes('"');
  return isPlain ? `"${text}"` : `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
