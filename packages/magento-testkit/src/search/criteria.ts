import { requiredField, unsupportedField, WebApiError, wrongType } from '../http/exchange.ts';
import type { PhpArray, PhpValue } from '../http/php-query.ts';
import type { Release } from '../release.ts';

/** One condition on one field. */
export interface Filter {
  readonly field: string;
  readonly value: string | null;
  readonly condition: string;
}

/** One sort order. */
export interface SortOrder {
  readonly field: string;
  /** Not sent means descending. Magento: recordings/customers-search.json 'sort without direction means DESC'. */
  readonly direction: 'ASC' | 'DESC' | null;
}

/** A search as Magento understood it; groups are AND-ed, filters of a group OR-ed. */
export interface Criteria {
  readonly groups: readonly (readonly Filter[])[];
  readonly sortOrders: readonly SortOrder[];
  readonly pageSize: number | null;
  readonly currentPage: number | null;
}

/** What reading a search depends on besides the search. */
export interface CriteriaRules {
  readonly release: Release;
  readonly inputLimits: InputLimits | undefined;
}

/** Web API input limits, where switched on. */
export interface InputLimits {
  readonly maximumPageSize: number;
  readonly defaultPageSize: number;
  readonly listLength: number;
}

/**
 * Reads `searchCriteria` from the query, in both spellings, with Magento's errors.
 *
 * Magento: framework/Webapi/ServiceInputProcessor.php; recordings/customers-search.json, recordings/input-limits.json.
 */
export function parseCriteria(query: PhpArray, { release, inputLimits: limits }: CriteriaRules): Criteria {
  const given = query.get('searchCriteria') ?? query.get('search_criteria');
  if (given === undefined) throw requiredField('searchCriteria');
  const known = new Map<string, PhpValue>();
  if (given instanceof Map) {
    for (const [name, value] of given) {
      const property = snakeCase(name);
      if (!['filter_groups', 'sort_orders', 'page_size', 'current_page'].includes(property))
        throw unsupportedField(name, release);
      known.set(property, value);
      if (property === 'page_size' || property === 'current_page') integer(name, value);
    }
    refusePageSize(given, limits);
  }
  const nameOf = (property: string) =>
    [...(given instanceof Map ? given.keys() : [])].find((name) => snakeCase(name) === property) ?? property;
  const groups = entries(
    known.get('filter_groups'),
    limits,
    '\\Magento\\Framework\\Api\\Search\\FilterGroup',
  ).map((group) =>
    within(nameOf('filter_groups'), () =>
      entries(
        group instanceof Map ? group.get('filters') : undefined,
        limits,
        '\\Magento\\Framework\\Api\\Filter',
      ).map((filter) => within('filters', () => readFilter(filter, release))),
    ),
  );
  const sortOrders = entries(known.get('sort_orders'), limits, '\\Magento\\Framework\\Api\\SortOrder').map(
    readSortOrder,
  );
  const pageSize = known.has('page_size') ? integer('page_size', known.get('page_size')) : null;
  const currentPage = known.has('current_page') ? integer('current_page', known.get('current_page')) : null;
  return { groups, sortOrders, pageSize: pageSize ?? limits?.defaultPageSize ?? null, currentPage };
}

/**
 * The limits of a release once they are switched on: what it sets where nothing is configured.
 *
 * Magento: base/app/etc/di.xml; since 2.4.6 default page size and list length are as good as unlimited.
 */
export function usualInputLimits({ limitsPageSizeOnly }: Release): InputLimits {
  return limitsPageSizeOnly
    ? { maximumPageSize: 300, defaultPageSize: 999_999, listLength: 999_999 }
    : { maximumPageSize: 300, defaultPageSize: 20, listLength: 20 };
}

/** The limit is checked for this spelling only. Magento: recordings/input-limits.json 'snake_case page_size 1000'. */
function refusePageSize(given: PhpArray, limits: InputLimits | undefined): void {
  const pageSize = given.get('pageSize');
  if (limits && typeof pageSize === 'string' && Number(pageSize) > limits.maximumPageSize) {
    throw new WebApiError(400, 'Maximum SearchCriteria pageSize is %max', {
      parameters: { max: limits.maximumPageSize },
    });
  }
}

function entries(value: PhpValue | undefined, limits: InputLimits | undefined, type: string): PhpValue[] {
  if (!(value instanceof Map)) return [];
  if (limits && value.size > limits.listLength) {
    throw new WebApiError(400, 'Maximum items of type "%type" is %max', {
      parameters: { type, max: limits.listLength },
    });
  }
  return [...value.values()];
}

function readFilter(filter: PhpValue, release: Release): Filter {
  const members = new Map<string, string>();
  for (const [name, value] of filter instanceof Map ? filter : []) {
    if (typeof value !== 'string')
      within(name, () => {
        throw new WebApiError(400, wrongType('array', 'string'));
      });
    const property = snakeCase(name);
    if (!['field', 'value', 'condition_type'].includes(property)) throw unsupportedField(name, release);
    members.set(property, String(value));
  }
  return {
    field: members.get('field') ?? '',
    value: members.get('value') ?? null,
    condition: members.get('condition_type') ?? 'eq',
  };
}

function readSortOrder(order: PhpValue): SortOrder {
  const text = (name: string) => {
    const value = order instanceof Map ? order.get(name) : undefined;
    return typeof value === 'string' ? value : undefined;
  };
  const direction = text('direction')?.toUpperCase();
  if (direction !== undefined && direction !== 'ASC' && direction !== 'DESC') {
    throw new WebApiError(
      400,
      'The sort order has to be specified as %1 for ascending order or %2 for descending order.',
      { parameters: ['ASC', 'DESC'] },
    );
  }
  const field = text('field') ?? '';
  if (/[^a-z0-9_]/i.test(field)) {
    throw new WebApiError(400, 'Sort order field %1 contains restricted symbols', { parameters: [field] });
  }
  return { field, direction: direction ?? null };
}

function integer(name: string, value: PhpValue | undefined): number {
  if (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)))
    return Math.trunc(Number(value));
  const message = wrongType(typeof value === 'string' ? value : 'array', 'int');
  throw new WebApiError(400, `Error occurred during "${name}" processing. ${message}`);
}

function within<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof WebApiError && error.message.includes("value's type is invalid")) {
      throw new WebApiError(400, `Error occurred during "${name}" processing. ${error.message}`);
    }
    throw error;
  }
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** The criteria as every list answer repeats them; what was not sent is absent. */
export function echoCriteria(criteria: Criteria): Record<string, unknown> {
  return {
    filter_groups: criteria.groups.map((filters) => ({
      filters: filters.map(({ field, value, condition }) => ({ field, value, condition_type: condition })),
    })),
    ...(criteria.sortOrders.length > 0 ? { sort_orders: criteria.sortOrders } : {}),
    ...(criteria.pageSize === null ? {} : { page_size: criteria.pageSize }),
    ...(criteria.currentPage === null ? {} : { current_page: criteria.currentPage }),
  };
}
