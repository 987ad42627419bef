import { customers } from '@magento-sync/entities';
import type { RestClient } from '../http/rest.ts';
import { type Customer, parseCustomer } from '../payloads/customer.ts';
import type { CustomerField } from '../search/fields.ts';
import type { ChangePosition, KeysetPage } from '../search/keyset-pages.ts';
import { type NumberedPagesOptions, numberedPages } from '../search/numbered-pages.ts';
import type { SearchCriteria } from '../search/search-criteria.ts';
import type { SearchResult } from '../search/search-result.ts';
import { createRecordReads, type RecordWalkOptions } from './record-reads.ts';

/** A page of customers in the order in which they changed. */
export type CustomerPage = KeysetPage<Customer, ChangePosition>;
/** A page of customers in the order of their ids. */
export type CustomerRangePage = KeysetPage<Customer, { id: number }>;
/** How to walk over customers, and which of them. */
export type CustomerWalkOptions = RecordWalkOptions<CustomerField>;

/** Reads customers as objects with typed fields. */
export function createCustomers(rest: RestClient) {
  const reads = createRecordReads<Customer, CustomerField>(rest, customers, {
    parse: parseCustomer,
    keyOf: (customer) => customer,
  });
  return {
    ...reads,

    /** By page number: loses rows when customers change meanwhile. For comparison and for lists that stand still. */
    numberedPages(
      criteria: SearchCriteria<CustomerField>,
      options: NumberedPagesOptions = {},
    ): AsyncGenerator<SearchResult<Customer>, void, undefined> {
      const source = {
        path: customers.list,
        search: (where: SearchCriteria<CustomerField>, signal?: AbortSignal) =>
          reads.search(where, signal ? { signal } : {}),
      };
      return numberedPages(source, (customer) => customer.id, criteria, options);
    },
  };
}
