import { z } from 'zod';
import { MagentoResponseError, NotFoundError, UnexpectedPayloadError } from '../errors.ts';
import type { RestClient } from '../http/rest.ts';
import { type Customer, parseCustomer } from '../payloads/customer.ts';
import { parsePayload } from '../payloads/parse.ts';
import { id as idSchema } from '../payloads/scalars.ts';
import { readSearchAnswer } from '../payloads/search-answer.ts';
import { encodeSearchCriteria } from '../search/encode-criteria.ts';
import { encodeQuery, joinQueries, withEcho } from '../search/encode-query.ts';
import type { CustomerField } from '../search/fields.ts';
import {
  type ChangePosition,
  changedSincePages,
  idRangePages,
  type KeysetOptions,
  type KeysetPage,
} from '../search/keyset-pages.ts';
import { type NumberedPagesOptions, numberedPages } from '../search/numbered-pages.ts';
import { type SearchCriteria, searchCriteria } from '../search/search-criteria.ts';
import type { SearchResult, SearchSource } from '../search/search-result.ts';
import { type CallOptions, withSignal } from './call-options.ts';
import { assertEntityId } from './listed-entities.ts';

/** A page of customers in the order in which they changed. */
export type CustomerPage = KeysetPage<Customer, ChangePosition>;
/** A page of customers in the order of their ids. */
export type CustomerRangePage = KeysetPage<Customer, { id: number }>;

/** Customer ids in (afterId, upToId]; without `upToId` to the end. */
export interface IdRange {
  readonly afterId: number;
  readonly upToId?: number | undefined;
}

/** How to walk over customers, and which of them: further conditions without sort orders, which belong to the walk. */
export interface CustomerWalkOptions extends KeysetOptions {
  readonly where?: SearchCriteria<CustomerField>;
}

const SEARCH = '/V1/customers/search';
const count = z.object({ total_count: idSchema });
const onlyId = z.object({ id: idSchema });

/** Reads customers. */
export function createCustomers(rest: RestClient) {
  const whole = createSource(rest, undefined, parseCustomer);
  const ids = createSource(
    rest,
    'items[id],total_count',
    (item, path) => parsePayload(onlyId, item, path).id,
  );

  return {
    /** One page of a search; `fields` as Magento's filter takes it, e.g. `items[id,email],total_count`. */
    search(
      criteria: SearchCriteria<CustomerField>,
      options: CallOptions & { readonly fields?: string } = {},
    ): Promise<SearchResult<Customer>> {
      const source = options.fields === undefined ? whole : createSource(rest, options.fields, parseCustomer);
      return source.search(criteria, options.signal);
    },

    /** One customer by id; {@link NotFoundError} only when Magento itself says that this customer does not exist. */
    async get(id: number, options: CallOptions = {}): Promise<Customer> {
      assertEntityId(id);
      try {
        const answer = await rest.call({
          method: 'GET',
          route: '/V1/customers/:customerId',
          variables: { customerId: id },
          ...withSignal(options.signal),
        });
        return parseSame(id, answer.body, answer.path);
      } catch (error) {
        throw error instanceof NotFoundError && !saysMissing(error, id) ? notOurs(error) : error;
      }
    },

    /** Everything that changed since a position, oldest change first; ends with an empty page. */
    pagesChangedSince(
      start: ChangePosition,
      options: CustomerWalkOptions,
    ): AsyncGenerator<CustomerPage, void, undefined> {
      return changedSincePages(whole, (customer) => customer, start, options);
    },

    /** All customers of an id range, smallest id first. */
    pagesInIdRange(
      range: IdRange,
      options: CustomerWalkOptions,
    ): AsyncGenerator<CustomerRangePage, void, undefined> {
      return idRangePages(whole, (customer) => customer.id, range, options);
    },

    /** Those of the customers with these ids that the shop has, smallest id first; a few hundred ids at most. */
    pagesByIds(
      ids: readonly number[],
      options: KeysetOptions,
    ): AsyncGenerator<CustomerRangePage, void, undefined> {
      const where = searchCriteria<CustomerField>().where('entity_id', 'in', ids);
      const range = { afterId: 0, upToId: Math.max(...ids) };
      return idRangePages<Customer, CustomerField>(whole, (customer) => customer.id, range, {
        ...options,
        where,
      });
    },

    /** By page number: loses rows when customers change meanwhile. For comparison and for lists that stand still. */
    numberedPages(
      criteria: SearchCriteria<CustomerField>,
      options: NumberedPagesOptions = {},
    ): AsyncGenerator<SearchResult<Customer>, void, undefined> {
      return numberedPages(whole, (customer) => customer.id, criteria, options);
    },

    /** How many customers match. */
    async count(criteria: SearchCriteria<CustomerField>, options: CallOptions = {}): Promise<number> {
      const search = criteria.pageSize(1);
      const answer = await rest.call({
        method: 'GET',
        route: SEARCH,
        query: joinQueries(encodeSearchCriteria(search), encodeQuery([['fields', withEcho('total_count')]])),
        search,
        ...withSignal(options.signal),
      });
      return parsePayload(count, answer.body, answer.path).total_count;
    },

    /** The ids of a range alone: saves bandwidth, not the shop's time. The last page says so; it may be empty. */
    async *idsInRange(
      range: IdRange,
      options: CustomerWalkOptions,
    ): AsyncGenerator<
      { ids: number[]; totalCount: number; next: { id: number }; last: boolean },
      void,
      undefined
    > {
      for await (const page of idRangePages(ids, (id) => id, range, options)) {
        const { items, totalCount, next, last } = page;
        yield { ids: items, totalCount, next, last };
      }
    },

    /** The largest id, 0 when the shop has no customer. */
    async largestId(options: CallOptions = {}): Promise<number> {
      const newest = searchCriteria<CustomerField>().sortBy('entity_id', 'DESC').pageSize(1);
      const result = await ids.search(newest, options.signal);
      return result.items[0] ?? 0;
    },
  };
}

function createSource<T>(
  rest: RestClient,
  fields: string | undefined,
  parseItem: (item: unknown, path: string) => T,
): SearchSource<T, CustomerField> {
  return {
    path: SEARCH,
    async search(criteria, signal, manner) {
      const query = joinQueries(
        encodeSearchCriteria(criteria),
        fields === undefined ? undefined : encodeQuery([['fields', withEcho(fields)]]),
      );
      return readSearchAnswer(
        await rest.call({
          method: 'GET',
          route: SEARCH,
          query,
          search: criteria,
          ...manner,
          ...withSignal(signal),
        }),
        parseItem,
      );
    },
  };
}

function parseSame(id: number, body: unknown, path: string): Customer {
  const customer = parseCustomer(body, path);
  if (customer.id === id) return customer;
  throw new UnexpectedPayloadError(
    `${path} answered with customer ${customer.id}. Look for a cache or a proxy that mixes up the shop's answers.`,
    { path, problem: 'other_rows' },
  );
}

/** Only this answer proves that a customer is gone; a 404 of a proxy, or about something else, does not. */
function saysMissing(error: NotFoundError, id: number): boolean {
  return (
    error.parameters['fieldName'] === 'customerId' && String(error.parameters['fieldValue']) === String(id)
  );
}

function notOurs(error: NotFoundError): MagentoResponseError {
  return new MagentoResponseError(
    `${error.message} The answer is not about this customer: nothing is known of it.`,
    error.response,
  );
}
