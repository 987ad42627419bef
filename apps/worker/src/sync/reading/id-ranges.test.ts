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

test('an empty shop has one range that takes whatever comes', () => {
  expect(planIdRanges(0, 100)).toEqual([{ afterId: 0, upToId: null }]);
});
