import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planIdRanges, rangeName } from './id-ranges.ts';

test('ranges are disjoint, without gaps, and the last one has no end', () => {
  fc.assert(
    fc.property(fc.nat(50_000_000), fc.integer({ min: 1, max: 300 }), (largestId, pageSize) => {
      const ranges = planIdRanges(largestId, pageSize);
      expect(ranges[0]?.afterId).toBe(0);
      expect(ranges.at(-1)?.upToId).toBeNull();
      expect(ranges.length).toBeLessThanOrEqual(257);
      for (const [index, range] of ranges.entries()) {
        if (index > 0) expect(range.afterId).toBe(ranges[index - 1]?.upToId);
      }
      expect(new Set(ranges.map(rangeName)).size).toBe(ranges.length);
    }),
  );
});

test.each([
  [100, 300],
  [50, 200],
  [300, 300],
  [75, 225],
])('ranges planned for pages of %d cost whole pages, also of %d', (pageSize, grown) => {
  for (const largestId of [5_000, 400_000, 9_999_999]) {
    const [first] = planIdRanges(largestId, pageSize);
    expect([(first?.upToId ?? 0) % pageSize, (first?.upToId ?? 0) % grown]).toEqual([0, 0]);
  }
});

test('an empty shop has one range that takes whatever comes', () => {
  expect(planIdRanges(0, 100)).toEqual([{ afterId: 0, upToId: null }]);
});
