import { PageSizeTooLargeError, UnexpectedPayloadError } from '../errors.ts';
import type { SearchCriteria } from './search-criteria.ts';
import type { SearchResult, SearchSource } from './search-result.ts';

/** How far page numbers are trusted. */
export interface NumberedPagesOptions {
  readonly signal?: AbortSignal | undefined;
  /** More pages than this are an error: page numbers are for lists that fit on a few. Default 100. */
  readonly maxPages?: number;
  /** Whether fewer distinct rows than the shop counted are an error. Default true. */
  readonly checkTotal?: boolean;
}

/**
 * Reads a list page by page, by number: for small dictionaries that hardly ever change.
 *
 * Page numbers lose rows when the list changes while it is read (a row that leaves an earlier page moves the others
 * forward); the count of distinct rows shows most such losses and fails. Large or busy lists are read by keyset pages.
 *
 * Magento: framework/Data/Collection.php::getCurPage of 2.3 answers pages past the end with the last page again; a
 * page that equals the one before it ends the read. A shop that refuses pages of this size gets them as small as it
 * wants.
 */
export async function* numberedPages<T, Field extends string>(
  source: SearchSource<T, Field>,
  keyOf: (item: T) => string | number,
  criteria: SearchCriteria<Field>,
  options: NumberedPagesOptions = {},
): AsyncGenerator<SearchResult<T>, void, undefined> {
  const { maxPages = 100, checkTotal = true } = options;
  let sized = criteria;
  const seen = new Set<string | number>();
  let before: readonly (string | number)[] = [];
  for (let page = 1; ; page += 1) {
    if (page > maxPages) {
      throw new UnexpectedPayloadError(
        `${source.path} has more than ${maxPages} pages of ${sized.state.pageSize}. Read a list of this size by keyset pages, or raise maxPages.`,
        { path: source.path },
      );
    }
    options.signal?.throwIfAborted();
    const ask = () => source.search(sized.currentPage(page), options.signal);
    const result = await ask().catch((error: unknown) => {
      // Before the first page nothing depends on the size yet.
      const { pageSize } = sized.state;
      if (page > 1 || !(error instanceof PageSizeTooLargeError) || error.max >= pageSize) throw error;
      sized = sized.pageSize(error.max);
      return ask();
    });
    const { pageSize } = sized.state;
    const keys = result.items.map(keyOf);
    const repeated = page > 1 && keys.length > 0 && isSame(keys, before);
    if (!repeated && keys.length > 0) yield result;
    if (!repeated) for (const key of keys) seen.add(key);
    if (repeated || keys.length < pageSize || seen.size >= result.totalCount) {
      if (checkTotal && seen.size < result.totalCount)
        throw incomplete(source.path, seen.size, result.totalCount);
      return;
    }
    before = keys;
  }
}

function isSame(left: readonly unknown[], right: readonly unknown[]): boolean {
  return left.length === right.length && left.every((key, index) => key === right[index]);
}

function incomplete(path: string, read: number, total: number): UnexpectedPayloadError {
  return new UnexpectedPayloadError(
    `${path} has ${total} rows, and its pages held ${read} different ones: it changed while it was read. Read it again.`,
    { path, problem: 'other_rows', retryable: true },
  );
}
