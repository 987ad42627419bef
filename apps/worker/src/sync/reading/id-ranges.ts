import type { IdRange } from '../entity/entity.ts';
import type { Stop } from '../ports.ts';

/** Every id that a row can have. */
export const everyId: IdRange = { afterId: 0, upToId: null };

/** Magento's ids are unsigned integers of 32 bits. */
export const largestPossibleId = 2 ** 32 - 1;

/** Pages of a range, where that does not make too many ranges. */
const pagesPerRange = 12;
const mostRanges = 256;
/** So many ranges for everybody who reads, where there are enough rows: what is left at the end is small then. */
const rangesEach = 4;
/** A range takes such a part of what is left, divided by those who read. */
const partOfTheRest = 2;

/**
 * Ranges that are read side by side with so many requests in flight.
 *
 * Half as many again, and two at least: while those are written that have been read, others wait for a place that becomes
 * free. More of them would only hold more pages in memory.
 */
export function rangesFor(concurrency: number): number {
  return Math.max(concurrency + 2, Math.ceil(concurrency * 1.5));
}

/** What is known of a shop before its ids are cut into ranges. */
export interface RangePlanFacts {
  readonly rows: number;
  readonly largestId: number;
  /** Most rows a page. */
  readonly mostPageSize: number;
  /** Ranges that are read at once. */
  readonly readers: number;
}

/**
 * Cuts ids of which most are rows into disjoint ranges without gaps, smallest ids first: large ones to begin with, and ever
 * smaller ones, down to a single page, so that all who read come to an end at about the same time ("guided self-scheduling").
 *
 * A range holds a little less than whole pages of the largest size, as far as ids without rows are spread evenly, so that
 * hardly any range needs another request for a few rows. The last one has no upper end: it also takes what is added while
 * the backfill runs.
 */
export function planIdRanges({ rows, largestId, mostPageSize, readers }: RangePlanFacts): IdRange[] {
  const density = Math.min(1, Math.max(rows, 1) / Math.max(largestId, 1));
  const pagesOf = (ids: number) => (ids * density) / mostPageSize;
  const mostPages = Math.max(pagesPerRange, Math.ceil((2 * pagesOf(largestId)) / mostRanges));
  for (let leastPages = 1; ; leastPages *= 2) {
    const ranges: IdRange[] = [];
    for (let afterId = 0; ranges.length === 0 || afterId < largestId; ) {
      const fair = Math.ceil(pagesOf(largestId - afterId) / (readers * partOfTheRest));
      const pages = Math.max(leastPages, Math.min(mostPages, fair));
      const upToId = afterId + idsOf(pages * mostPageSize, density);
      ranges.push({ afterId, upToId: upToId < largestId ? upToId : null });
      afterId = upToId;
    }
    if (ranges.length <= mostRanges) return ranges;
  }
}

/** As many ids as hold so many rows at most, give or take two standard deviations of ids without rows at random. */
function idsOf(rows: number, density: number): number {
  const spread = Math.sqrt(1 - density);
  return Math.max(1, Math.floor((Math.sqrt(spread ** 2 + rows) - spread) ** 2 / density));
}

/**
 * Rows of a range that is cut by counts: twelve of the largest pages; fewer where that leaves too few ranges for those who read, but never less
 * than twelve pages of today; more where there would be more than 256 ranges.
 */
export function rowsPerRange({
  rows,
  pageSize,
  mostPageSize,
  readers,
}: Omit<RangePlanFacts, 'largestId'> & { readonly pageSize: number }): number {
  const fair = Math.ceil(rows / (readers * rangesEach));
  const pages = pageSize * pagesPerRange;
  const wanted = Math.max(pages, Math.min(mostPageSize * pagesPerRange, fair));
  return pages * Math.ceil(Math.max(wanted, rows / mostRanges) / pages);
}

/** The same without knowing where the rows are: ranges of one span. */
export function planSpans(largestId: number, span: number): IdRange[] {
  const ranges: IdRange[] = [];
  for (let afterId = 0; ranges.length === 0 || afterId < largestId; afterId += span) {
    const upToId = afterId + span;
    ranges.push({ afterId, upToId: upToId < largestId ? upToId : null });
  }
  return ranges;
}

/** Most counts that a plan asks for; what they leave too large is split while it is read. */
const mostCounts = 64;

/**
 * Cuts ids that lie far apart, or in heaps, into ranges of at most about so many rows each, by counting halves.
 *
 * Disjoint, without gaps, smallest first, the last one without an end.
 */
export async function cutByCounts(
  { largestId, rows }: { readonly largestId: number; readonly rows: number },
  rowsEach: number,
  count: (range: IdRange) => Promise<number>,
): Promise<IdRange[]> {
  let parts: { afterId: number; upToId: number; rows: number }[] = [{ afterId: 0, upToId: largestId, rows }];
  for (let counts = mostCounts; counts > 0; ) {
    const large = parts
      .filter((part) => part.rows > rowsEach && part.upToId - part.afterId > 1)
      .toSorted((one, other) => other.rows - one.rows)
      .slice(0, counts);
    if (large.length === 0) break;
    counts -= large.length;
    const halves = await Promise.all(
      large.map(async (part) => {
        const middle = part.afterId + Math.floor((part.upToId - part.afterId) / 2);
        const lower = await count({ afterId: part.afterId, upToId: middle });
        return [
          { afterId: part.afterId, upToId: middle, rows: lower },
          { afterId: middle, upToId: part.upToId, rows: Math.max(0, part.rows - lower) },
        ];
      }),
    );
    parts = parts.flatMap((part) => halves[large.indexOf(part)] ?? [part]);
  }
  const joined: typeof parts = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (last && last.rows + part.rows <= rowsEach) {
      last.upToId = part.upToId;
      last.rows += part.rows;
    } else joined.push({ ...part });
  }
  return joined.map(({ afterId, upToId }, index) => ({
    afterId,
    upToId: index === joined.length - 1 ? null : upToId,
  }));
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
