import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findHiddenIds, type IdInterval } from './hidden-rows.ts';

/** Searches among rows of which some are hidden; says what was found and how often was counted. */
async function search(
  { shown, hidden, upToId = null }: { shown: number[]; hidden: number[]; upToId?: number | null },
  mostCounts = Number.POSITIVE_INFINITY,
) {
  const found: number[] = [];
  let counts = 0;
  const missingIn = async ({ afterId, upToId: end }: IdInterval) => {
    if (counts >= mostCounts) return undefined;
    counts += 1;
    return hidden.filter((id) => id > afterId && id <= end).length;
  };
  const shortage = {
    ids: { afterId: 0, upToId },
    largestShown: Math.max(0, ...shown),
    missing: hidden.length,
  };
  for await (const id of findHiddenIds(shortage, missingIn)) found.push(id);
  return { found, counts };
}

const id = fc.integer({ min: 1, max: 2 ** 32 - 1 });

test('every hidden id is found, in order, among, below and above those shown', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(id, { maxLength: 20 }),
      fc.uniqueArray(fc.oneof(id, fc.integer({ min: 1, max: 99 })), { maxLength: 20 }),
      fc.boolean(),
      async (shown, hidden, isBounded) => {
        const upToId = isBounded ? Math.max(1, ...shown, ...hidden) : null;
        const { found } = await search({ shown, hidden, upToId });
        expect(found).toEqual(hidden.toSorted((one, other) => one - other));
      },
    ),
  );
});

test('one hidden id among a million costs about as many counts as its number has bits', async () => {
  const { found, counts } = await search({ shown: [1, 1_000_000], hidden: [777_777] });
  expect(found).toEqual([777_777]);
  expect(counts).toBeLessThanOrEqual(21);
  // The newest row, right above all that are shown.
  expect((await search({ shown: [999_999], hidden: [1_000_000] })).counts).toBeLessThanOrEqual(6);
});

test('the search ends when nobody may ask any more', async () => {
  const { found, counts } = await search({ shown: [1_000], hidden: [5, 900] }, 12);
  expect(found).toEqual([5]);
  expect(counts).toBe(12);
});
