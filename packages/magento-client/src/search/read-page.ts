import { isTooMuch } from '../error-kinds.ts';
import { PageSizeTooLargeError } from '../errors.ts';
import {
  assertPage,
  comesAfter,
  implausibleCount,
  isCountPlausible,
  type PageBounds,
  type RowKey,
} from './page-guards.ts';
import { currentPageSize, type PageSize, type PageSizer } from './page-size.ts';
import type { SearchCriteria } from './search-criteria.ts';
import type { SearchResult, SearchSource } from './search-result.ts';

/** One page of a keyset read: what to ask for and what must hold of the answer. */
export interface PageRequest<T, Field extends string> {
  readonly bounds: Pick<PageBounds, 'after' | 'upToId'>;
  readonly keyOf: (item: T) => RowKey;
  readonly criteria: (pageSize: number) => SearchCriteria<Field>;
}

/** A page that holds what was asked for. */
export interface CheckedPage<T> {
  readonly result: SearchResult<T>;
  /** The size at which it was read in the end. */
  readonly pageSize: number;
  readonly keys: RowKey[];
  /** Its count says more than it shows, also when asked three times; only with short pages allowed. */
  readonly isShort: boolean;
}

/**
 * What becomes of a page that shows fewer rows than its count says, also when asked three times.
 *
 * `refused` fails the read. `allowed` lets it through: only for callers who hold every count against the rows they were
 * shown, because somebody hides rows from them.
 */
export type ShortPages = 'refused' | 'allowed';

/** How pages are read. */
export interface ReadPageOptions {
  readonly pageSize: PageSize;
  readonly signal?: AbortSignal | undefined;
  /** `refused` when absent. */
  readonly shortPages?: ShortPages | undefined;
}

const COUNT_ATTEMPTS = 3;
/** More rows than these, all of them hidden, are not passed over: such a list is broken as a whole. */
const MOST_HIDDEN_AT_ONCE = 100;

/**
 * Reads and checks one page.
 *
 * A page that the shop refuses as too large, cuts or cannot serve in time is asked for again with fewer rows when the
 * page size has an owner, who is told; every such step makes it smaller, so the steps end. Without an owner it fails.
 */
export async function readPage<T, Field extends string>(
  source: SearchSource<T, Field>,
  options: ReadPageOptions,
  page: PageRequest<T, Field>,
): Promise<CheckedPage<T>> {
  const { signal, shortPages = 'refused' } = options;
  const owner = typeof options.pageSize === 'number' ? undefined : options.pageSize;
  let pageSize = currentPageSize(options.pageSize);
  let patient = owner === undefined;
  for (;;) {
    try {
      const checked = await readAtSize(source, { owner, patient, signal, shortPages }, page, pageSize);
      owner?.observe({
        asked: checked.pageSize,
        rows: checked.keys.length,
        durationMs: checked.result.durationMs,
      });
      return checked;
    } catch (error) {
      const smaller = owner === undefined ? undefined : sizeAfter(error, pageSize, owner);
      if (smaller !== undefined) pageSize = smaller;
      // As small as it can be: from here on only patience helps.
      else if (!patient && isTooMuch(error)) patient = true;
      else throw error;
    }
  }
}

/** The smaller size at which the page may pass after this error; `undefined` when size is not the matter. */
function sizeAfter(error: unknown, asked: number, owner: PageSizer): number | undefined {
  if (error instanceof PageSizeTooLargeError) {
    if (error.max < 1) return undefined;
    owner.limit(error.max, 'refused');
  } else if (isTooMuch(error)) {
    owner.tooSlow(asked);
  } else {
    return undefined;
  }
  const smaller = owner.current();
  return smaller < asked ? smaller : undefined;
}

interface Reading {
  readonly owner: PageSizer | undefined;
  readonly patient: boolean;
  readonly signal: AbortSignal | undefined;
  readonly shortPages: ShortPages;
}

/** Asks again when the count and the rows disagree, which a concurrent write explains once. */
async function readAtSize<T, Field extends string>(
  source: SearchSource<T, Field>,
  reading: Reading,
  page: PageRequest<T, Field>,
  pageSize: number,
): Promise<CheckedPage<T>> {
  let rowsBefore: number | undefined;
  for (let attempt = 1; ; attempt += 1) {
    const { result, keys } = await ask(source, reading, page, { pageSize });
    const rows = keys.length;
    if (isCountPlausible(rows, result.totalCount, pageSize))
      return { result, pageSize, keys, isShort: false };
    const isCut = rows > 0 && rows === rowsBefore && rows < pageSize && rows < result.totalCount;
    if (isCut && reading.owner && (await isLimit(source, reading, page, keys))) {
      reading.owner.limit(rows, 'cut');
      return { result, pageSize: rows, keys, isShort: false };
    }
    if (attempt === COUNT_ATTEMPTS) {
      const short = { result, pageSize, keys, isShort: true };
      const passed = await passHidden(source, reading, page, short);
      if (passed) return passed;
      throw implausibleCount(source.path, rows, result.totalCount, pageSize);
    }
    rowsBefore = rows;
  }
}

/**
 * Whether the shop cuts pages after just as many rows as it showed: then the second page of that size is whole and
 * begins behind them.
 *
 * Hidden rows betray themselves: one among the rows shown moves the last of them to the second page, one behind them is
 * missing from it.
 */
async function isLimit<T, Field extends string>(
  source: SearchSource<T, Field>,
  reading: Reading,
  page: PageRequest<T, Field>,
  shown: readonly RowKey[],
): Promise<boolean> {
  const pageSize = shown.length;
  const { result, keys } = await ask(source, reading, page, { pageSize, number: 2 });
  const [first, last] = [keys[0], shown.at(-1)];
  const isWhole = keys.length === Math.min(pageSize, result.totalCount - pageSize);
  return isWhole && first !== undefined && last !== undefined && comesAfter(first, last);
}

/**
 * Lets a short page through where that is allowed; of one that shows nothing at all, the first page behind it that does.
 *
 * Without a row there is no key to go on from. A page without rows is only returned when nothing is shown behind it.
 */
async function passHidden<T, Field extends string>(
  source: SearchSource<T, Field>,
  reading: Reading,
  page: PageRequest<T, Field>,
  short: CheckedPage<T>,
): Promise<CheckedPage<T> | undefined> {
  const { pageSize, keys, result } = short;
  if (reading.shortPages === 'refused' || result.totalCount < keys.length) return undefined;
  let { totalCount } = result;
  for (let number = 1; keys.length === 0 && number * pageSize < totalCount; ) {
    if (number * pageSize >= MOST_HIDDEN_AT_ONCE) return undefined;
    number += 1;
    const behind = await ask(source, reading, page, { pageSize, number });
    if (behind.keys.length > 0) return { ...behind, pageSize, isShort: true };
    totalCount = behind.result.totalCount;
  }
  return short;
}

async function ask<T, Field extends string>(
  source: SearchSource<T, Field>,
  { patient, signal }: Reading,
  page: PageRequest<T, Field>,
  { pageSize, number = 1 }: { readonly pageSize: number; readonly number?: number },
): Promise<{ result: SearchResult<T>; keys: RowKey[] }> {
  signal?.throwIfAborted();
  const criteria = page.criteria(pageSize).currentPage(number);
  const result = await source.search(criteria, signal, { givesUpWhenSlow: !patient });
  const keys = result.items.map(page.keyOf);
  assertPage(keys, { ...page.bounds, path: source.path, pageSize });
  return { result, keys };
}
