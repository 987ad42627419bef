import type { SearchCriteria } from '../search/search-criteria.ts';

/** A search in the shape that SOAP services take as `searchCriteria`. */
export function soapSearchCriteria(criteria: SearchCriteria<string>): Record<string, unknown> {
  const { groups, sortOrders, pageSize, currentPage } = criteria.state;
  return {
    filterGroups: groups.map((filters) => ({
      filters: filters.map(({ field, value, condition }) => ({ field, value, conditionType: condition })),
    })),
    sortOrders,
    pageSize,
    currentPage,
  };
}
