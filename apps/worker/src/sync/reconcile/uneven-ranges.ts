import type { IdRange } from '../entity/entity.ts';

/** A range with the number of its rows on both sides. */
export interface CountedSides {
  readonly range: IdRange;
  readonly inShop: number;
  readonly inCopy: number;
}

/** How the rows of a range are counted, and where it is cut. */
export interface Counting {
  /** One request. */
  inShop(range: IdRange): Promise<number>;
  inCopy(range: IdRange): Promise<number>;
  /** Asked before every cut; then no further range is looked at. */
  enough(): boolean;
  /** An id inside of the range that has about as many rows of the copy on either side. */
  middle(range: IdRange): number;
}

/**
 * Finds the ranges whose counts differ, down to ranges of so many rows, in the order of their ids.
 *
 * A range that differs is cut into halves, of which only the first is counted: the second one has what is left of the
 * whole. So each deletion costs one request for every time that the rows can be halved, and one that equals out costs
 * none. What comes or goes during the search may show in the wrong half; whoever reads the ids there sees that.
 */
export async function* unevenRanges(
  counting: Counting,
  whole: CountedSides,
  mostRows: number,
): AsyncGenerator<CountedSides, void, undefined> {
  const open = [whole];
  for (let counted = open.pop(); counted; counted = open.pop()) {
    const { range, inShop, inCopy } = counted;
    if (inShop === inCopy) continue;
    if (Math.max(inShop, inCopy) <= mostRows || isSingle(range)) {
      yield counted;
      continue;
    }
    if (counting.enough()) return;
    const middle = counting.middle(range);
    const first = { afterId: range.afterId, upToId: middle };
    const firstInShop = await counting.inShop(first);
    const firstInCopy = await counting.inCopy(first);
    open.push(
      {
        range: { afterId: middle, upToId: range.upToId },
        inShop: inShop - firstInShop,
        inCopy: inCopy - firstInCopy,
      },
      { range: first, inShop: firstInShop, inCopy: firstInCopy },
    );
  }
}

function isSingle({ afterId, upToId }: IdRange): boolean {
  return upToId !== null && upToId - afterId <= 1;
}

/** Rows of the copy by blocks of ids, in their order. */
export interface Block extends IdRange {
  readonly upToId: number;
  readonly rows: number;
}

/**
 * Cuts ranges where blocks end, so that the halves have about as many rows and the copy need not count them; within a
 * block, and where one has nearly all of the rows, half of the ids is as good.
 */
export function middleOf(blocks: readonly Block[], { afterId, upToId }: IdRange): number {
  const end = upToId ?? blocks.at(-1)?.upToId ?? afterId + 2;
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
