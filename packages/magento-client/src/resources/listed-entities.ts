import { z } from 'zod';
import { InvalidCriteriaError } from '../errors.ts';
import type { RestClient } from '../http/rest.ts';
import { parsePayload } from '../payloads/parse.ts';
import { id as idSchema } from '../payloads/scalars.ts';
import { readSearchAnswer } from '../payloads/search-answer.ts';
import { encodeSearchCriteria } from '../search/encode-criteria.ts';
import { encodeParameters, joinQueries, withEcho } from '../search/encode-query.ts';
import {
  type ChangePosition,
  changedSincePages,
  idRangePages,
  type KeysetOptions,
  type KeysetPage,
} from '../search/keyset-pages.ts';
import { fittingPageSize } from '../search/page-size.ts';
import type { SearchCriteria } from '../search/search-criteria.ts';
import type { SearchResult, SearchSource } from '../search/search-result.ts';
import { type CallOptions, withSignal } from './call-options.ts';

/** A kind of record that has a list route and the columns `entity_id` and `updated_at`. */
export interface EntityDescriptor<T> {
  /** e.g. `/V1/orders`. */
  readonly listRoute: string;
  readonly parse: (value: unknown, path: string) => T;
}

const count = z.object({ total_count: idSchema });

/**
 * Creates the reads that orders, their documents, products and categories have in common.
 *
 * Unlike `customers/search`, these lists answer an unknown filter or sort field with an internal error (500).
 */
export function createListedEntities<
  T extends { readonly id: number; readonly updatedAt: string | null },
  Field extends string,
>(rest: RestClient, descriptor: EntityDescriptor<T>) {
  const { listRoute: route, parse } = descriptor;
  const source: SearchSource<T, Field | 'entity_id' | 'updated_at'> = {
    path: route,
    async search(criteria, signal, manner) {
      return readSearchAnswer(
        await rest.call({
          method: 'GET',
          route,
          query: encodeSearchCriteria(criteria),
          search: criteria,
          ...manner,
          ...withSignal(signal),
        }),
        parse,
      );
    },
  };
  return {
    /** One page of a search. */
    search: (criteria: SearchCriteria<Field>, options: CallOptions = {}): Promise<SearchResult<T>> =>
      source.search(criteria, options.signal),

    /** All that match, by ascending id and not by page number, so that none is lost when others change. */
    async *all(
      criteria: SearchCriteria<Field | 'entity_id'>,
      options: CallOptions = {},
    ): AsyncGenerator<T, void, undefined> {
      const paging = {
        pageSize: fittingPageSize(criteria.state.pageSize),
        where: criteria,
        ...withSignal(options.signal),
      };
      const pages = idRangePages<T, Field | 'entity_id'>(source, (item) => item.id, { afterId: 0 }, paging);
      for await (const page of pages) yield* page.items;
    },

    /** Everything that changed since a position, oldest change first; ends with a page that is not full. */
    pagesChangedSince: (
      start: ChangePosition,
      options: KeysetOptions,
    ): AsyncGenerator<KeysetPage<T, ChangePosition>, void, undefined> =>
      changedSincePages(source, (item) => item, start, options),

    /** All of an id range, smallest id first. */
    pagesInIdRange: (
      range: { readonly afterId: number; readonly upToId?: number | undefined },
      options: KeysetOptions,
    ): AsyncGenerator<KeysetPage<T, { id: number }>, void, undefined> =>
      idRangePages<T, Field | 'entity_id'>(source, (item) => item.id, range, options),

    /** How many match. */
    async count(criteria: SearchCriteria<Field>, options: CallOptions = {}): Promise<number> {
      const search = criteria.pageSize(1);
      const query = joinQueries(
        encodeSearchCriteria(search),
        encodeParameters({ fields: withEcho('total_count') }),
      );
      const answer = await rest.call({ method: 'GET', route, query, search, ...withSignal(options.signal) });
      return parsePayload(count, answer.body, answer.path).total_count;
    },
  };
}

/** Reads one record by its id; `route` has the one variable `:id`. */
export async function readEntity<T>(
  rest: RestClient,
  route: string,
  id: number,
  parse: (value: unknown, path: string) => T,
  options: CallOptions,
): Promise<T> {
  assertEntityId(id);
  const answer = await rest.call({ method: 'GET', route, variables: { id }, ...withSignal(options.signal) });
  return parse(answer.body, answer.path);
}

/** Refuses what cannot be an id before it is sent. */
export function assertEntityId(id: number): void {
  if (!Number.isSafeInteger(id) || id < 1)
    throw new InvalidCriteriaError(`An id is a whole number from 1, not ${id}.`);
}
