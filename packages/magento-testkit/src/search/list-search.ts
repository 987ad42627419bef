import { conditionTest } from './conditions.ts';
import type { Criteria, Filter } from './criteria.ts';

/**
 * Searches rows of a flat table by their own members.
 *
 * @param pairsFromAndTo whether `from` and `to` on one field in one group are AND-ed, as since 2.4.6
 */
export function searchList(
  rows: readonly Record<string, unknown>[],
  criteria: Criteria,
  pairsFromAndTo: boolean,
): { items: Record<string, unknown>[]; totalCount: number } {
  const cell = (row: Record<string, unknown>, field: string) =>
    (row[field] as string | number | undefined) ?? null;
  const kindOf = (field: string) => (rows.some((row) => typeof row[field] === 'number') ? 'number' : 'text');
  const testOf = ({ field, value, condition }: Filter) => {
    const test = conditionTest(condition, value, kindOf(field));
    return (row: Record<string, unknown>) => test(cell(row, field));
  };
  const tests = criteria.groups.map((group) => {
    const alternatives = pairsFromAndTo ? paired(group) : group.map((filter) => [filter]);
    return alternatives.map((filters) => {
      const all = filters.map(testOf);
      return (row: Record<string, unknown>) => all.every((test) => test(row));
    });
  });
  const matching = rows.filter((row) =>
    tests.every((group) => group.length === 0 || group.some((test) => test(row))),
  );
  const sorted = matching.toSorted((one, other) => {
    for (const { field, direction } of criteria.sortOrders) {
      const [first, second] = [cell(one, field), cell(other, field)];
      if (first === second || first === null || second === null) continue;
      return (first < second ? -1 : 1) * (direction === 'ASC' ? 1 : -1);
    }
    return 0;
  });
  const size = criteria.pageSize || sorted.length;
  const start = (Math.max(1, criteria.currentPage ?? 1) - 1) * size;
  return { items: sorted.slice(start, start + size), totalCount: matching.length };
}

/** The alternatives of a group, where `from` and `to` on one field are one alternative. */
export function paired(group: readonly Filter[]): Filter[][] {
  const alternatives: Filter[][] = [];
  for (const filter of group) {
    const partner = { from: 'to', to: 'from' }[filter.condition];
    const pair = alternatives.find(
      ([one, second]) => !second && one?.field === filter.field && one.condition === partner,
    );
    if (pair) pair.push(filter);
    else alternatives.push([filter]);
  }
  return alternatives;
}
