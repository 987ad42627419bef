import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { PartResult, Results } from '../results.ts';

const folder = fileURLToPath(new URL('../../results', import.meta.url));

/** The newest run in full of a form that was written down: `full`, or `scale`. */
export function newestResults(form: 'full' | 'scale'): Results | undefined {
  if (!existsSync(folder)) return undefined;
  const all = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')) as Results)
    .filter((results) => results.form === form)
    .toSorted((one, other) => (one.date < other.date ? -1 : 1));
  return all.at(-1);
}

/** A part that was measured. */
export function partOf(results: Results | undefined, name: string): PartResult | undefined {
  return results?.parts.find((part) => part.name === name);
}

/** The figure of a part, or `undefined` where it was not measured. */
export function figureOf(results: Results | undefined, part: string, name: string): number | undefined {
  return partOf(results, part)?.figures.find((figure) => figure.name === name)?.value;
}

/** Where and when a run was made, in one line. */
export function placeOf({ machine, date }: Results): string {
  const changed = machine.changed ? ' with changes' : '';
  return (
    `${date.slice(0, 10)}, ${machine.cores} cores (${machine.cpu}), ${machine.memoryGb} GB, Node ${machine.node.slice(1)}, ` +
    `PostgreSQL ${machine.postgres}, Redis ${machine.redis}, commit ${machine.commit.slice(0, 12)}${changed}`
  );
}
