import type { CustomerTable } from '../customers/customer-table.ts';
import type { CustomerData } from '../customers/record.ts';
import type { Release } from '../release.ts';
import { type ColumnKind, conditionTest } from './conditions.ts';
import type { Criteria, Filter } from './criteria.ts';
import { attributeValue, type Column, findColumn, invalidAttribute } from './customer-columns.ts';
import { planSearch, type SearchPlan, type SortKey } from './search-plan.ts';

/** Rows of a page and how many rows match at all. */
export interface SearchOutcome {
  readonly items: CustomerData[];
  readonly totalCount: number;
}

/** What a search needs besides its criteria. */
export interface SearchSettings {
  /** How custom attributes compare, by code. */
  readonly attributes: ReadonlyMap<string, ColumnKind>;
  readonly release: Release;
}

type CustomerTest = (customer: CustomerData) => boolean;

interface Order extends SortKey {
  readonly column: Column;
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
  const tests = criteria.groups.map((group) => groupTest(group, settings));
  const order = criteria.sortOrders.flatMap(({ field, direction }): Order[] => {
    const column = findColumn(field, settings.attributes);
    // A sort field that does not exist is ignored ('unknown sort field is ignored').
    return column ? [{ field, column, sign: direction === 'ASC' ? 1 : -1 }] : [];
  });
  const plan = planSearch(table, criteria.groups, order);
  const remaining = plan.untested.flatMap((position) => tests[position] ?? []);
  const outcome =
    remaining.length === 0 && plan.sorted
      ? pageOfIndex(table, plan, criteria, settings)
      : pageOfMatches(matches(table, plan, remaining), plan.sorted ? [] : order, criteria, settings);
  return { ...outcome, items: outcome.items.map((customer) => joinedFirst(customer, criteria)) };
}

/** The index alone answers: only the rows of the page are looked at. */
function pageOfIndex(
  table: CustomerTable,
  { index, from, to, reversed }: SearchPlan,
  criteria: Criteria,
  settings: SearchSettings,
): SearchOutcome {
  const [start, end] = pageBounds(to - from, criteria, settings);
  const ids = reversed
    ? index.ids.slice(to - end, to - start).toReversed()
    : index.ids.slice(from + start, from + end);
  return { items: ids.flatMap((id) => table.get(id) ?? []), totalCount: to - from };
}

function pageOfMatches(
  matching: CustomerData[],
  order: readonly Order[],
  criteria: Criteria,
  settings: SearchSettings,
): SearchOutcome {
  const [start, end] = pageBounds(matching.length, criteria, settings);
  const sorted = order.length === 0 ? matching : firstInOrder(matching, order, end);
  return { items: sorted.slice(start, end), totalCount: matching.length };
}

/** The rows of a plan that pass the tests, in the order of the index. */
function matches(
  table: CustomerTable,
  { index, from, to, reversed, sorted }: SearchPlan,
  tests: readonly CustomerTest[],
): CustomerData[] {
  const matching: CustomerData[] = [];
  for (let position = from; position < to; position += 1) {
    const customer = table.get(index.ids[position] ?? 0);
    if (customer && tests.every((test) => test(customer))) matching.push(customer);
  }
  return sorted && reversed ? matching.reverse() : matching;
}

/** The first rows in an order; a short page of a long list is found without sorting the whole list. */
function firstInOrder(rows: CustomerData[], order: readonly Order[], count: number): CustomerData[] {
  const compare = (one: CustomerData, other: CustomerData) => compareRows(one, other, order);
  if (count === 0 || count * 20 > rows.length) return rows.toSorted(compare);
  const first = rows.slice(0, count).toSorted(compare);
  for (const row of rows.slice(count)) {
    const last = first.at(-1);
    if (last && compare(row, last) >= 0) continue;
    first.pop();
    let position = first.length;
    while (position > 0 && compare(row, first[position - 1] ?? row) < 0) position -= 1;
    first.splice(position, 0, row);
  }
  return first;
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

function groupTest(group: readonly Filter[], { attributes, release }: SearchSettings): CustomerTest {
  const joined = release.innerJoinsAttributes ? group.filter(({ field }) => attributes.has(field)) : [];
  const tests = group.map(({ field, value, condition: given }) => {
    const column = findColumn(field, attributes);
    // A condition that a release does not know compares for equality.
    const condition = given === 'nfinset' && !release.hasNfinset ? 'eq' : given;
    if (!column) throw invalidAttribute(field);
    const test = conditionTest(condition, value, column.kind);
    return (customer: CustomerData) => test(column.read(customer));
  });
  return (customer) =>
    joined.every(({ field }) => attributeValue(customer, field) !== null) &&
    (tests.length === 0 || tests.some((test) => test(customer)));
}

function compareRows(one: CustomerData, other: CustomerData, order: readonly Order[]): number {
  for (const { column, sign } of order) {
    const [first, second] = [sortValue(column, one), sortValue(column, other)];
    if (first === second) continue;
    if (first === null) return -sign;
    if (second === null) return sign;
    return first < second ? -sign : sign;
  }
  return one.id - other.id;
}

/** Numbers of custom attributes are stored as text. */
function sortValue({ kind, read }: Column, customer: CustomerData): string | number | null {
  const value = read(customer);
  return kind === 'number' && typeof value === 'string' ? Number(value) : value;
}

/** Positions of a page among the rows that match, the last one excluded. */
function pageBounds(
  count: number,
  { pageSize, currentPage }: Criteria,
  { release }: SearchSettings,
): [start: number, end: number] {
  // No page size, or 0, means no LIMIT; a negative one becomes one row.
  if (!pageSize) return [0, count];
  const size = Math.max(1, pageSize);
  const wanted = Math.max(1, currentPage ?? 1);
  const lastPage = Math.max(1, Math.ceil(count / size));
  const number = release.repeatsLastPage ? Math.min(wanted, lastPage) : wanted;
  return [Math.min(count, (number - 1) * size), Math.min(count, number * size)];
}
