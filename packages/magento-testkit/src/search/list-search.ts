import { conditionTest } from './conditions.ts';
import type { Criteria } from './criteria.ts';

/** Searches rows of a flat table by their own members. */
export function searchList(
  rows: readonly Record<string, unknown>[],
  criteria: Criteria,
): { items: Record<string, unknown>[]; totalCount: number } {
  const cell = (row: Record<string, unknown>, field: string) =>
    (row[field] as string | number | undefined) ?? null;
  const kindOf = (field: string) => (rows.some((row) => typeof row[field] === 'number') ? 'number' : 'text');
  const tests = criteria.groups.map((group) =>
    group.map(({ field, value, condition }) => {
      const test = conditionTest(condition, value, kindOf(field));
      return (row: Record<string, unknown>) => test(cell(row, field));
    }),
  );
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
