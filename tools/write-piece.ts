import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Puts a generated piece of text between the markers `<!-- name:begin -->` and `<!-- name:end -->` of a document.
 *
 * @param path relative to this folder
 */
export function writePiece(path: string, name: string, text: string): void {
  const file = new URL(path, import.meta.url);
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
  const [before, rest = ''] = readFileSync(file, 'utf8').split(begin);
  const after = rest.split(end)[1];
  if (after === undefined) throw new Error(`${path} has lost its markers ${begin} and ${end}.`);
  writeFileSync(file, `${before}${begin}\n${text}${end}${after}`);
}
