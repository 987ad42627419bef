import type { CustomerTable } from '../customers/customer-table.ts';
import type { CustomerData } from '../customers/record.ts';
import { conditionTest } from './conditions.ts';
import type { Criteria, Filter } from './criteria.ts';
import { type Column, findColumn, invalidAttribute } from './customer-columns.ts';

/** Rows of a page and how many rows match at all. */
export interface SearchOutcome {
  readonly items: CustomerData[];
  readonly totalCount: number;
}

/** What a search needs besides its criteria. */
export interface SearchSettings {
  readonly attributeCodes: ReadonlySet<string>;
  /** Releases before 2.4.0 give the last page again for every page behind it. */
  readonly repeatsLastPage: boolean;
}

/**
 * Searches customers as `GET /V1/customers/search` does.
 *
 * Magento: module-customer/Model/ResourceModel/CustomerRepository.php; recordings/customers-search.json.
 */
export function searchCustomers(
  table: CustomerTable,
  criteria: Criteria,
  settings: SearchSettings,
): SearchOutcome {
  const tests = criteria.groups.map((group) => groupTest(group, settings.attributeCodes));
  const order = criteria.sortOrders.flatMap(({ field, direction }) => {
    const column = findColumn(field, settings.attributeCodes);
    // A sort field that does not exist is ignored ('unknown sort field is ignored').
    return column ? [{ field, column, sign: direction === 'ASC' ? 1 : -1 }] : [];
  });
  const candidates = narrowed(table, criteria, order);
  const matching = candidates.rows.filter((customer) => tests.every((test) => test(customer)));
  if (!candidates.sorted && order.length > 0) matching.sort((one, other) => compareRows(one, other, order));
  return {
    items: page(matching, criteria, settings).map((customer) => joinedFirst(customer, criteria)),
    totalCount: matching.length,
  };
}

/** An attribute that is filtered by is joined, and so comes first. Magento: recordings/customers-search.json 'finset on a multiselect attribute'. */
function joinedFirst(customer: CustomerData, { groups }: Criteria): CustomerData {
  const attributes = customer.custom_attributes;
  if (!attributes || groups.length === 0) return customer;
  const filtered = new Set(groups.flat().map(({ field }) => field));
  if (!attributes.some(({ attribute_code }) => filtered.has(attribute_code))) return customer;
  const isFirst = ({ attribute_code }: { attribute_code: string }) => filtered.has(attribute_code);
  const reordered = [...attributes.filter(isFirst), ...attributes.filter((attribute) => !isFirst(attribute))];
  return { ...customer, custom_attributes: reordered };
}

function groupTest(
  group: readonly Filter[],
  attributeCodes: ReadonlySet<string>,
): (customer: CustomerData) => boolean {
  const tests = group.map(({ field, value, condition }) => {
    const column = findColumn(field, attributeCodes);
    if (!column) throw invalidAttribute(field);
    const test = conditionTest(condition, value, column.kind);
    return (customer: CustomerData) => test(column.read(customer));
  });
  return (customer) => tests.length === 0 || tests.some((test) => test(customer));
}

interface Order {
  readonly field: string;
  readonly column: Column;
  readonly sign: number;
}

/** Rows that can match, from an index where the search walks by key; the tests are applied to them all the same. */
function narrowed(
  table: CustomerTable,
  criteria: Criteria,
  order: readonly Order[],
): { rows: CustomerData[]; sorted: boolean } {
  const ascending = order.every(({ sign }) => sign === 1);
  const fields = order.map(({ field }) => field).join();
  const index = ascending && fields === 'updated_at,entity_id' ? table.byUpdatedAt : table.byId;
  const sorted =
    order.length === 0 || (ascending && (fields === 'entity_id' || fields === 'updated_at,entity_id'));
  const bounds = criteria.groups.flatMap((group) => (group.length === 1 && group[0] ? [group[0]] : []));
  let from = 0;
  let to = index.ids.length;
  for (const { field, value, condition } of bounds) {
    if (index === table.byId && field === 'entity_id' && value !== null && /^\d+$/.test(value)) {
      const bound = Number(value);
      if (condition === 'gt')
        from = Math.max(
          from,
          index.lowerBound((id) => id <= bound),
        );
      if (condition === 'gteq')
        from = Math.max(
          from,
          index.lowerBound((id) => id < bound),
        );
      if (condition === 'lt')
        to = Math.min(
          to,
          index.lowerBound((id) => id < bound),
        );
      if (condition === 'lteq')
        to = Math.min(
          to,
          index.lowerBound((id) => id <= bound),
        );
    }
    if (
      index === table.byUpdatedAt &&
      field === 'updated_at' &&
      condition === 'gteq' &&
      /^\d{4}(-\d\d){2} (\d\d:){2}\d\d$/.test(value ?? '')
    ) {
      from = Math.max(
        from,
        index.lowerBound((id) => (table.get(id)?.updated_at ?? '') < (value ?? '')),
      );
    }
  }
  return { rows: index.ids.slice(from, Math.max(from, to)).flatMap((id) => table.get(id) ?? []), sorted };
}

function compareRows(one: CustomerData, other: CustomerData, order: readonly Order[]): number {
  for (const { column, sign } of order) {
    const [first, second] = [column.read(one), column.read(other)];
    if (first === second) continue;
    if (first === null) return -sign;
    if (second === null) return sign;
    return first < second ? -sign : sign;
  }
  return one.id - other.id;
}

function page(
  rows: readonly CustomerData[],
  criteria: Criteria,
  { repeatsLastPage }: SearchSettings,
): CustomerData[] {
  const { pageSize, currentPage } = criteria;
  // No page size, or 0, means no LIMIT; a negative one becomes one row.
  if (!pageSize) return [...rows];
  const size = Math.max(1, pageSize);
  const wanted = Math.max(1, currentPage ?? 1);
  const lastPage = Math.max(1, Math.ceil(rows.length / size));
  const number = repeatsLastPage ? Math.min(wanted, lastPage) : wanted;
  return rows.slice((number - 1) * size, number * size);
}
