import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type IdRange, mostRangesAtOnce } from '../entity/entity.ts';
import { type CountedSides, middleOf } from './counted-ranges.ts';
import { searchUnevenRanges } from './uneven-ranges.ts';

const blockOfIds = 4_096;

function blocksOf(ids: readonly number[]) {
  const rows = new Map<number, number>();
  for (const id of ids) {
    const block = Math.floor(id / blockOfIds);
    rows.set(block, (rows.get(block) ?? 0) + 1);
  }
  return [...rows].map(([block, count]) => ({
    afterId: block * blockOfIds - 1,
    upToId: (block + 1) * blockOfIds - 1,
    rows: count,
  }));
}

/** Both sides as lists of ids, ascending; counts by looking for the ends. Something may happen to the shop at a request. */
async function search(
  inCopy: readonly number[],
  shop: readonly number[],
  mostRows: number,
  meanwhile: (request: number) => readonly number[] | undefined = () => undefined,
) {
  let inShop = shop;
  const below = (ids: readonly number[], id: number) => {
    let [low, high] = [0, ids.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ids[middle]! <= id) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const within = (ids: readonly number[], { afterId, upToId }: IdRange) =>
    ids.slice(below(ids, afterId), upToId === null ? undefined : below(ids, upToId));
  const count = (ids: readonly number[], { afterId, upToId }: IdRange) =>
    (upToId === null ? ids.length : below(ids, upToId)) - below(ids, afterId);
  let requests = 1;
  const missing = new Set<number>();
  const added = new Set<number>();
  const compared: CountedSides[] = [];
  const range = { afterId: 0, upToId: inCopy.at(-1)! };
  const whole = { range, inShop: count(inShop, range), inCopy: inCopy.length };
  const blocks = blocksOf(inCopy);
  const counting = {
    mostRanges: mostRangesAtOnce,
    inShop: async (ranges: readonly IdRange[]) => {
      requests += 1;
      expect(ranges.length).toBeLessThanOrEqual(mostRangesAtOnce);
      inShop = meanwhile(requests) ?? inShop;
      return ranges.reduce((sum, each) => sum + count(inShop, each), 0);
    },
    inCopy: async (each: IdRange) => count(inCopy, each),
    middle: (each: CountedSides['range']) => middleOf(blocks, each),
    enough: () => false,
    compare: async (sides: CountedSides) => {
      compared.push(sides);
      const [ours, theirs] = [within(inCopy, sides.range), within(inShop, sides.range)];
      requests += Math.max(1, Math.ceil(theirs.length / mostRows));
      const [known, shown] = [new Set(ours), new Set(theirs)];
      for (const id of ours) if (!shown.has(id)) missing.add(id);
      for (const id of theirs) if (!known.has(id)) added.add(id);
      return ours.length - theirs.length;
    },
  };
  await searchUnevenRanges(counting, whole, mostRows);
  return { missing: [...missing].toSorted((one, other) => one - other), added, compared, requests };
}

const million = Array.from({ length: 1_000_000 }, (_, index) => index + 1);
const from = (start: number, step: number) => Array.from({ length: 10 }, (_, nth) => start + nth * step);
const seeded = (seed: number) =>
  Array.from({ length: 10 }, (_, nth) => 1 + (((nth * 7_919 + seed) * 104_729) % 1_000_000));

test.each([
  ['spread evenly', from(50_000, 100_000)],
  ...[1, 2, 3, 4, 5].map((seed) => [`anywhere, ${seed}`, seeded(seed)] as const),
  ['in one heap', from(640_000, 1)],
  ['in one heap where blocks meet', from(4_096 * 122 - 5, 1)],
  ['at both ends', [...from(1, 1).slice(0, 5), ...from(999_991, 1).slice(5)]],
  ['at one end', from(999_991, 1)],
] as const)(
  '10 deletions %s of 1,000,000 rows cost no more than a fiftieth of the requests of a full read of ids',
  async (_where, gone) => {
    const lost = new Set(gone);
    const { missing, requests } = await search(
      million,
      million.filter((id) => !lost.has(id)),
      300,
    );
    expect(missing).toEqual(gone.toSorted((one, other) => one - other));
    // Each is confirmed by a read of its own, and all of them by what the shop counts in them and at all.
    const confirmed = gone.length + 2;
    expect(requests + confirmed).toBeLessThanOrEqual((0.02 * million.length) / 300);
    expect(requests + confirmed).toBeLessThanOrEqual(62);
  },
);

test('a hundred deletions cost fewer than five requests each', async () => {
  const lost = new Set(Array.from({ length: 100 }, (_, nth) => 1 + ((nth * 104_729) % 1_000_000)));
  const { missing, requests } = await search(
    million,
    million.filter((id) => !lost.has(id)),
    300,
  );
  expect(missing).toHaveLength(lost.size);
  expect(requests).toBeLessThan(100 * 4.5);
});

const ids = fc.uniqueArray(fc.integer({ min: 1, max: 40_000 }), { minLength: 2, maxLength: 400 });

test('property: every id that the shop has lost is found, and no range that is compared is too large', async () => {
  await fc.assert(
    fc.asyncProperty(
      ids,
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 0, max: 60 }),
      async (some, leaf, lost) => {
        const inCopy = some.toSorted((one, other) => one - other);
        const gone = new Set(some.slice(0, lost));
        const left = inCopy.filter((id) => !gone.has(id));
        const { missing, compared } = await search(inCopy, left, leaf);
        expect(missing).toEqual(inCopy.filter((id) => gone.has(id)));
        for (const { range, inCopy: rows } of compared)
          expect(rows <= leaf || range.upToId - range.afterId === 1).toBe(true);
      },
    ),
  );
});

