import { randomUUID } from 'node:crypto';
import { access, chmod, constants, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseEnvironmentFile } from '../config/environment-file.ts';
import { UsageError } from '../failure.ts';

/** The text of a file of variables; `undefined` when there is none. */
export async function readSettings(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The file with these variables set: lines of others and comments stay, earlier values of these are replaced. */
export function withSettings(before: string | undefined, settings: Readonly<Record<string, string>>): string {
  const names = new Set(Object.keys(settings));
  const kept = blocksOf(before ?? '').filter(({ name }) => name === undefined || !names.has(name));
  const lines = kept.map(({ text }) => text);
  while (lines.at(-1)?.trim() === '') lines.pop();
  const set = Object.entries(settings).map(([name, value]) => `${name}=${quoted(value)}`);
  return `${[...lines, ...set].join('\n')}\n`;
}

/** The names of variables that the file has with another value than the settings. */
export function changedNames(
  before: string | undefined,
  settings: Readonly<Record<string, string>>,
): string[] {
  const { values } = parseEnvironmentFile(before ?? '');
  return Object.entries(settings)
    .filter(([name, value]) => name in values && values[name] !== value)
    .map(([name]) => name);
}

/** @throws UsageError where the file cannot be written: in the folder of a container, for example. */
export async function requirePlace(path: string): Promise<void> {
  const folder = dirname(path);
  try {
    await access(folder, constants.W_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(
      `Nothing can be written into ${folder} (${code}). Name a file in a folder that may be written to by --file; ` +
        `in a container, one of the host that is mounted there and belongs to the account ${process.getuid?.() ?? 'of the container'}.`,
      { cause: error },
    );
  }
}

/** Writes the file as a whole or not at all; nobody but its owner can read it. */
export async function writeSettings(path: string, content: string): Promise<void> {
  const beside = `${path}.${randomUUID().slice(0, 8)}.tmp`;
  try {
    const file = await open(beside, 'wx', 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    // Whatever the umask took or an older file had.
    await chmod(beside, 0o600);
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

interface Block {
  /** The variable that it sets; absent for comments and empty lines. */
  readonly name: string | undefined;
  readonly text: string;
}

/** Lines, with those together that a quoted value goes over. */
function blocksOf(text: string): Block[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  const blocks: Block[] = [];
  for (let index = 0; index < lines.length; index += 1) {
    const name = /^\s*(?:export\s+)?([A-Za-z_][\w.-]*)\s*[=:]/.exec(lines[index] ?? '')?.[1];
    let end = index;
    // As long as the lines so far leave a quotation mark open.
    while (name !== undefined && end < lines.length - 1 && isOpen(lines.slice(index, end + 1).join('\n')))
      end += 1;
    const isNeverClosed = isOpen(lines.slice(index, end + 1).join('\n'));
    if (isNeverClosed) end = index;
    blocks.push({ name, text: lines.slice(index, end + 1).join('\n') });
    index = end;
  }
  return blocks;
}

function isOpen(text: string): boolean {
  return parseEnvironmentFile(text).notes.some(({ says }) => says.includes('never closed'));
}

/** A value that docker compose, Node and this program read alike. */
function quoted(value: string): string {
  if (/^[\w./:@%+,=-]*$/.test(value)) return value;
  if (!value.includes("'")) return `'${value}'`;
  return `"${value.replaceAll(/["\\$]/g, (character) => `\\${character}`).replaceAll('\n', '\\n')}"`;
}
