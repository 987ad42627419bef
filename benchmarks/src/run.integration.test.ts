import { expect, test } from 'vitest';
import { parts } from './parts/parts.ts';
import { pagesReadAgain } from './parts/resume.ts';
import { scalePartsOf } from './parts/scale.ts';
import { runBenchmarks } from './run.ts';
import type { PageRequest } from './running/shop-control.ts';
import { forms } from './sizes.ts';

/** The other parts are made of the same pieces; with them the test would take a minute. */
const tried = [...parts, ...scalePartsOf()].filter(({ name }) =>
  ['backfill', 'resume', 'micro', 'scale-small'].includes(name),
);

test('the benchmarks measure what they are about; how fast that was is no business of a test', async () => {
  const lines: string[] = [];
  const results = await runBenchmarks({
    parts: tried,
    sizes: forms.smallest,
    form: 'smallest',
    signal: new AbortController().signal,
    print: (line) => void lines.push(line),
    keep: async () => undefined,
  });
  expect(results.parts.map(({ name, error }) => [name, error])).toEqual(
    tried.map(({ name }) => [name, undefined]),
  );
  for (const { name, figures, bars } of results.parts) {
    expect.soft([...figures, ...bars].length, name).toBeGreaterThan(0);
    for (const { title, value } of [...figures, ...bars])
      expect.soft(Number.isFinite(value), title).toBe(true);
  }
});

test('pages that begin where a range had been served before are read again; counts and other ranges are not', () => {
  const page = (afterId: number, upToId: number, pageSize = 100): PageRequest => ({
    path: '/customers/search',
    afterId,
    upToId,
    pageSize,
    receivedAt: 0,
    answeredAt: 0,
  });
  const before = [page(0, 1000), page(100, 1000), page(200, 1000), page(1000, 2000)];
  const after = [page(0, 1000, 1), page(100, 1000), page(200, 1000), page(300, 1000), page(2000, 3000)];
  expect(pagesReadAgain(before, after)).toEqual([2, 0]);
});
