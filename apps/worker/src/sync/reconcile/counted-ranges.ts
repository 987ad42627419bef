import type { IdRange } from '../entity/entity.ts';

/** A range between two ids. */
export interface ClosedRange extends IdRange {
  readonly upToId: number;
}

/** A range with the number of its rows on both sides. */
export interface CountedSides {
  readonly range: ClosedRange;
  readonly inShop: number;
  readonly inCopy: number;
}

/** How the rows of ranges are counted and compared, and where a range is cut. */
export interface Counting {
  /** One request, for so many ranges together as {@link Counting.mostRanges} says. */
  inShop(ranges: readonly ClosedRange[]): Promise<number>;
  /** Most ranges that one request can count. */
  readonly mostRanges: number;
  inCopy(range: ClosedRange): Promise<number>;
  /** Compares a range by its ids; returns how many more rows the copy has than the shop. */
  compare(range: CountedSides): Promise<number>;
  /** Asked before every request; then no further range is looked at. */
  enough(): boolean;
  /** An id inside of the range that has about as many rows of the copy on either side. */
  middle(range: ClosedRange): number;
}

/** Rows of the copy by blocks of ids, in their order. */
export interface Block extends ClosedRange {
  readonly rows: number;
}

/**
 * Cuts ranges where blocks end, so that the halves have about as many rows and the copy need not count them; within a
 * block, and where one has nearly all of the rows, half of the ids is as good.
 */
export function middleOf(blocks: readonly Block[], { afterId, upToId: end }: ClosedRange): number {
  const inside = blocks.slice(firstAfter(blocks, afterId), firstAfter(blocks, end));
  const rows = inside.reduce((sum, block) => sum + block.rows, 0);
  let before = 0;
  for (const block of inside) {
    before += block.rows;
    if (before * 2 >= rows && block.upToId > afterId && block.upToId < end) return block.upToId;
    if (before * 2 >= rows) break;
  }
  return afterId + Math.max(1, Math.floor((end - afterId) / 2));
}

/** Index of the first block that ends beyond an id. */
function firstAfter(blocks: readonly Block[], id: number): number {
  let [low, high] = [0, blocks.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((blocks[middle]?.upToId ?? 0) <= id) low = middle + 1;
    else high = middle;
  }
  return low;
}
