import type { ColumnKind } from './conditions.ts';
import type { Criteria } from './criteria.ts';
import type { KeyedRows } from './keyed-rows.ts';
import { planSearch, type SearchPlan, type SortKey } from './search-plan.ts';

/** A column that a list can filter and sort by. */
export interface Column<Row> {
  readonly kind: ColumnKind;
  read(row: Row): string | number | null;
}

/** A field to sort by, with its column. */
export interface Order<Row> extends SortKey {
  readonly column: Column<Row>;
}

/** Rows of a page and how many rows match at all. */
export interface Found<Row> {
  readonly items: Row[];
  readonly totalCount: number;
}

/** A search whose fields have been looked up. */
export interface RowSearch<Row> {
  readonly criteria: Criteria;
  /** One test for each group of the criteria. */
  readonly tests: readonly ((row: Row) => boolean)[];
  readonly order: readonly Order<Row>[];
  /** Whether a page behind the last one is the last one again. */
  readonly repeatsLastPage: boolean;
  /** Ids that the list leaves out without a word, in its count too. */
  readonly hidden?: ReadonlySet<number>;
}

/** Searches the rows of a table; walks by key cost what their page costs, others look at every row. */
export function searchRows<Row>(rows: KeyedRows<Row>, search: RowSearch<Row>): Found<Row> {
  const { criteria, tests, order, hidden } = search;
  const plan = planSearch(rows, criteria.groups, order);
  const remaining = plan.untested.flatMap((position) => tests[position] ?? []);
  if (hidden && hidden.size > 0) remaining.push((row) => !hidden.has(rows.idOf(row)));
  if (remaining.length === 0 && plan.sorted) return pageOfIndex(rows, plan, search);
  return pageOfMatches(rows, matches(rows, plan, remaining), { ...search, order: plan.sorted ? [] : order });
}

/** The index alone answers: only the rows of the page are looked at. */
function pageOfIndex<Row>(
  rows: KeyedRows<Row>,
  { index, spans, reversed }: SearchPlan,
  search: RowSearch<Row>,
): Found<Row> {
  const totalCount = spans.reduce((sum, [from, to]) => sum + to - from, 0);
  const [start, end] = pageBounds(totalCount, search);
  const [first, last] = reversed ? [totalCount - end, totalCount - start] : [start, end];
  let before = 0;
  const ids = spans.flatMap(([from, to]) => {
    const at = from - before;
    before += to - from;
    return index.ids.slice(Math.max(from, at + first), Math.max(from, Math.min(to, at + last)));
  });
  if (reversed) ids.reverse();
  return { items: ids.flatMap((id) => rows.get(id) ?? []), totalCount };
}

function pageOfMatches<Row>(rows: KeyedRows<Row>, matching: Row[], search: RowSearch<Row>): Found<Row> {
  const [start, end] = pageBounds(matching.length, search);
  const { order } = search;
  const sorted =
    order.length === 0
      ? matching
      : firstInOrder(matching, (one, other) => compareRows(rows, one, other, order), end);
  return { items: sorted.slice(start, end), totalCount: matching.length };
}

/** The rows of a plan that pass the tests, in the order of the index. */
function matches<Row>(
  rows: KeyedRows<Row>,
  { index, spans, reversed, sorted }: SearchPlan,
  tests: readonly ((row: Row) => boolean)[],
): Row[] {
  const matching: Row[] = [];
  for (const [from, to] of spans) {
    for (let position = from; position < to; position += 1) {
      const row = rows.get(index.ids[position] ?? 0);
      if (row && tests.every((test) => test(row))) matching.push(row);
    }
  }
  return sorted && reversed ? matching.reverse() : matching;
}

/** The first rows in an order; a short page of a long list is found without sorting the whole list. */
function firstInOrder<Row>(rows: Row[], compare: (one: Row, other: Row) => number, count: number): Row[] {
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

function compareRows<Row>(
  { idOf }: KeyedRows<Row>,
  one: Row,
  other: Row,
  order: readonly Order<Row>[],
): number {
  for (const { column, sign } of order) {
    const [first, second] = [sortValue(column, one), sortValue(column, other)];
    if (first === second) continue;
    if (first === null) return -sign;
    if (second === null) return sign;
    return first < second ? -sign : sign;
  }
  return idOf(one) - idOf(other);
}

/** Numbers of custom attributes are stored as text. */
function sortValue<Row>({ kind, read }: Column<Row>, row: Row): string | number | null {
  const value = read(row);
  return kind === 'number' && typeof value === 'string' ? Number(value) : value;
}

/** Positions of a page among the rows that match, the last one excluded. */
function pageBounds<Row>(
  count: number,
  { criteria: { pageSize, currentPage }, repeatsLastPage }: RowSearch<Row>,
): [start: number, end: number] {
  // No page size, or 0, means no LIMIT; a negative one becomes one row.
  if (!pageSize) return [0, count];
  const size = Math.max(1, pageSize);
  const wanted = Math.max(1, currentPage ?? 1);
  const lastPage = Math.max(1, Math.ceil(count / size));
  const number = repeatsLastPage ? Math.min(wanted, lastPage) : wanted;
  return [Math.min(count, (number - 1) * size), Math.min(count, number * size)];
}
