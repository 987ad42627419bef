import type { IdRange } from '../entity/entity.ts';
import { rangeName } from '../reading/index.ts';
import type { CountedSides, Counting } from './counted-ranges.ts';
import { mostTogether, weighRanges } from './weigh-ranges.ts';

/**
 * Finds the ranges whose counts differ, down to ranges of so many rows, and compares these by their ids.
 *
 * Ranges that differ by many rows are cut into halves, of which only the first is counted: the second one has what is left
 * of the whole. Ranges that differ by few are weighed together ({@link weighRanges}), which takes about four requests a
 * deletion among a million rows where halving takes ten. Where that ends in something else than was found, because rows
 * came or went meanwhile or because the shop has rows there that the copy lacks, the ranges are halved as well. What comes
 * or goes during the search may show in the wrong half; whoever compares the ids there sees that.
 */
export async function searchUnevenRanges(
  counting: Counting,
  whole: CountedSides,
  mostRows: number,
): Promise<void> {
  const compared = new Set<string>();
  const once: Counting = {
    ...counting,
    async compare(sides) {
      compared.add(rangeName(sides.range));
      return counting.compare(sides);
    },
  };
  const open = [whole];
  for (let counted = nextOf(open); counted; counted = nextOf(open)) {
    if (counting.enough()) return;
    const group = Math.abs(differenceOf(counted)) <= mostTogether ? alike(counted, open) : [];
    if (group.length > 0) {
      if (await weighRanges(once, group, mostRows)) continue;
      for (const { range } of group) {
        if (counting.enough()) return;
        const again = { range, inShop: await counting.inShop([range]), inCopy: await counting.inCopy(range) };
        await halve(counting, again, mostRows, (part) => compared.has(rangeName(part)));
      }
    } else if (isLeaf(counted, mostRows)) await once.compare(counted);
    else open.push(...(await halvesOf(counting, counted)));
  }
}

/** The next range that differs; those that do not are dropped. */
function nextOf(open: CountedSides[]): CountedSides | undefined {
  for (let next = open.pop(); next; next = open.pop()) if (differenceOf(next) !== 0) return next;
  return undefined;
}

/** A range, and those behind it that differ in the same direction and can be weighed together with it. */
function alike(first: CountedSides, open: CountedSides[]): CountedSides[] {
  const group = [first];
  let together = differenceOf(first);
  for (let next = nextOf(open); next; next = nextOf(open)) {
    const its = differenceOf(next);
    if (Math.sign(its) !== Math.sign(together) || Math.abs(together + its) > mostTogether) {
      open.push(next);
      break;
    }
    group.push(next);
    together += its;
  }
  return group;
}

/** Counts every part of a range for itself, but for those that were compared before. */
async function halve(
  counting: Counting,
  whole: CountedSides,
  mostRows: number,
  isKnown: (range: IdRange) => boolean,
): Promise<void> {
  const open = [whole];
  for (let counted = nextOf(open); counted; counted = nextOf(open)) {
    if (isKnown(counted.range)) continue;
    if (counting.enough()) return;
    if (isLeaf(counted, mostRows)) await counting.compare(counted);
    else open.push(...(await halvesOf(counting, counted)));
  }
}

/** The second half first, so that the first one is the next to be taken. */
async function halvesOf(
  counting: Counting,
  { range, inShop, inCopy }: CountedSides,
): Promise<[second: CountedSides, first: CountedSides]> {
  const middle = counting.middle(range);
  const first = { afterId: range.afterId, upToId: middle };
  const firstInShop = await counting.inShop([first]);
  const firstInCopy = await counting.inCopy(first);
  return [
    {
      range: { afterId: middle, upToId: range.upToId },
      inShop: inShop - firstInShop,
      inCopy: inCopy - firstInCopy,
    },
    { range: first, inShop: firstInShop, inCopy: firstInCopy },
  ];
}

const differenceOf = ({ inShop, inCopy }: CountedSides) => inCopy - inShop;

function isLeaf({ range: { afterId, upToId }, inShop, inCopy }: CountedSides, mostRows: number): boolean {
  return Math.max(inShop, inCopy) <= mostRows || (upToId !== null && upToId - afterId <= 1);
}
