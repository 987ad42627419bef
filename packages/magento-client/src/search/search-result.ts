import type { SearchCriteria } from './search-criteria.ts';

/** What a list endpoint answered. */
export interface SearchResult<T> {
  readonly items: T[];
  /** Rows that match, on all pages; the shop counts them before it reads the rows, not in one snapshot. */
  readonly totalCount: number;
  readonly receivedAt: Date;
  /** The shop's own clock (HTTP `Date`). */
  readonly serverDate: Date | null;
  readonly durationMs: number;
  /** Size of the decoded answer. */
  readonly bytes: number;
}

/** A list endpoint as the paginators see it. */
export interface SearchSource<T, Field extends string> {
  /** For messages, e.g. `/V1/customers/search`. */
  readonly path: string;
  search(
    criteria: SearchCriteria<Field>,
    signal: AbortSignal | undefined,
    manner?: SearchManner,
  ): Promise<SearchResult<T>>;
}

/** How a search is sent. */
export interface SearchManner {
  /** Whether a search that takes too long fails at once, because its caller will ask for less. */
  readonly givesUpWhenSlow?: boolean;
}
