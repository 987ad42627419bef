import { InvalidCriteriaError, UnexpectedPayloadError } from '../errors.ts';
import type { RestCall, RestClient } from '../http/rest.ts';
import { rawObject } from '../payloads/parse.ts';
import { readSearchAnswer } from '../payloads/search-answer.ts';
import { encodeSearchCriteria } from '../search/encode-criteria.ts';
import { encodeParameters, joinQueries, type QueryValue, withEcho } from '../search/encode-query.ts';
import { idRangePages } from '../search/keyset-pages.ts';
import { numberedPages } from '../search/numbered-pages.ts';
import { fittingPageSize } from '../search/page-size.ts';
import { SearchCriteria } from '../search/search-criteria.ts';
import type { SearchSource } from '../search/search-result.ts';
import { type CallOptions, withSignal } from './call-options.ts';

/** Options of a call to any endpoint. */
export interface EndpointOptions extends CallOptions {
  /** Values for the variables of the path, e.g. `{sku}` for `/V1/products/:sku`; encoded here. */
  readonly variables?: Readonly<Record<string, string | number>>;
  /** Query parameters, or a search. */
  readonly query?: { readonly [name: string]: QueryValue | undefined } | SearchCriteria;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Texts of the body, e.g. a password, that no error may show even when the shop repeats them. */
  readonly secrets?: readonly string[];
  /** Whether sending it twice does no harm; such a call is repeated after failures. Default: reads only. */
  readonly idempotent?: boolean;
}

/** Options of a search on any list endpoint. */
export interface EndpointSearchOptions extends CallOptions {
  readonly variables?: Readonly<Record<string, string | number>>;
  /**
   * The column of whole-numbered ids to page by, e.g. `coupon_id` for `/V1/coupons/search`: loses no row. Or `numbers`,
   * for small lists without such a column; needs a sort. Default: `entity_id` when the search has no sort order.
   */
  readonly paging?: string;
  /** Magento's filter of fields, e.g. `items[entity_id,status],total_count`; keep the ids and total_count. */
  readonly fields?: string;
}

/** Calls any REST endpoint; paths start with `/V1/`, results are typed by the caller and not checked. */
export function createAnyEndpoint(rest: RestClient) {
  const call =
    (method: RestCall['method']) =>
    async <T = unknown>(path: string, options: EndpointOptions = {}): Promise<T> => {
      const { body, query, variables, secrets, idempotent, signal } = options;
      assertPath(path);
      const answer = await rest.call({
        method,
        route: path,
        query: query instanceof SearchCriteria ? encodeSearchCriteria(query) : encodeParameters(query ?? {}),
        ...(query instanceof SearchCriteria && method === 'GET' ? { search: query } : {}),
        ...(variables === undefined ? {} : { variables }),
        ...(body === undefined ? {} : { body }),
        ...(secrets === undefined ? {} : { secrets }),
        ...(idempotent === undefined ? {} : { idempotent }),
        ...withSignal(signal),
      });
      return answer.body as T;
    };

  return {
    get: call('GET'),
    post: call('POST'),
    put: call('PUT'),
    delete: call('DELETE'),
    /** All rows of a list endpoint, one by one. */
    async *search<T = Record<string, unknown>>(
      path: string,
      criteria: SearchCriteria,
      options: EndpointSearchOptions = {},
    ): AsyncGenerator<T, void, undefined> {
      assertPath(path);
      const { signal } = options;
      const sorted = criteria.state.sortOrders.length > 0;
      const column = options.paging ?? (sorted ? 'numbers' : 'entity_id');
      if (column !== 'numbers') {
        const source = createSource(rest, path, options, column);
        const paging = { pageSize: fittingPageSize(criteria.state.pageSize), signal, where: criteria };
        for await (const page of idRangePages(
          source,
          (row) => rowId(row, column, path),
          { afterId: 0 },
          paging,
        )) {
          yield* page.items as T[];
        }
        return;
      }
      if (!sorted) {
        throw new InvalidCriteriaError(
          `Page numbers on ${path} need a sort order: without one the database may give the same row on two pages and another on none. Add sortBy.`,
        );
      }
      const source = createSource(rest, path, options);
      for await (const page of numberedPages(source, rowKey, criteria, { signal, maxPages: 1_000 })) {
        yield* page.items as T[];
      }
    },
  };
}

type Row = Record<string, unknown>;

function createSource(
  rest: RestClient,
  path: string,
  options: EndpointSearchOptions,
  column = 'entity_id',
): SearchSource<Row, string> {
  const { variables, fields } = options;
  return {
    path,
    async search(criteria, signal, manner) {
      const search = byColumn(criteria, column);
      const answer = await rest.call({
        method: 'GET',
        route: path,
        query: joinQueries(
          encodeSearchCriteria(search),
          encodeParameters({ fields: fields === undefined ? undefined : withEcho(fields) }),
        ),
        search,
        ...(variables === undefined ? {} : { variables }),
        ...manner,
        ...withSignal(signal),
      });
      return readSearchAnswer(answer, rawObject);
    },
  };
}

/** A search by `entity_id`, which keysets are written in, by another column; a row with the id 0 is asked for too, to be noticed. */
function byColumn(criteria: SearchCriteria, column: string): SearchCriteria {
  if (column === 'entity_id') return criteria;
  const rename = <Part extends { readonly field: string }>(part: Part): Part =>
    part.field === 'entity_id' ? { ...part, field: column } : part;
  const { groups, sortOrders, ...paging } = criteria.state;
  return new SearchCriteria({
    ...paging,
    sortOrders: sortOrders.map(rename),
    groups: groups.map((filters) =>
      filters.map((filter) =>
        filter.field === 'entity_id' && filter.condition === 'gt' && filter.value === '0'
          ? { ...filter, field: column, condition: 'gteq' }
          : rename(filter),
      ),
    ),
  });
}

/** Orders and their documents send it as `entity_id`, customers and products as `id`. */
function rowId(row: Row, column: string, path: string): number {
  const id = Number(row[column] ?? row['id']);
  if (Number.isSafeInteger(id) && id > 0) return id;
  throw new UnexpectedPayloadError(
    `${path} sends rows without a whole number from 1 as ${column}: page by another column, or search with a sort order and paging "numbers".`,
    { path },
  );
}

function rowKey(row: Row): string {
  return JSON.stringify(row['entity_id'] ?? row['id'] ?? row);
}

function assertPath(path: string): void {
  if (!/^\/(async\/|async\/bulk\/)?V\d+\/[^?#]+$/.test(path)) {
    throw new InvalidCriteriaError(
      `"${path}" is not a path of the web API: write it as /V1/customers/1 and give the query as options.query.`,
    );
  }
}
