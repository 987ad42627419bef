import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findBrokenRow } from './resilient-pages.ts';

const idSet = fc.uniqueArray(fc.integer({ min: 1, max: 5_000 }), { minLength: 1, maxLength: 200 });

/** A shop that breaks over broken rows, seen through searches for the first row of an interval. */
function shopWith(ids: readonly number[], broken: ReadonlySet<number>) {
  let asked = 0;
  const sorted = ids.toSorted((one, other) => one - other);
  return {
    get asked() {
      return asked;
    },
    async breaks({ afterId, upToId }: { afterId: number; upToId: number }) {
      asked += 1;
      const first = sorted.find((id) => id > afterId && id <= upToId);
      return first !== undefined && broken.has(first);
    },
  };
}

test('the broken row at the start of a range is found by its id alone, in few searches', async () => {
  await fc.assert(
    fc.asyncProperty(idSet, fc.nat(4_000), fc.constantFrom(1, 16, 2 ** 20), async (ids, afterId, step) => {
      const first = Math.min(...ids.filter((id) => id > afterId));
      fc.pre(Number.isFinite(first));
      const shop = shopWith(ids, new Set([first]));
      expect(await findBrokenRow({ afterId, upToId: null }, step, shop.breaks)).toBe(first);
      expect(shop.asked).toBeLessThan(32);
    }),
  );
});

test('with several broken rows, one of them is found', async () => {
  await fc.assert(
    fc.asyncProperty(idSet, fc.infiniteStream(fc.boolean()), async (ids, choices) => {
      const broken = new Set([Math.min(...ids), ...ids.filter(() => choices.next().value)]);
      const found = await findBrokenRow({ afterId: 0, upToId: 5_000 }, 16, shopWith(ids, broken).breaks);
      expect(broken.has(found ?? 0)).toBe(true);
    }),
  );
});

test('a shop that recovered meanwhile sets nobody aside', async () => {
  const shop = shopWith([5, 9], new Set());
  expect(await findBrokenRow({ afterId: 0, upToId: 100 }, 16, shop.breaks)).toBeUndefined();
  expect(await findBrokenRow({ afterId: 0, upToId: null }, 16, shop.breaks)).toBeUndefined();
});

test('a row that recovers during the search is not mistaken for another one', async () => {
  const broken = new Set([700]);
  const shop = shopWith([700, 900], broken);
  const recovering = async (interval: { afterId: number; upToId: number }) => {
    const failed = await shop.breaks(interval);
    if (shop.asked === 8) broken.clear();
    return failed;
  };
  expect(await findBrokenRow({ afterId: 0, upToId: null }, 16, recovering)).toBeUndefined();
});
