import { InvalidCriteriaError } from '../errors.ts';
import type { RestClient } from '../http/rest.ts';
import { type CustomerGroup, parseCustomerGroup } from '../payloads/reference.ts';
import { readSearchAnswer } from '../payloads/search-answer.ts';
import { collect } from '../search/collect.ts';
import { encodeSearchCriteria } from '../search/encode-criteria.ts';
import type { CustomerGroupField } from '../search/fields.ts';
import { numberedPages } from '../search/numbered-pages.ts';
import { searchCriteria } from '../search/search-criteria.ts';
import type { SearchSource } from '../search/search-result.ts';
import { type CallOptions, withSignal } from './call-options.ts';

const LIMIT = 10_000;

/** Reads customer groups. */
export function createCustomerGroups(rest: RestClient) {
  const route = '/V1/customerGroups/search';
  const source: SearchSource<CustomerGroup, CustomerGroupField> = {
    path: route,
    async search(criteria, signal) {
      const query = encodeSearchCriteria(criteria);
      const answer = await rest.call({
        method: 'GET',
        route,
        query,
        search: criteria,
        ...withSignal(signal),
      });
      return readSearchAnswer(answer, parseCustomerGroup);
    },
  };
  return {
    /** One group by its id; 0 is "NOT LOGGED IN". */
    async get(id: number, options: CallOptions = {}): Promise<CustomerGroup> {
      if (!Number.isSafeInteger(id) || id < 0) {
        throw new InvalidCriteriaError(`A group id is a whole number from 0, not ${id}.`);
      }
      const answer = await rest.call({
        method: 'GET',
        route: '/V1/customerGroups/:id',
        variables: { id },
        ...withSignal(options.signal),
      });
      return parseCustomerGroup(answer.body, answer.path);
    },

    /** The group that new customers of a store view get; of the client's scope without an id. */
    async default(storeId?: number, options: CallOptions = {}): Promise<CustomerGroup> {
      const answer = await rest.call({
        method: 'GET',
        route: storeId === undefined ? '/V1/customerGroups/default' : '/V1/customerGroups/default/:storeId',
        ...(storeId === undefined ? {} : { variables: { storeId } }),
        ...withSignal(options.signal),
      });
      return parseCustomerGroup(answer.body, answer.path);
    },

    /** All groups, including 0 "NOT LOGGED IN". */
    all(options: CallOptions = {}): Promise<CustomerGroup[]> {
      const criteria = searchCriteria<CustomerGroupField>().sortBy('id', 'ASC');
      return collect(
        numberedPages(source, (group) => group.id, criteria, options),
        LIMIT,
      );
    },
  };
}
