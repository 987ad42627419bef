import {
  currentPageSize,
  type MagentoError,
  type PageSize,
  type PageSizer,
} from '@magento-sync/magento-client';
import type { IdRange } from '../entity/entity.ts';
import { isAboutMissingRows, looksLikeAnOutage, TooManyBrokenRecordsError } from './broken-answers.ts';
import { largestPossibleId } from './id-ranges.ts';
import type { Quarantine } from './quarantine.ts';

/** How to read pages of one list, and how to find out over which row it breaks. */
export interface PageReads<Page, Position> {
  /** Pages from a position on, with such sizes, without the excluded ids. */
  open(
    after: Position,
    options: { readonly pageSize: PageSizer; readonly excluding: readonly number[] },
  ): AsyncIterable<Page>;
  /** The id of the first row after the position, when answers break over it. */
  locate(after: Position): Promise<number | undefined>;
  /** Whether a list with another row can be used, far from the position. */
  worksElsewhere(): Promise<boolean>;
}

/** So many rows in a row, before any page was read, are set aside before it is asked whether all of them break. */
const firstRows = 3;

/**
 * Reads pages on and on, also past rows over which the answers break.
 *
 * A page that cannot be used is read in halves until it can or is one row: then that row is set aside and the walk goes on
 * without it. Pages that work only when they are small, for example because the shop's memory ends, stay small for a while.
 * What looks like an outage is asked for again as it was before anything is halved.
 */
export async function* resilientPages<Page extends { readonly next: Position }, Position>(
  quarantine: Quarantine,
  start: Position,
  normalSize: PageSize,
  reads: PageReads<Page, Position>,
): AsyncGenerator<Page, void, undefined> {
  const size = shrinkingSize(normalSize);
  let after = start;
  let passed = 0;
  let asked = 0;
  let setAside: number | undefined = 0;
  for (;;) {
    try {
      const options = { pageSize: size.sizer, excluding: [...quarantine.ids] };
      for await (const page of reads.open(after, options)) {
        after = page.next;
        passed = 0;
        asked = 0;
        setAside = undefined;
        size.worked();
        yield page;
      }
      return;
    } catch (error) {
      // A list that hides so many rows is broken as a whole.
      if (isAboutMissingRows(error)) throw error;
      if (size.asked > 1) {
        await quarantine.suspectRows(error);
        if (!looksLikeAnOutage(error) || (asked += 1) > 1) size.failed();
      } else if (await quarantine.setAsideBroken(error, () => reads.locate(after))) {
        if (setAside !== undefined && (setAside += 1) === firstRows && !(await reads.worksElsewhere())) {
          throw new TooManyBrokenRecordsError(
            "The first rows and the newest one break the shop's answers",
            error as MagentoError,
          );
        }
        size.cleared();
      } else if ((passed += 1) > 1) throw error;
    }
  }
}

/** Repeats a single request without the rows over which it breaks. */
export async function withoutBroken<T>(
  quarantine: Quarantine,
  request: (excluding: readonly number[]) => Promise<T>,
  locate: () => Promise<number | undefined>,
): Promise<T> {
  for (let passed = 0; ; ) {
    try {
      return await request([...quarantine.ids]);
    } catch (error) {
      if (await quarantine.setAsideBroken(error, locate)) passed = 0;
      else if ((passed += 1) > 1) throw error;
    }
  }
}

/** So many pages are read at a smaller size before the normal one is tried again. */
const pagesBeforeGrowth = 30;
/** After so many smaller pages it was the size, and no single row. */
const pagesBeforeVerdict = 3;

/** The normal page size, and a smaller one while a row is looked for. */
function shrinkingSize(normal: PageSize) {
  const owner = typeof normal === 'number' ? undefined : normal;
  let most = Number.POSITIVE_INFINITY;
  let ceiling = Number.POSITIVE_INFINITY;
  let wanted = Number.POSITIVE_INFINITY;
  let asked = 1;
  let pages = 0;
  /** Of answers that were cut or too large; not told to the owner before it is clear that no single row weighs so much. */
  let tooLarge: number | undefined;
  const shrink = (failed: number) => {
    pages = 0;
    ceiling = Math.min(ceiling, Math.max(1, Math.floor(failed / 2)));
    wanted = ceiling;
  };
  const sizer: PageSizer = {
    current() {
      asked = Math.min(currentPageSize(normal), wanted, most);
      return asked;
    },
    async ready(signal) {
      await owner?.ready?.(signal);
    },
    limit(max, how) {
      most = Math.min(most, max);
      owner?.limit(max, how);
    },
    observe: (page) => owner?.observe(page),
    tooSlow: (size) => owner?.tooSlow(size),
    tooLarge(size) {
      tooLarge = Math.min(tooLarge ?? size, size);
      shrink(size);
    },
  };
  return {
    sizer,
    get asked() {
      return asked;
    },
    worked() {
      pages += 1;
      if (tooLarge !== undefined && pages >= pagesBeforeVerdict) {
        owner?.tooLarge(tooLarge);
        tooLarge = undefined;
      }
      if (pages >= pagesBeforeGrowth) ceiling = Number.POSITIVE_INFINITY;
      wanted = Math.min(wanted * 2, ceiling);
    },
    failed: () => shrink(asked),
    cleared() {
      tooLarge = undefined;
      ceiling = Number.POSITIVE_INFINITY;
      wanted = 1;
    },
  };
}

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
