import fc from 'fast-check';
import { expect, test } from 'vitest';
import { spansWithout, type VerifiedRange, withVerified } from './verified-ranges.ts';

const hour = 3_600_000;
const mostIds = 30;
const ids = Array.from({ length: mostIds }, (_, index) => index + 1);

const span = fc
  .tuple(fc.integer({ min: 0, max: mostIds - 1 }), fc.integer({ min: 1, max: mostIds }))
  .map(([afterId, length]) => ({ afterId, upToId: Math.min(afterId + length, mostIds) }));
const notes = fc.array(fc.record({ span, minutes: fc.integer({ min: 0, max: 600 }) }), { maxLength: 12 });

function timeOf(ranges: readonly VerifiedRange[], id: number): number | undefined {
  const its = ranges.filter(({ afterId, upToId }) => id > afterId && id <= upToId);
  expect(its.length).toBeLessThanOrEqual(1);
  return its[0]?.verifiedAt.getTime();
}

test('property: a range never says that an id was compared when it was not, and no later than it was', () => {
  fc.assert(
    fc.property(notes, (noted) => {
      const truth = new Map<number, number>();
      let ranges: VerifiedRange[] = [];
      for (const { span: each, minutes } of noted) {
        const at = new Date(minutes * 60_000);
        ranges = withVerified(ranges, each, at);
        for (const id of ids.filter((one) => one > each.afterId && one <= each.upToId))
          truth.set(id, Math.max(truth.get(id) ?? 0, at.getTime()));
        for (const id of ids) {
          const said = timeOf(ranges, id);
          expect(said === undefined).toBe(!truth.has(id));
          expect(said ?? 0).toBeLessThanOrEqual(truth.get(id) ?? 0);
        }
      }
    }),
  );
});

test('what a pass compares page by page becomes one range an hour', () => {
  let ranges: VerifiedRange[] = [];
  for (let page = 0; page < 1_000; page += 1) {
    const each = { afterId: page * 300, upToId: (page + 1) * 300 };
    ranges = withVerified(ranges, each, new Date((page * 24 * hour) / 1_000));
  }
  expect(ranges.length).toBeLessThanOrEqual(24);
  expect(ranges.map(({ verifiedAt }) => verifiedAt.getTime())).toEqual(
    ranges.map(({ verifiedAt }) => verifiedAt.getTime()).toSorted((one, other) => one - other),
  );
});

test('a second pass within the hour changes nothing, one after it replaces the times', () => {
  const first = withVerified([], { afterId: 0, upToId: 900 }, new Date(0));
  expect(withVerified(first, { afterId: 300, upToId: 600 }, new Date(hour))).toEqual(first);
  expect(withVerified(first, { afterId: 300, upToId: 600 }, new Date(hour + 1))).toEqual([
    { afterId: 0, upToId: 300, verifiedAt: new Date(0) },
    { afterId: 300, upToId: 600, verifiedAt: new Date(hour + 1) },
    { afterId: 600, upToId: 900, verifiedAt: new Date(0) },
  ]);
});

test('ids that were not compared are cut out of a span', () => {
  const all = { afterId: 0, upToId: 5 };
  expect(spansWithout(all, [])).toEqual([all]);
  expect(spansWithout(all, [1, 3, 5])).toEqual([
    { afterId: 1, upToId: 2 },
    { afterId: 3, upToId: 4 },
  ]);
});
