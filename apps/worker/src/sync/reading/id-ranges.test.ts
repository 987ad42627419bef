import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { IdRange } from '../entity/entity.ts';
import { cutByCounts, isWithin, planIdRanges, planSpans, rangeName, rowsPerRange } from './id-ranges.ts';

function expectWhole(ranges: readonly IdRange[]): void {
  expect(ranges[0]?.afterId).toBe(0);
  expect(ranges.at(-1)?.upToId).toBeNull();
  for (const [index, range] of ranges.entries()) {
    if (index > 0) expect(range.afterId).toBe(ranges[index - 1]?.upToId);
  }
  expect(new Set(ranges.map(rangeName)).size).toBe(ranges.length);
}

const facts = fc.record({
  rows: fc.nat(50_000_000),
  pageSize: fc.integer({ min: 1, max: 300 }),
  mostPageSize: fc.integer({ min: 1, max: 300 }),
  readers: fc.integer({ min: 1, max: 64 }),
});

test('ranges are disjoint, without gaps, not too many, and the last one has no end', () => {
  fc.assert(
    fc.property(facts, fc.integer({ min: 50, max: 100 }), (known, share) => {
      const spans = planSpans(known.rows, rowsPerRange(known));
      const largestId = Math.floor((known.rows * 100) / share);
      for (const ranges of [spans, planIdRanges({ ...known, largestId })]) {
        expectWhole(ranges);
        expect(ranges.length).toBeLessThanOrEqual(257);
      }
    }),
  );
});

test.each([
  [40_000, 3],
  [120_000, 12],
  [1_000_000, 6],
])(
  '%d rows of every twentieth id missing cost hardly more requests than full pages would, read by %d',
  (rows, readers) => {
    const ids: number[] = [];
    // As many neighbours as chance has it, and the same in every run.
    for (let id = 1; ids.length < rows; id += 1)
      if ((id * 2_654_435_761) % 2 ** 32 > 2 ** 32 / 20) ids.push(id);
    const largestId = ids.at(-1) ?? 0;
    const ranges = planIdRanges({ rows, largestId, mostPageSize: 300, readers });
    let at = 0;
    const pages = ranges.map(({ upToId }) => {
      const from = at;
      while (at < ids.length && (ids[at] ?? 0) <= (upToId ?? Infinity)) at += 1;
      return Math.max(1, Math.ceil((at - from) / 300));
    });
    const full = Math.ceil(rows / 300);
    expect(pages.reduce((sum, each) => sum + each, 0)).toBeLessThan(full * 1.05 + 5);
    // Large ones first, and at the end everybody has little left.
    expect(pages.toSorted((one, other) => other - one)).toEqual(pages);
    expect(Math.max(...pages.slice(-readers))).toBeLessThanOrEqual(2);
  },
);

test.each([
  [100, 300],
  [50, 200],
  [300, 300],
  [75, 225],
])('ranges planned for pages of %d cost whole pages, also of %d', (pageSize, grown) => {
  for (const rows of [5_000, 400_000, 9_999_999]) {
    const span = rowsPerRange({ rows, pageSize, mostPageSize: 300, readers: 4 });
    expect([span % pageSize, span % grown]).toEqual([0, 0]);
  }
});

test.each([
  ['a small shop is not cut into crumbs', 2_500, 4, 1_200],
  ['everybody who reads gets several', 30_000, 4, 2_400],
  ['ranges are no larger than helps', 400_000, 4, 3_600],
  ['a large shop has 256 of them', 10_000_000, 4, 39_600],
])('%s: %d rows, %d readers', (_what, rows, readers, expected) => {
  expect(rowsPerRange({ rows, pageSize: 100, mostPageSize: 300, readers })).toBe(expected);
});

test('an empty shop has one range that takes whatever comes, and so has one of a single page', () => {
  const one = [{ afterId: 0, upToId: null }];
  expect(planSpans(0, 100)).toEqual(one);
  expect(planIdRanges({ rows: 0, largestId: 0, mostPageSize: 300, readers: 4 })).toEqual(one);
  expect(planIdRanges({ rows: 300, largestId: 300, mostPageSize: 300, readers: 4 })).toEqual(one);
});

/** A shop with such ids, and how many counts it was asked for. */
function shopWith(ids: readonly number[]) {
  let counts = 0;
  return {
    counts: () => counts,
    rowsOf: (range: IdRange) => ids.filter((id) => isWithin(id, range)).length,
    async count(range: IdRange) {
      counts += 1;
      return ids.filter((id) => isWithin(id, range)).length;
    },
  };
}

const heaps = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 2 ** 31 }), fc.integer({ min: 1, max: 60 })), {
    minLength: 1,
    maxLength: 4,
  })
  .map((starts) => [
    ...new Set(
      starts.flatMap(([start, rows]) => Array.from({ length: rows }, (_, index) => start + index + 1)),
    ),
  ]);

test('heaps of ids are cut by counts into ranges of few rows, with few counts and none for nothing', async () => {
  await fc.assert(
    fc.asyncProperty(heaps, async (ids) => {
      const shop = shopWith(ids);
      const plan = { largestId: Math.max(...ids), rows: ids.length };
      const ranges = await cutByCounts(plan, 100, shop.count);
      expectWhole(ranges);
      expect(shop.counts()).toBeLessThanOrEqual(64);
      expect(ranges.length).toBeLessThanOrEqual(Math.ceil(ids.length / 50) + 1);
      // Where the counts were enough, no range holds more than it should.
      if (shop.counts() < 64) {
        for (const range of ranges) expect(shop.rowsOf(range)).toBeLessThanOrEqual(100);
      }
    }),
  );
});
