import { isDeepStrictEqual } from 'node:util';
import { isTooMuch, isTooSlow } from '../error-kinds.ts';
import { PageSizeTooLargeError } from '../errors.ts';
import {
  assertPage,
  comesAfter,
  implausibleCount,
  isCountPlausible,
  type PageBounds,
  type RowKey,
  tooManyRows,
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
  /** Rows that were sent, those that came twice included. */
  readonly sent: number;
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
  await owner?.ready?.(signal);
  let pageSize = currentPageSize(options.pageSize);
  let patient = owner === undefined;
  for (;;) {
    try {
      const checked = await readAtSize(source, { owner, patient, signal, shortPages }, page, pageSize);
      owner?.observe({
        asked: checked.pageSize,
        rows: checked.sent,
        durationMs: checked.result.durationMs,
        bytes: checked.result.bytes,
      });
      return checked;
    } catch (error) {
      const smaller = owner === undefined ? undefined : sizeAfter(error, pageSize, owner);
      if (smaller !== undefined) pageSize = smaller;
      // As small as it can be: from here on only patience helps.
      else if (!patient && isTooSlow(error)) patient = true;
      else throw error;
    }
  }
}

/** The smaller size at which the page may pass after this error; `undefined` when size is not the matter. */
function sizeAfter(error: unknown, asked: number, owner: PageSizer): number | undefined {
  if (error instanceof PageSizeTooLargeError) {
    if (error.max < 1) return undefined;
    owner.limit(error.max, 'refused');
  } else if (isTooSlow(error)) {
    owner.tooSlow(asked);
  } else if (isTooMuch(error)) {
    owner.tooLarge(asked);
  } else {
    return undefined;
  }
  const smaller = owner.current();
  return smaller < asked ? smaller : undefined;
}

/** An answer whose rows came in order; its result holds each of them once, and counts them so. */
interface Asked<T> {
  readonly result: SearchResult<T>;
  readonly keys: RowKey[];
  /** Rows as sent, and as counted by the shop: what size and count are held against. */
  readonly sent: number;
  readonly counted: number;
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
    const asked = await ask(source, reading, page, { pageSize });
    const { sent, counted, keys, result } = asked;
    const isPlausible =
      isCountPlausible(sent, counted, pageSize) || isCountPlausible(keys.length, result.totalCount, pageSize);
    if (isPlausible) return { ...asked, pageSize, isShort: false };
    const isCut = sent > 0 && sent === rowsBefore && sent < pageSize && sent < counted;
    if (isCut && reading.owner && (await isLimit(source, reading, page, asked))) {
      reading.owner.limit(sent, 'cut');
      return { ...asked, pageSize: sent, isShort: false };
    }
    if (attempt === COUNT_ATTEMPTS) {
      const passed = await passHidden(source, reading, page, { ...asked, pageSize, isShort: true });
      if (passed) return passed;
      throw implausibleCount(source.path, sent, counted, pageSize);
    }
    rowsBefore = sent;
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
  shown: Asked<T>,
): Promise<boolean> {
  const pageSize = shown.sent;
  const { sent, counted, keys } = await ask(source, reading, page, { pageSize, number: 2 });
  const [first, last] = [keys[0], shown.keys.at(-1)];
  const isWhole = sent === Math.min(pageSize, counted - pageSize);
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
): Promise<Asked<T>> {
  signal?.throwIfAborted();
  const criteria = page.criteria(pageSize).currentPage(number);
  const result = await source.search(criteria, signal, { givesUpWhenSlow: !patient });
  const { length: sent } = result.items;
  const items = withoutTwins(result.items, page.keyOf);
  if (items.length > pageSize) throw tooManyRows(source.path, items.length, pageSize);
  const keys = items.map(page.keyOf);
  assertPage(keys, { ...page.bounds, path: source.path });
  const { totalCount: counted } = result;
  // A row that came twice was counted twice as well, by most modules.
  const totalCount = sent === items.length ? counted : Math.max(items.length, counted + items.length - sent);
  return { result: { ...result, items, totalCount }, keys, sent, counted };
}

/**
 * The rows without those that repeat the one before them in every field.
 *
 * A module that joins a table to the collection makes rows come twice, on a page of the size that was asked for or in
 * excess of it. Rows of one id that differ stay: nobody can say which of them is right.
 */
function withoutTwins<T>(items: readonly T[], keyOf: (item: T) => RowKey): T[] {
  return items.filter((item, index) => {
    const before = index === 0 ? undefined : items[index - 1];
    if (before === undefined || keyOf(before).id !== keyOf(item).id) return true;
    return !isDeepStrictEqual(before, item);
  });
}
