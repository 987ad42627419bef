import { InvalidCriteriaError } from '../errors.ts';
import { encodeQuery } from './encode-query.ts';
import type { SearchCriteria } from './search-criteria.ts';

/** Web servers refuse request lines from 8 KiB on; the rest is left to the path and to `fields`. */
const MAX_QUERY_BYTES = 7_500;

/**
 * Encodes a search as a query, in a form that every release of Magento signs and reads the same.
 *
 * Every name is sent with `=`, once, and percent-encoded with its brackets; a space is `%20`, never `+`; indexes have
 * one digit. Names are in snake_case, the spelling of Magento's own echo, but for `pageSize`: only in this spelling does
 * Magento enforce the limit that the shop's owner has set, and slipping through it by `page_size` would load a shop
 * more than its owner wants (recordings/input-limits.json 'snake_case page_size 1000'). The four names begin with
 * different letters, so every release sorts them alike when it checks an OAuth signature.
 */
export function encodeSearchCriteria(criteria: SearchCriteria<string>): string {
  const { groups, sortOrders, pageSize, currentPage } = criteria.state;
  const pairs: [name: string, value: string][] = [];
  for (const [groupIndex, filters] of groups.entries()) {
    for (const [filterIndex, filter] of filters.entries()) {
      const prefix = `searchCriteria[filter_groups][${groupIndex}][filters][${filterIndex}]`;
      pairs.push([`${prefix}[field]`, filter.field]);
      pairs.push([`${prefix}[value]`, filter.value]);
      pairs.push([`${prefix}[condition_type]`, filter.condition]);
    }
  }
  for (const [index, order] of sortOrders.entries()) {
    pairs.push([`searchCriteria[sort_orders][${index}][field]`, order.field]);
    pairs.push([`searchCriteria[sort_orders][${index}][direction]`, order.direction]);
  }
  pairs.push(['searchCriteria[pageSize]', String(pageSize)]);
  pairs.push(['searchCriteria[current_page]', String(currentPage)]);
  const query = encodeQuery(pairs);
  if (query.length > MAX_QUERY_BYTES) {
    throw new InvalidCriteriaError(
      `The search is ${query.length} bytes long and web servers take about 8,000: split its "in" list over several searches.`,
    );
  }
  return query;
}
