import type { CustomerTable } from '../customers/customer-table.ts';
import type { CustomerData } from '../customers/record.ts';
import type { Release } from '../release.ts';
import { type ColumnKind, conditionTest } from './conditions.ts';
import type { Criteria, Filter } from './criteria.ts';
import { attributeValue, findColumn, invalidAttribute } from './customer-columns.ts';
import { type Found, type Order, searchRows } from './keyed-search.ts';

/** What a search needs besides its criteria. */
export interface SearchSettings {
  /** How custom attributes compare, by code. */
  readonly attributes: ReadonlyMap<string, ColumnKind>;
  readonly release: Release;
}

type CustomerTest = (customer: CustomerData) => boolean;

/**
 * Searches customers as `GET /V1/customers/search` does.
 *
 * Magento: module-customer/Model/ResourceModel/CustomerRepository.php; recordings/customers-search.json.
 */
export function searchCustomers(
  table: CustomerTable,
  criteria: Criteria,
  settings: SearchSettings,
): Found<CustomerData> {
  const tests = criteria.groups.map((group) => groupTest(group, settings));
  const order = criteria.sortOrders.flatMap(({ field, direction }): Order<CustomerData>[] => {
    const column = findColumn(field, settings.attributes);
    // A sort field that does not exist is ignored ('unknown sort field is ignored').
    return column ? [{ field, column, sign: direction === 'ASC' ? 1 : -1 }] : [];
  });
  const { repeatsLastPage } = settings.release;
  const outcome = searchRows(table, { criteria, tests, order, repeatsLastPage });
  const filtered = new Set(criteria.groups.flat().map(({ field }) => field));
  const isJoined = [...settings.attributes.keys()].some((code) => filtered.has(code));
  if (!isJoined) return outcome;
  return { ...outcome, items: outcome.items.map((customer) => joinedFirst(customer, filtered)) };
}

/** An attribute that is filtered by is joined, and so comes first. Magento: recordings/customers-search.json 'finset on a multiselect attribute'. */
function joinedFirst(customer: CustomerData, filtered: ReadonlySet<string>): CustomerData {
  const attributes = customer.custom_attributes;
  if (!attributes) return customer;
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
