import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeBenchmarks } from './documents/write-benchmarks.ts';
import type { Results } from './results.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Writes a run down: one that is to be published to `benchmarks/results`, any other to `.data/benchmarks`.
 *
 * @returns the files that were written, relative to the checkout
 */
export async function keepResults(results: Results, publish: boolean): Promise<string[]> {
  const day = results.date.slice(0, 10);
  const file = publish
    ? join(root, 'benchmarks/results', `${day}${results.form === 'full' ? '' : `-${results.form}`}.json`)
    : join(root, '.data/benchmarks', `${results.date.slice(0, 19).replaceAll(':', '')}-${results.form}.json`);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(results, undefined, 2)}\n`);
  if (!publish) return [relative(root, file)];
  writeBenchmarks();
  return [relative(root, file), 'README.md', 'docs/'];
}
