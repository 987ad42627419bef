import type { IdRange } from '../entity/entity.ts';

/** Magento's ids are unsigned integers of 32 bits. */
export const largestPossibleId = 2 ** 32 - 1;

/**
 * Finds an id whose row breaks answers, given that the first row of the range does, by searches for one row.
 *
 * `breaks` asks for the first row of an interval of ids and says whether the answer could not be used. The interval grows
 * from the start until it holds such a row, then it is halved. Returns `undefined` when the answers are whole again.
 */
export async function findBrokenRow(
  { afterId, upToId }: IdRange,
  firstStep: number,
  breaks: (interval: { readonly afterId: number; readonly upToId: number }) => Promise<boolean>,
): Promise<number | undefined> {
  const limit = upToId ?? largestPossibleId;
  let low = afterId;
  let high = low;
  for (let step = firstStep; high === low; step *= 2) {
    if (low >= limit) return undefined;
    const end = Math.min(limit, low + step);
    if (await breaks({ afterId: low, upToId: end })) high = end;
    else {
      low = end;
      high = end;
    }
  }
  while (high - low > 1) {
    const middle = low + Math.floor((high - low) / 2);
    if (await breaks({ afterId: low, upToId: middle })) high = middle;
    else low = middle;
  }
  // The row may have moved away meanwhile, and then another one would be set aside.
  return (await breaks({ afterId: high - 1, upToId: high })) ? high : undefined;
}

/**
 * Finds the largest id by asking whether there is any row above an id; for a shop that cannot show its newest row.
 *
 * Returns 0 when there is no row at all.
 */
export async function findLargestId(isAnyAbove: (id: number) => Promise<boolean>): Promise<number> {
  let low = 0;
  let high = largestPossibleId;
  while (low < high) {
    const middle = low + Math.floor((high - low) / 2);
    if (await isAnyAbove(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
