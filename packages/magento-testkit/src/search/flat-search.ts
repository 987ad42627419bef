import { InternalError } from '../http/exchange.ts';
import type { Release } from '../release.ts';
import { type ColumnKind, conditionTest } from './conditions.ts';
import type { Criteria, Filter } from './criteria.ts';
import type { KeyedRows } from './keyed-rows.ts';
import { type Column, type Found, type Order, searchRows } from './keyed-search.ts';
import { paired } from './list-search.ts';

/** A table of a flat collection: its columns by name, shown or not. */
export interface FlatList<Row> {
  readonly rows: KeyedRows<Row>;
  readonly columns: Readonly<Record<string, ColumnKind>>;
  /** What a column holds. */
  cell(row: Row, column: string): string | number | null;
  /** Columns that a joined table has too: a filter that names them without `main_table.` is a 500. */
  readonly ambiguous: ReadonlySet<string>;
  readonly hidden?: ReadonlySet<number>;
}

/**
 * Searches a flat collection, where a field goes into the SQL as it is: a column that does not exist is a 500, in filters and
 * in sorts, and so is a filter by one that two tables have. A sort by such a one is a column of the select list and works.
 *
 * Magento: framework/Data/Collection/AbstractDb.php; recordings/2.4.8-p1/orders.json 'sort by an unknown field'.
 */
export function searchFlat<Row>(list: FlatList<Row>, given: Criteria, release: Release): Found<Row> {
  const criteria: Criteria = { ...given, groups: given.groups.map((group) => ownColumns(list, group)) };
  const columnOf = (name: string): Column<Row> => {
    const kind = Object.hasOwn(list.columns, name) ? list.columns[name] : undefined;
    if (kind === undefined) throw new InternalError(`Unknown column '${name}' in 'where clause'`);
    return { kind, read: (row) => list.cell(row, name) };
  };
  const testOf = ({ field, value, condition }: Filter) => {
    const { kind, read } = columnOf(field);
    const known = condition === 'nfinset' && !release.hasNfinset ? 'eq' : condition;
    const test = conditionTest(known, value, kind);
    return (row: Row) => test(read(row));
  };
  const tests = criteria.groups.map((group) => {
    const alternatives = release.pairsFromAndTo ? paired(group) : group.map((filter) => [filter]);
    const tested = alternatives.map((filters) => filters.map(testOf));
    return (row: Row) => tested.length === 0 || tested.some((all) => all.every((test) => test(row)));
  });
  const order = criteria.sortOrders.map(
    ({ field, direction }): Order<Row> => ({
      field,
      column: columnOf(field),
      sign: direction === 'ASC' ? 1 : -1,
    }),
  );
  const { repeatsLastPage } = release;
  return searchRows(list.rows, {
    criteria,
    tests,
    order,
    repeatsLastPage,
    ...(list.hidden ? { hidden: list.hidden } : {}),
  });
}

/** Filters by plain column names; `main_table` is Magento's alias of the list's own table. */
function ownColumns<Row>({ ambiguous }: FlatList<Row>, group: readonly Filter[]): Filter[] {
  return group.map((filter) => {
    const own = /^main_table\.(\w+)$/.exec(filter.field)?.[1];
    if (own !== undefined) return { ...filter, field: own };
    if (ambiguous.has(filter.field))
      throw new InternalError(`Column '${filter.field}' in where clause is ambiguous`);
    return filter;
  });
}
