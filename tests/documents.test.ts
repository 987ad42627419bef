import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { environmentExample, environmentTable } from '../apps/worker/src/config/documentation.ts';
import {
  benchmarksDocument,
  benchmarksPlots,
  benchmarksTable,
} from '../benchmarks/src/documents/benchmarks-document.ts';
import { scalingDocument, scalingPlots } from '../benchmarks/src/documents/scaling-document.ts';
import { dataDictionary } from '../tools/data-dictionary.ts';
import { numberedDecisions } from '../tools/decisions.ts';
import { personalData } from '../tools/personal-data.ts';
import { mutationTable } from './chaos/mutations/mutations.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (name: string) => readFileSync(join(root, name), 'utf8');

test('README.md lists every environment variable as the code has it (pnpm write-documents)', () => {
  expect(read('README.md')).toContain(environmentTable());
});

test('README.md and docs/ show the newest run of the benchmarks (pnpm write-documents)', () => {
  expect(read('README.md')).toContain(benchmarksTable());
  expect(read('docs/benchmarks.md')).toContain(benchmarksDocument());
  expect(read('docs/scaling.md')).toContain(scalingDocument());
  for (const [file, plot] of Object.entries({ ...benchmarksPlots(), ...scalingPlots() }))
    expect(read(`docs/${file}`)).toBe(plot);
});

test('tests/chaos/README.md lists every mutation with its seed (pnpm write-documents)', () => {
  expect(read('tests/chaos/README.md')).toContain(mutationTable());
});

test('.env.example explains every environment variable as the code has it (pnpm write-documents)', () => {
  expect(read('.env.example')).toBe(environmentExample());
});

test('docs/decisions.md is numbered in its order (pnpm write-documents)', () => {
  const decisions = read('docs/decisions.md');
  expect(numberedDecisions('# Two\n\n### 1. One\n### 1. Another\n')).toBe(
    '# Two\n\n### 1. One\n\n### 2. Another\n',
  );
  expect(decisions).toBe(numberedDecisions(decisions));
});

test('docs/data-dictionary.md lists every column of every copied table (pnpm write-documents)', () => {
  expect(read('docs/data-dictionary.md')).toBe(dataDictionary());
});

test('docs/personal-data.md lists what is personal and what becomes of it (pnpm write-documents)', () => {
  expect(read('docs/personal-data.md')).toBe(personalData());
});

test('every link between documents leads somewhere', () => {
  const documents = ['.', 'docs', 'packages', 'apps', 'tests']
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: folder !== '.', encoding: 'utf8' }).map((name) =>
        join(folder, name),
      ),
    )
    .filter((name) => name.endsWith('.md') && !name.includes('node_modules'));
  const dead = documents.flatMap((name) =>
    [...read(name).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)]
      .map((match) => join(root, dirname(name), match[1] ?? ''))
      .filter((target) => !existsSync(target))
      .map((target) => `${name} links to ${relative(root, target)}`),
  );
  expect(documents).toContain('README.md');
  expect(dead).toEqual([]);
});
