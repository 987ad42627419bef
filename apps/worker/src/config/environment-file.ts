import { existsSync, readFileSync } from 'node:fs';

/** Something in a file of variables that programs read differently. */
export interface FileNote {
  /** Counts from 1. */
  readonly line: number;
  /** A sentence that names the variable and never its value. */
  readonly says: string;
  /** Whether it is read here as docker compose reads it, so that nothing has to be done. */
  readonly harmless: boolean;
}

/** A file of variables as it was read. */
export interface EnvironmentFile {
  readonly path: string;
  readonly values: Readonly<Record<string, string>>;
  readonly notes: readonly FileNote[];
}

/** Reads a file of variables; `undefined` when there is none. */
export function readEnvironmentFile(path: string): EnvironmentFile | undefined {
  return existsSync(path) ? { path, ...parseEnvironmentFile(readFileSync(path, 'utf8')) } : undefined;
}

const assignment = /^\s*(?:export\s+)?([A-Za-z_][\w.-]*)\s*[=:](.*)$/;
const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/**
 * Reads variables as docker compose does, so that one file means the same in a container and outside.
 *
 * Node's own reader loses the first variable behind a byte order mark, cuts unquoted values at every "#", and joins a line
 * of `NAME: value` with the next. What even compose reads differently is noted.
 */
export function parseEnvironmentFile(text: string): Pick<EnvironmentFile, 'values' | 'notes'> {
  const values: Record<string, string> = {};
  const notes: FileNote[] = [];
  const note = (line: number, says: string, harmless = false) => notes.push({ line, says, harmless });
  if (text.startsWith('\uFEFF'))
    note(1, 'The file begins with a byte order mark, which is passed over.', true);
  if (text.includes('\r'))
    note(
      1,
      'Its lines end as on Windows (CR LF), which "docker run --env-file" takes for part of the values.',
      true,
    );
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);

  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    const number = index + 1;
    if (/^\s*(#|$)/.test(line)) continue;
    const [, name, rest = ''] = assignment.exec(line) ?? [];
    if (name === undefined) {
      note(number, 'This is no NAME=value, and is passed over.');
      continue;
    }
    const typed = rest.trim();
    const quote = /^["'`]/.exec(typed)?.[0];
    if (quote === '"' || quote === "'") {
      const quoted = readQuoted(lines, index, quote);
      if (quoted === undefined) {
        note(
          number,
          `${name} begins with a quotation mark (${quote}) that is never closed: close it, or put the value into the other kind.`,
        );
        values[name] = typed;
        continue;
      }
      index = quoted.lastIndex;
      if (!/^\s*(#.*)?$/.test(quoted.behind))
        note(number, `${name} has text behind its closing quotation mark, which is passed over.`);
      values[name] = quote === '"' ? unescaped(quoted.value) : quoted.value;
      if (quote === '"' && /(?<!\\)\$[\w{$]/.test(quoted.value)) noteDollar(name, number);
      continue;
    }
    const value = typed.startsWith('#') ? '' : typed.replace(/\s#.*$/, '').trimEnd();
    values[name] = value;
    if (quote === '`')
      note(
        number,
        `${name} is wrapped in backticks, which only some programs take for quotation marks: use single ones.`,
      );
    if (value.includes('#'))
      note(
        number,
        `${name} holds a "#" without quotation marks, at which Node cuts a value: put it into single ones.`,
        true,
      );
    if (/\$[\w{$]/.test(value)) noteDollar(name, number);
  }
  return { values, notes };

  function noteDollar(name: string, line: number): void {
    note(
      line,
      `${name} holds a "$", which docker compose replaces and other programs leave: put the value into single quotation marks.`,
    );
  }
}

/** A quoted value, which may go over several lines; `undefined` when it is never closed. */
function readQuoted(
  lines: readonly string[],
  first: number,
  quote: string,
): { value: string; behind: string; lastIndex: number } | undefined {
  const line = lines[first] ?? '';
  let value = '';
  let start = line.indexOf(quote) + 1;
  for (let index = first; index < lines.length; index += 1) {
    const text = lines[index] ?? '';
    for (let position = start; position < text.length; position += 1) {
      const character = text[position] ?? '';
      if (character === '\\' && quote === '"') {
        value += text.slice(position, position + 2);
        position += 1;
      } else if (character === quote) {
        return { value, behind: text.slice(position + 1), lastIndex: index };
      } else value += character;
    }
    value += '\n';
    start = 0;
  }
  return undefined;
}

function unescaped(text: string): string {
  return text.replace(/\\(["\\$nrt])/g, (_, character: string) => escapes[character] ?? character);
}
