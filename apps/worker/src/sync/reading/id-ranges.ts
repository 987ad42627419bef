import type { IdRange } from '../entity/entity.ts';
import type { Stop } from '../ports.ts';

/** Every id that a row can have. */
export const everyId: IdRange = { afterId: 0, upToId: null };

/** Magento's ids are unsigned integers of 32 bits. */
export const largestPossibleId = 2 ** 32 - 1;

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

/**
 * Does the work for every range, in their order and so many at once; begins no further one after a pause.
 *
 * The first error stops the others after their page at hand and is thrown. Returns what was begun, in order of the ranges.
 */
export async function eachRange<T>(
  ranges: readonly IdRange[],
  concurrency: number,
  stop: Stop,
  work: (range: IdRange, stop: Stop) => Promise<T>,
): Promise<T[]> {
  const failure = new AbortController();
  const pause = AbortSignal.any([stop.pause, failure.signal]);
  const results = new Map<number, T>();
  let next = 0;
  const workOn = async (): Promise<void> => {
    for (let range = ranges[next]; range && !pause.aborted; range = ranges[next]) {
      const index = next;
      next += 1;
      results.set(index, await work(range, { signal: stop.signal, pause }));
    }
  };
  const workers = Array.from({ length: Math.min(concurrency, ranges.length) }, () =>
    workOn().catch((error: unknown) => failure.abort(error)),
  );
  await Promise.all(workers);
  if (failure.signal.aborted) throw failure.signal.reason;
  return [...results].toSorted(([one], [other]) => one - other).map(([, result]) => result);
}
