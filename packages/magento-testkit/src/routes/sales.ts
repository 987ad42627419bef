import { InternalError, WebApiError } from '../http/exchange.ts';
import type { Release } from '../release.ts';
import type { DocumentData, OrderData, OrderItemData, SalesRow, TransactionData } from '../sales/records.ts';
import {
  cellOf,
  type DocumentKind,
  orderCell,
  type SalesListName,
  type SalesTables,
  salesColumns,
} from '../sales/sales-tables.ts';
import { shownDocument, shownItem, shownOrder, shownTransaction } from '../sales/shown.ts';
import { echoCriteria, parseCriteria } from '../search/criteria.ts';
import { type FlatList, searchFlat } from '../search/flat-search.ts';
import type { KeyedRows } from '../search/keyed-rows.ts';
import type { ShopState } from '../shop-state.ts';
import { read } from './read-routes.ts';
import type { Route, RouteCall } from './route.ts';
import { integerVariable } from './variables.ts';

/** Before 2.3.1 one right covers all sales documents. */
export const salesRight = (name: string) => (release: Release) =>
  `Magento_Sales::${release.splitsSalesRights ? name : 'sales'}`;

/** How one kind of sales record is listed and read. */
interface SalesList<Row> {
  readonly name: SalesListName;
  readonly listPath: string;
  /** Of one record, in the singular for some, as Magento has it. */
  readonly singlePath: string;
  readonly right: Route['resource'];
  rowsOf(sales: SalesTables): KeyedRows<Row>;
  cell(row: Row, column: string, sales: SalesTables): string | number | null;
  /** Rows that an inner join of the list leaves out. */
  notJoined?(sales: SalesTables): number[];
  /** Shows a row among those of the same answer. */
  show(row: Row, shop: ShopState, page: readonly Row[]): SalesRow;
}

/**
 * A list and the route of one record.
 *
 * Magento: module-sales/etc/webapi.xml; module-sales/Model/OrderRepository.php and its siblings name no id in their 404.
 */
function routesOf<Row>(list: SalesList<Row>): readonly Route[] {
  return [
    read(list.listPath, list.right, (call) => searchSales(list, call)),
    read(`${list.singlePath}/:id`, list.right, (call) => {
      const row = existingRow(list.rowsOf(call.shop.sales), integerVariable(call, 'id'));
      demandLoadable(list, row, call.shop);
      return list.show(row, call.shop, singleContext(list, row, call.shop));
    }),
  ];
}

function searchSales<Row>(list: SalesList<Row>, { query, shop }: RouteCall): unknown {
  const criteria = parseCriteria(query, shop);
  const rows = list.rowsOf(shop.sales);
  const { ambiguous, hidden, listPoison } = shop.sales.troubles[list.name];
  const flat: FlatList<Row> = {
    rows,
    columns: salesColumns[list.name],
    cell: (row, column) => list.cell(row, column, shop.sales),
    ambiguous,
    hidden: new Set([...hidden, ...(list.notJoined?.(shop.sales) ?? [])]),
  };
  const found = searchFlat(flat, criteria, shop.release);
  const items = found.items.slice(0, shop.cutPagesTo);
  for (const row of items) {
    demandLoadable(list, row, shop);
    if (listPoison.has(rows.idOf(row))) throw new InternalError(`Row ${rows.idOf(row)} breaks the list.`);
  }
  return {
    items: items.map((row) => list.show(row, shop, items)),
    search_criteria: echoCriteria(criteria),
    total_count: found.totalCount,
  };
}

/** The error of a sales record that does not exist. Magento: recordings/2.4.8-p1/orders.json 'single that does not exist'. */
export function existingRow<Row>(rows: KeyedRows<Row>, id: number): Row {
  if (id === 0) throw new WebApiError(400, 'An ID is needed. Set the ID and try again.');
  const row = rows.get(id);
  if (row !== undefined) return row;
  throw new WebApiError(404, "The entity that was requested doesn't exist. Verify the entity and try again.");
}

/**
 * Refuses rows that Magento cannot load: content that is no JSON, or, from 2.3.1 to 2.4.2, an order without a payment.
 *
 * Magento: magento/magento2 issues 26271 and 27158.
 */
function demandLoadable<Row>(list: SalesList<Row>, row: Row, { sales, release }: ShopState): void {
  const id = list.rowsOf(sales).idOf(row);
  if (sales.troubles[list.name].poison.has(id))
    throw new InternalError('Unable to unserialize value. Error: Syntax error');
  if (list.name !== 'orders' || (row as SalesRow)['payment']) return;
  if (release.isFrom('2.3.1') && !release.isFrom('2.4.3'))
    throw new InternalError('Call to a member function getAdditionalInformation() on null');
}

