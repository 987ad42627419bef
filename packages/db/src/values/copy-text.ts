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
  jsonb: (value) => escaped(stringifyJson(value)),
  'text[]': (value) => escaped(`{${(value as readonly unknown[]).map(element).join()}}`),
};

const plain: Encode = (value) => {
  if (typeof value === 'string') return escaped(value);
  if (value instanceof Date) return value.toISOString();
  if (value !== null && typeof value === 'object' && !isExactNumber(value))
    return escaped(stringifyJson(value));
  return String(value);
};

/**
 * Rows as lines of COPY in its text format.
 *
 * `same` are further values, equal in every line; `rawOf` gives the JSON of a row's `raw` where it was made already.
 *
 * Half the work of a jsonb parameter on both sides: nothing is parsed into a document that a column takes as text.
 *
 * https://www.postgresql.org/docs/current/sql-copy.html
 */
export function copyLines(
  columns: readonly PgColumn[],
  rows: readonly Row[],
  same: readonly unknown[],
  rawOf: (index: number) => string | undefined = () => undefined,
): string {
  const fields = columns.map((column) => ({
    name: column.name,
    encode: encoders[column.getSQLType()] ?? plain,
  }));
  const end = `${same.map((value) => `\t${value === null ? nothing : plain(value)}`).join('')}\n`;
  let lines = '';
  for (const [index, row] of rows.entries()) {
    let separator = '';
    for (const { name, encode } of fields) {
      const value = row[name];
      lines += separator;
      separator = '\t';
      if (value === null || value === undefined) lines += nothing;
      else {
        const raw = name === 'raw' ? rawOf(index) : undefined;
        lines += raw === undefined ? encode(value) : escaped(raw);
      }
    }
    lines += end;
  }
  return lines;
}

const special = /[\\\n\r\t]/;
const everySpecial = /[\\\n\r\t]/g;

function escaped(text: string): string {
  return special.test(text)
    ? text.replace(everySpecial, (character) => escapes[character] ?? character)
    : text;
}

/** An element of an array, always in quotes. */
function element(value: unknown): string {
  return value === null || value === undefined
    ? 'NULL'
    : `"${String(value).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
