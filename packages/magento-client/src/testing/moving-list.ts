import type { SearchCriteria } from '../search/search-criteria.ts';
import type { SearchResult, SearchSource } from '../search/search-result.ts';

/** A row of a list that changes while it is read. */
export interface MovingRow {
  id: number;
  updatedAt: string;
  version: number;
}

type Comparable = string | number;

const COMPARE: Record<string, (left: Comparable, right: Comparable) => boolean> = {
  gt: (left, right) => left > right,
  gteq: (left, right) => left >= right,
  lteq: (left, right) => left <= right,
};

/** A list in memory that answers searches as Magento does, and calls `between` after each of them. */
export function createMovingList(
  rows: Map<number, MovingRow>,
  between: () => void = () => undefined,
): SearchSource<MovingRow, 'updated_at' | 'entity_id'> & { readonly requests: SearchCriteria[] } {
  const requests: SearchCriteria[] = [];
  return {
    path: '/V1/list',
    requests,
    async search(criteria): Promise<SearchResult<MovingRow>> {
      requests.push(criteria);
      const { groups, sortOrders, pageSize, currentPage } = criteria.state;
      const matching = [...rows.values()]
        .filter((row) =>
          groups.every((filters) =>
            filters.some(({ field, condition, value }) => {
              const compare = COMPARE[condition];
              if (compare === undefined) throw new Error(`The list knows no ${condition}`);
              return field === 'entity_id' ? compare(row.id, Number(value)) : compare(row.updatedAt, value);
            }),
          ),
        )
        .sort((left, right) => {
          for (const { field } of sortOrders) {
            if (field === 'entity_id' && left.id !== right.id) return left.id - right.id;
            if (field === 'updated_at' && left.updatedAt !== right.updatedAt) {
              return left.updatedAt < right.updatedAt ? -1 : 1;
            }
          }
          return 0;
        });
      const items = matching
        .slice((currentPage - 1) * pageSize, currentPage * pageSize)
        .map((row) => ({ ...row }));
      between();
      return {
        items,
        totalCount: matching.length,
        receivedAt: new Date(0),
        serverDate: null,
        durationMs: 0,
        bytes: 0,
      };
    },
  };
}
