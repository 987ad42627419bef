import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { IdRange } from '../entity/entity.ts';
import { cutByCounts, isWithin, planIdRanges, rangeName, rowsPerRange } from './id-ranges.ts';

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
  mostPageSize: fc.constant(300),
  readers: fc.integer({ min: 1, max: 64 }),
});

test('ranges are disjoint, without gaps, not too many, and the last one has no end', () => {
  fc.assert(
    fc.property(facts, (known) => {
      const ranges = planIdRanges(known.rows, rowsPerRange(known));
      expectWhole(ranges);
      expect(ranges.length).toBeLessThanOrEqual(257);
    }),
  );
});

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

test('an empty shop has one range that takes whatever comes', () => {
  expect(planIdRanges(0, 100)).toEqual([{ afterId: 0, upToId: null }]);
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