/** A line read alone comes with its parent, which is loaded for it. Magento: module-sales/Model/Order/ItemRepository.php. */
function singleContext<Row>(list: SalesList<Row>, row: Row, { sales }: ShopState): readonly Row[] {
  const parentId = list.name === 'order_items' ? (row as unknown as OrderItemData).parent_item_id : undefined;
  const parent = parentId === undefined ? undefined : list.rowsOf(sales).get(parentId);
  return parent === undefined ? [row] : [row, parent];
}

function documentList(kind: DocumentKind, listPath: string, singlePath: string, right: string) {
  return routesOf<DocumentData>({
    name: kind,
    listPath,
    singlePath,
    right: salesRight(right),
    rowsOf: (sales) => sales.documents(kind),
    cell: cellOf,
    show: (row) => shownDocument(row),
  });
}

/** Comments of one record: the answer of a list whose only filter is the record. */
function comments(
  path: string,
  right: string,
  of: (sales: SalesTables, id: number) => readonly SalesRow[],
): Route {
  return read(path, salesRight(right), (call) => {
    const id = integerVariable(call, 'id');
    // Unsorted, hence in the order of their ids. Magento: recordings/2.4.8-p1/other-reads.json 'order comments'.
    const items = of(call.shop.sales, id).toSorted(
      (one, other) => Number(one['entity_id']) - Number(other['entity_id']),
    );
    const filters = [{ field: 'parent_id', value: String(id), condition_type: 'eq' }];
    return { items, search_criteria: { filter_groups: [{ filters }] }, total_count: items.length };
  });
}

/** Orders, their lines, and what follows from them, to read. */
export const salesRoutes: readonly Route[] = [
  ...routesOf<OrderData>({
    name: 'orders',
    listPath: '/orders',
    singlePath: '/orders',
    right: salesRight('actions_view'),
    rowsOf: ({ orders }) => orders,
    cell: orderCell,
    show: (row, { release }) => shownOrder(row, release),
  }),
  ...routesOf<OrderItemData>({
    name: 'order_items',
    listPath: '/orders/items',
    singlePath: '/orders/items',
    right: salesRight('actions_view'),
    rowsOf: ({ items }) => items,
    cell: cellOf,
    show: (row, _shop, page) => shownItem(row, page),
  }),
  comments(
    '/orders/:id/comments',
    'actions_view',
    ({ orders }, id) => orders.get(id)?.status_histories ?? [],
  ),
  read('/orders/:id/statuses', salesRight('actions_view'), (call) => {
    return existingRow(call.shop.sales.orders, integerVariable(call, 'id')).status ?? null;
  }),
  ...documentList('invoices', '/invoices', '/invoices', 'sales_invoice'),
  comments('/invoices/:id/comments', 'sales_invoice', ({ invoices }, id) => invoices.get(id)?.comments ?? []),
  ...documentList('shipments', '/shipments', '/shipment', 'shipment'),
  comments('/shipment/:id/comments', 'shipment', ({ shipments }, id) => shipments.get(id)?.comments ?? []),
  read('/shipment/:id/label', salesRight('shipment'), (call) => {
    const shipment = existingRow(call.shop.sales.shipments, integerVariable(call, 'id'));
    return shipment['shipping_label'] ?? null;
  }),
  ...documentList('credit_memos', '/creditmemos', '/creditmemo', 'sales_creditmemo'),
  comments(
    '/creditmemo/:id/comments',
    'sales_creditmemo',
    ({ creditMemos }, id) => creditMemos.get(id)?.comments ?? [],
  ),
  ...routesOf<TransactionData>({
    name: 'transactions',
    listPath: '/transactions',
    singlePath: '/transactions',
    right: salesRight('transactions_fetch'),
    rowsOf: ({ transactions }) => transactions,
    cell: (row, column, { orders }) => {
      // Both columns are joined. Magento: module-sales/Model/ResourceModel/Order/Payment/Transaction/Collection.php.
      if (column === 'method') return orders.get(row.order_id)?.payment?.method ?? null;
      if (column === 'increment_id') return orders.get(row.order_id)?.increment_id ?? null;
      return cellOf(row, column);
    },
    notJoined: ({ transactions, orders }) =>
      transactions
        .all()
        .filter(({ order_id }) => !orders.get(order_id)?.payment)
        .map(({ transaction_id }) => transaction_id),
    show: (row, { sales }) => shownTransaction(row, sales.transactions.all()),
  }),
];
