import { noSuchEntity, type WebApiError } from '../http/exchange.ts';
import { once, readRows } from '../recordings.ts';
import { type Row, read } from '../routes/read-routes.ts';
import type { Route } from '../routes/route.ts';
import { integerVariable } from '../routes/variables.ts';
import { type ColumnKind, conditionTest } from '../search/conditions.ts';
import { type Criteria, echoCriteria, parseCriteria } from '../search/criteria.ts';
import { invalidAttribute } from '../search/customer-columns.ts';
import { searchFlat } from '../search/flat-search.ts';
import { createKeyedTable, type KeyedTable } from '../search/keyed-rows.ts';

/** A list of the second shop that was recorded whole and is only read. */
export interface RecordedList {
  readonly path: string;
  readonly right: string;
  /** Its records, in the order of their ids, in a file of the recordings. */
  readonly file: string;
  /** Columns whose members in the JSON are called otherwise. */
  readonly columns?: Readonly<Record<string, string>>;
  /** Columns that are not in the JSON and hold nothing here. */
  readonly unseen?: readonly string[];
  /** A column of ids that are not in the JSON: 1, 2, 3 … in this order. */
  readonly unseenId?: { readonly column: string; readonly orderBy: (row: Row) => string };
  /** Whether a request without search criteria is answered with everything. */
  readonly criteriaOptional?: boolean;
  /**
   * Whether the collection is one of attributes, where an unknown field is a 400 in filters and ignored in sorts. Flat ones
   * answer both with a 500.
   */
  readonly attributes?: boolean;
  /** The route of one record, and the error where there is none. */
  readonly single?: {
    readonly path: string;
    /** Member of the record that the variable names. */
    readonly member: string;
    readonly kind: 'number' | 'text';
    missing(value: string): WebApiError;
  };
}

interface Cells {
  readonly [column: string]: unknown;
}

interface Numbered {
  readonly position: number;
  readonly row: Row;
  readonly cells: Cells;
}

/** The routes of a recorded list. */
export function recordedListRoutes(list: RecordedList): readonly Route[] {
  const table = once(() => tableOf(list));
  const columns = once(() => columnsOf(list, table().all()));
  const routes = [
    read(list.path, list.right, ({ query, shop }) => {
      const isAsked = query.has('searchCriteria') || query.has('search_criteria');
      const given = !isAsked && list.criteriaOptional ? noCriteria : parseCriteria(query, shop);
      const criteria = list.attributes ? withKnownFields(given, columns()) : given;
      const flat = {
        rows: table(),
        columns: columns(),
        cell: ({ cells }: Numbered, column: string) => cellOf(cells[column]),
        ambiguous: new Set<string>(),
      };
      const { items, totalCount } = searchFlat(flat, criteria, shop.release);
      return {
        items: items.slice(0, shop.cutPagesTo).map(({ row }) => row),
        search_criteria: echoCriteria(given),
        total_count: totalCount,
      };
    }),
  ];
  const { single } = list;
  if (single)
    routes.push(
      read(single.path, list.right, (call) => {
        const [, variable = ''] = /:(\w+)$/.exec(single.path) ?? [];
        const value =
          single.kind === 'number'
            ? String(integerVariable(call, variable))
            : (call.variables[variable] ?? '');
        const isMeant = conditionTest('eq', value, single.kind);
        const found = table()
          .all()
          .find(({ row }) => isMeant(cellOf(row[single.member])));
        if (!found) throw single.missing(value);
        return found.row;
      }),
    );
  return routes;
}

const noCriteria: Criteria = { groups: [], sortOrders: [], pageSize: null, currentPage: null };

function tableOf({ file, columns = {}, unseenId }: RecordedList): KeyedTable<Numbered> {
  const table = createKeyedTable<Numbered>({
    // Rows are in the order of their ids, whatever those are called.
    idField: '',
    stampField: '-',
    idOf: ({ position }) => position,
    stampOf: () => '',
  });
  const rows = readRows<Row>(file);
  const order = unseenId?.orderBy;
  if (order) rows.sort((one, other) => (order(one) < order(other) ? -1 : 1));
  table.fill(
    rows.map((row, index) => {
      const { custom_attributes: custom = [], ...members } = row;
      const attributes = (custom as { attribute_code: string; value: unknown }[]).map(
        ({ attribute_code, value }) => [attribute_code, value] as const,
      );
      const renamed = Object.entries(columns).map(([column, member]) => [column, row[member]] as const);
      const own = Object.entries(members).filter(([member]) => !Object.values(columns).includes(member));
      const unseen = unseenId ? [[unseenId.column, index + 1] as const] : [];
      const cells = Object.fromEntries([...attributes, ...own, ...renamed, ...unseen]);
      return { position: index + 1, row, cells };
    }),
  );
  return table;
}

/** Booleans are numbers in the database. */
function cellOf(value: unknown): string | number | null {
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'string' || typeof value === 'number' ? value : null;
}

function columnsOf({ unseen = [] }: RecordedList, rows: readonly Numbered[]): Record<string, ColumnKind> {
  const kinds: Record<string, ColumnKind> = Object.fromEntries(unseen.map((column) => [column, 'number']));
  for (const { cells } of rows)
    for (const [column, value] of Object.entries(cells)) {
      if (typeof value === 'object') continue;
      const isText = typeof value === 'string' && !/^\d+$/.test(value);
      kinds[column] = /(_at|_time)$/.test(column)
        ? 'date'
        : isText || kinds[column] === 'text'
          ? 'text'
          : 'number';
    }
  return kinds;
}

/** Magento: recordings/2.4.8-p1/products.json 'filter by an unknown field', 'sort by an unknown field'. */
function withKnownFields(criteria: Criteria, columns: Readonly<Record<string, ColumnKind>>): Criteria {
  for (const { field } of criteria.groups.flat())
    if (!Object.hasOwn(columns, field)) throw invalidAttribute(field);
  return {
    ...criteria,
    sortOrders: criteria.sortOrders.filter(({ field }) => Object.hasOwn(columns, field)),
  };
}

/** The error that names the field and the value. */
export const missingBy =
  (fieldName: string) =>
  (value: string): WebApiError =>
    noSuchEntity(fieldName, Number(value));
