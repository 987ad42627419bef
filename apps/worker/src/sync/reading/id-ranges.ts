import type { IdRange } from '../entity/entity.ts';

/** Also whole pages of two, three and four times the size, to which pages grow while a range is read. */
const pagesPerRange = 12;
const mostRanges = 256;

/**
 * Cuts the ids up to the largest one into disjoint ranges without gaps, smallest first.
 *
 * The last range has no upper end: it also takes what is added while the backfill runs. A range spans twelve pages, or a
 * multiple of that: large shops get larger ranges rather than more than 256 of them.
 */
export function planIdRanges(largestId: number, pageSize: number): IdRange[] {
  const least = pageSize * pagesPerRange;
  const span = least * Math.max(1, Math.ceil(largestId / mostRanges / least));
  const ranges: IdRange[] = [];
  for (let afterId = 0; ranges.length === 0 || afterId < largestId; afterId += span) {
    const upToId = afterId + span;
    ranges.push({ afterId, upToId: upToId < largestId ? upToId : null });
  }
  return ranges;
}

/** Whether an id lies in a range: above its start, and not beyond its end if it has one. */
export function isWithin(id: number, { afterId, upToId }: IdRange): boolean {
  return id > afterId && (upToId === null || id <= upToId);
}

/** Name of a range in its checkpoint, for example `1000-2000` or `2000-`. */
export function rangeName({ afterId, upToId }: IdRange): string {
  return `${afterId}-${upToId ?? ''}`;
}
