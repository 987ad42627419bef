import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { IdRange } from '../entity/entity.ts';
import { isWithin } from '../reading/index.ts';
import { type CountedSides, middleOf, unevenRanges } from './uneven-ranges.ts';

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

/** Both sides as lists of ids, ascending; counts by looking for the ends. */
async function search(inCopy: readonly number[], inShop: readonly number[], mostRows: number) {
  const below = (ids: readonly number[], id: number) => {
    let [low, high] = [0, ids.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ids[middle]! <= id) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const count = (ids: readonly number[], { afterId, upToId }: IdRange) =>
    (upToId === null ? ids.length : below(ids, upToId)) - below(ids, afterId);
  let requests = 1;
  const blocks = blocksOf(inCopy);
  const counting = {
    inShop: async (range: IdRange) => {
      requests += 1;
      return count(inShop, range);
    },
    inCopy: async (range: IdRange) => count(inCopy, range),
    middle: (range: IdRange) => middleOf(blocks, range),
    enough: () => false,
  };
  const range = { afterId: 0, upToId: inCopy.at(-1)! };
  const whole = { range, inShop: count(inShop, range), inCopy: inCopy.length };
  const found: CountedSides[] = [];
  for await (const uneven of unevenRanges(counting, whole, mostRows)) {
    found.push(uneven);
    requests += Math.max(1, Math.ceil(uneven.inShop / mostRows));
  }
  return { found, requests };
}

test('10 deletions among 1,000,000 cost no more than 2 % of the requests of a full read of ids', async () => {
  const ids = Array.from({ length: 1_000_000 }, (_, index) => index + 1);
  for (let seed = 1; seed <= 5; seed += 1) {
    const gone = new Set(
      Array.from({ length: 10 }, (_, nth) => ((nth * 7_919 + seed) * 104_729) % 1_000_000),
    );
    const left = ids.filter((id) => !gone.has(id));
    const { found, requests } = await search(ids, left, 300);
    const caught = [...gone].filter((id) => id === 0 || found.some(({ range }) => isWithin(id, range)));
    expect(caught).toHaveLength(10);
    const pageSizeAtFirst = 100;
    expect(requests).toBeLessThanOrEqual((0.02 * ids.length) / pageSizeAtFirst);
  }
});

test('property: every id that only one side has lies in a range that is found, unless another one hides it', async () => {
  const sides = fc.uniqueArray(fc.integer({ min: 1, max: 40_000 }), { minLength: 2, maxLength: 400 });
  await fc.assert(
    fc.asyncProperty(
      sides,
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 0, max: 20 }),
      async (some, leaf, lost) => {
        const inCopy = some.toSorted((one, other) => one - other);
        const gone = new Set(some.slice(0, lost));
        const inShop = inCopy.filter((id) => !gone.has(id));
        const { found } = await search(inCopy, inShop, leaf);
        for (const { range, inCopy: rows } of found) {
          expect(rows <= leaf || range.upToId! - range.afterId === 1).toBe(true);
        }
        for (const id of gone) expect(found.some(({ range }) => isWithin(id, range))).toBe(true);
        const missing = found.reduce((sum, one) => sum + one.inCopy - one.inShop, 0);
        expect(missing).toBe(gone.size);
      },
    ),
  );
});

test('ids that lie far apart are cut by their rows, and by ids within one block', () => {
  const blocks = blocksOf([1, 2, 900_000, 900_001, 900_002, 2_000_000]);
  expect(middleOf(blocks, { afterId: 0, upToId: 2_100_000 })).toBe(901_119);
  expect(middleOf(blocks, { afterId: 898_000, upToId: 901_119 })).toBe(899_559);
  expect(middleOf([], { afterId: 10, upToId: 12 })).toBe(11);
});