test('property: what both sides have lost is found by one search after the other, until the counts are equal', async () => {
  await fc.assert(
    fc.asyncProperty(
      ids,
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 20 }),
      async (some, leaf, lost, further) => {
        const all = some.toSorted((one, other) => one - other);
        const last = all.at(-1)!;
        const gone = new Set(some.slice(0, lost).filter((id) => id !== last));
        const unknown = new Set(some.slice(lost, lost + further).filter((id) => id !== last));
        const inShop = all.filter((id) => !gone.has(id));
        const inCopy = new Set(all.filter((id) => !unknown.has(id)));
        // Each finds one at least: what hides others is gone afterwards.
        for (let left = gone.size + unknown.size; inCopy.size !== inShop.length; left -= 1) {
          expect(left).toBeGreaterThan(0);
          const { missing, added } = await search(
            [...inCopy].toSorted((one, other) => one - other),
            inShop,
            leaf,
          );
          expect(missing.filter((id) => !gone.has(id))).toEqual([]);
          expect([...added].filter((id) => !unknown.has(id))).toEqual([]);
          for (const id of missing) inCopy.delete(id);
          for (const id of added) inCopy.add(id);
        }
      },
    ),
  );
});

test('rows that go while they are searched for cost no deletion that was there before', async () => {
  const lost = new Set(seeded(7));
  const left = million.filter((id) => !lost.has(id));
  for (const request of [2, 9, 20, 35]) {
    const further = million[request * 20_011]!;
    const { missing } = await search(million, left, 300, (nth) =>
      nth === request ? left.filter((id) => id !== further) : undefined,
    );
    expect(missing.filter((id) => id !== further)).toEqual([...lost].toSorted((one, other) => one - other));
  }
});

test('ids that lie far apart are cut by their rows, and by ids within one block', () => {
  const blocks = blocksOf([1, 2, 900_000, 900_001, 900_002, 2_000_000]);
  expect(middleOf(blocks, { afterId: 0, upToId: 2_100_000 })).toBe(901_119);
  expect(middleOf(blocks, { afterId: 898_000, upToId: 901_119 })).toBe(899_559);
  expect(middleOf([], { afterId: 10, upToId: 12 })).toBe(11);
});
