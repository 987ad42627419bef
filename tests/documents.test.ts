import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { ownRunbooks, runbookOf } from '../apps/worker/src/alerts/message.ts';
import { alertRules } from '../apps/worker/src/alerts/rules.ts';
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
import { runbooks } from '../tools/runbooks.ts';
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

test('the page has the runbooks of docs/operations.md (pnpm write-documents)', () => {
  expect(read('apps/worker/assets/runbooks.html')).toBe(runbooks());
});

test('every alert and every rule of Prometheus has its runbook, and every runbook is about one', () => {
  const text = read('docs/operations.md');
  const runbooks = /^## A runbook for every alert\n(.*?)^## /ms.exec(text)?.[1] ?? '';
  const sections = runbooks.split(/^### /m).slice(1);
  const rules = (
    parse(read('docs/prometheus-alerts.yml')) as { groups: { rules: PrometheusRule[] }[] }
  ).groups
    .flatMap((group) => group.rules)
    .map(({ alert, annotations }) => ({ name: alert.replace(/^MagentoSync/, ''), ...annotations }));
  expect(sections.map((section) => section.slice(0, section.indexOf('\n'))).toSorted()).toEqual(
    [...new Set([...Object.keys(alertRules), ...rules.map(({ name }) => name)])].toSorted(),
  );
  for (const section of sections)
    expect([...section.matchAll(/^- \*\*(\w+)\*\*: /gm)].map(([, part]) => part)).toEqual([
      'Means',
      'Look',
      'Cure',
      'Over',
    ]);
  for (const { name, runbook_url: url } of rules)
    expect(url).toBe(runbookOf({ runbooks: ownRunbooks }, name));
  const anchors = anchorsOf(text);
  for (const name of Object.keys(alertRules))
    expect(anchors).toContain(runbookOf({ runbooks: '' }, name).slice(1));
});

/** A rule as far as it is looked at. */
interface PrometheusRule {
  readonly alert: string;
  readonly annotations: { readonly summary: string; readonly runbook_url: string };
}

/** Names by which headings of a document are linked to, as GitHub makes them. */
function anchorsOf(text: string): string[] {
  const prose = text.replace(/^```.*?^```/gms, '');
  return [...prose.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

test('every link between documents leads somewhere', () => {
  const documents = ['.', 'docs', 'packages', 'apps', 'tests']
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: folder !== '.', encoding: 'utf8' }).map((name) =>
        join(folder, name),
      ),
    )
    .filter((name) => name.endsWith('.md') && !name.includes('node_modules'));
  const dead = documents.flatMap((name) =>
    [...read(name).matchAll(/\]\(([^)#:]*)(?:#([^)]*))?\)/g)]
      .map(([, path, anchor]) => ({
        target: path ? join(root, dirname(name), path) : join(root, name),
        anchor,
      }))
      .filter(
        ({ target, anchor }) =>
          !existsSync(target) ||
          (anchor !== undefined &&
            target.endsWith('.md') &&
            !anchorsOf(readFileSync(target, 'utf8')).includes(anchor)),
      )
      .map(({ target, anchor }) => `${name} links to ${relative(root, target)}${anchor ? `#${anchor}` : ''}`),
  );
  expect(documents).toContain('README.md');
  expect(dead).toEqual([]);
});
