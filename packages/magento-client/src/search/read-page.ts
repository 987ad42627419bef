import { PageSizeTooLargeError } from '../errors.ts';
import { isTooSlow } from '../http/overload.ts';
import {
  assertPage,
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
}

/** How pages are read. */
export interface ReadPageOptions {
  readonly pageSize: PageSize;
  readonly signal?: AbortSignal | undefined;
}

const COUNT_ATTEMPTS = 3;

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
  const owner = typeof options.pageSize === 'number' ? undefined : options.pageSize;
  let pageSize = currentPageSize(options.pageSize);
  let patient = owner === undefined;
  for (;;) {
    try {
      const checked = await readAtSize(source, { owner, patient, signal: options.signal }, page, pageSize);
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
    const { result, keys } = await ask(source, reading, page, pageSize);
    const rows = keys.length;
    if (isCountPlausible(rows, result.totalCount, pageSize)) return { result, pageSize, keys };
    const isCut = rows > 0 && rows === rowsBefore && rows < pageSize && rows < result.totalCount;
    const whole = isCut && reading.owner ? await wholePage(source, reading, page, rows) : undefined;
    if (whole) return whole;
    if (attempt === COUNT_ATTEMPTS) throw implausibleCount(source.path, rows, result.totalCount, pageSize);
    rowsBefore = rows;
  }
}

/**
 * Asks for just as many rows as a cut page had; a whole page proves that the shop cuts at this size.
 *
 * A page that comes short again is not cut but has rows hidden from it, which no page size cures.
 */
async function wholePage<T, Field extends string>(
  source: SearchSource<T, Field>,
  reading: Reading,
  page: PageRequest<T, Field>,
  size: number,
): Promise<CheckedPage<T> | undefined> {
  const { result, keys } = await ask(source, reading, page, size);
  if (keys.length !== size || !isCountPlausible(size, result.totalCount, size)) return undefined;
  reading.owner?.limit(size, 'cut');
  return { result, pageSize: size, keys };
}

async function ask<T, Field extends string>(
  source: SearchSource<T, Field>,
  { patient, signal }: Reading,
  page: PageRequest<T, Field>,
  pageSize: number,
): Promise<{ result: SearchResult<T>; keys: RowKey[] }> {
  signal?.throwIfAborted();
  const result = await source.search(page.criteria(pageSize), signal, { givesUpWhenSlow: !patient });
  const keys = result.items.map(page.keyOf);
  assertPage(keys, { ...page.bounds, path: source.path, pageSize });
  return { result, keys };
}
