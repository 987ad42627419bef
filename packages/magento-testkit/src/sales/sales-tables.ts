import type { ColumnKind } from '../search/conditions.ts';
import { createKeyedTable, type KeyedTable } from '../search/keyed-rows.ts';
import {
  creditMemoColumns,
  invoiceColumns,
  orderColumns,
  orderItemColumns,
  shipmentColumns,
  transactionColumns,
} from './columns.ts';
import type {
  DocumentData,
  OrderData,
  OrderItemData,
  SalesData,
  SalesRow,
  TransactionData,
} from './records.ts';

/** The lists of sales. */
export type SalesListName =
  | 'orders'
  | 'order_items'
  | 'invoices'
  | 'shipments'
  | 'credit_memos'
  | 'transactions';

/** The documents that follow from an order. */
export type DocumentKind = 'invoices' | 'shipments' | 'credit_memos';

/** Kinds of rows that have a counter of ids of their own. */
export type SalesCounter =
  | SalesListName
  | 'addresses'
  | 'payments'
  | 'taxes'
  | 'comments'
  | 'invoice_items'
  | 'invoice_comments'
  | 'shipment_items'
  | 'shipment_comments'
  | 'tracks'
  | 'credit_memo_items'
  | 'credit_memo_comments';

/** What is wrong with the rows of one list, as tests want it. */
export interface ListTroubles {
  /** Rows that Magento cannot load: every page and every read with one of them is a 500. */
  readonly poison: Set<number>;
  /** Rows that Magento can load alone and not in a list. */
  readonly listPoison: Set<number>;
  /** Rows that the list leaves out without a word, in `total_count` too, while a read by id shows them. */
  readonly hidden: Set<number>;
  /**
   * Columns that a table joined by some module has as well: a filter by one is a 500 unless it says `main_table.`; sorts work.
   * Magento: extension attributes with a `<join>`.
   */
  readonly ambiguous: Set<string>;
}

/** All sales of a shop at one moment; it stays as it is while the shop goes on. */
export interface SalesSnapshot extends SalesData {
  readonly counters: ReadonlyMap<SalesCounter, number>;
}

/** The committed sales of the shop: orders by customer, documents and transactions by order. Lines live inside their orders; their table is an index over them. */
export interface SalesTables {
  readonly orders: KeyedTable<OrderData>;
  readonly items: KeyedTable<OrderItemData>;
  readonly invoices: KeyedTable<DocumentData>;
  readonly shipments: KeyedTable<DocumentData>;
  readonly creditMemos: KeyedTable<DocumentData>;
  readonly transactions: KeyedTable<TransactionData>;
  readonly troubles: Readonly<Record<SalesListName, ListTroubles>>;
  documents(kind: DocumentKind): KeyedTable<DocumentData>;
  putOrder(order: OrderData): OrderData;
  deleteOrder(id: number): void;
  /** The id that the next row of a kind gets: like AUTO_INCREMENT it never falls back, save by a restored backup. */
  next(counter: SalesCounter): number;
  /** The number that the next record of a kind gets in a store view. */
  nextIncrementId(kind: 'orders' | DocumentKind, storeId: number): string;
  snapshot(): SalesSnapshot;
  restore(snapshot: SalesSnapshot): void;
}

const byEntityId = <Row extends { entity_id: number; updated_at: string }>(
  groupOf: (row: Row) => number | undefined,
) =>
  createKeyedTable<Row>(
    {
      idField: 'entity_id',
      stampField: 'updated_at',
      idOf: ({ entity_id }) => entity_id,
      stampOf: ({ updated_at }) => updated_at,
    },
    groupOf,
  );

/** Creates the tables and fills them. */
export function createSalesTables(sales: SalesData): SalesTables {
  const orders = byEntityId<OrderData>(({ customer_id }) => customer_id);
  const invoices = byEntityId<DocumentData>(({ order_id }) => order_id);
  const shipments = byEntityId<DocumentData>(({ order_id }) => order_id);
  const creditMemos = byEntityId<DocumentData>(({ order_id }) => order_id);
  const items = createKeyedTable<OrderItemData>({
    idField: 'item_id',
    stampField: 'updated_at',
    idOf: ({ item_id }) => item_id,
    stampOf: ({ updated_at }) => updated_at,
  });
  const transactions = createKeyedTable<TransactionData>(
    {
      idField: 'transaction_id',
      stampField: 'created_at',
      idOf: ({ transaction_id }) => transaction_id,
      stampOf: ({ created_at }) => created_at,
    },
    ({ order_id }) => order_id,
  );
  const counters = new Map<SalesCounter, number>();
  const documents = (kind: DocumentKind) =>
    kind === 'invoices' ? invoices : kind === 'shipments' ? shipments : creditMemos;

  function seen(counter: SalesCounter, id: number | undefined): void {
    if (id !== undefined && id > (counters.get(counter) ?? 0)) counters.set(counter, id);
  }

  function fill(data: SalesData): void {
    orders.fill(data.orders);
    items.fill(data.orders.flatMap((order) => order.items));
    invoices.fill(data.invoices);
    shipments.fill(data.shipments);
    creditMemos.fill(data.creditMemos);
    transactions.fill(data.transactions);
  }

  function count(data: SalesData): void {
    for (const order of data.orders) {
      seen('orders', order.entity_id);
      for (const { item_id } of order.items) seen('order_items', item_id);
      seen('addresses', order.billing_address?.entity_id);
      for (const { shipping } of order.extension_attributes.shipping_assignments ?? [])
        seen('addresses', shipping.address?.entity_id);
      seen('payments', order.payment?.entity_id);
      for (const { entity_id } of order.status_histories) seen('comments', entity_id);
      for (const { tax_id } of order.extension_attributes.taxes ?? []) seen('taxes', tax_id);
    }
    for (const [kind, name] of [
      ['invoices', 'invoice'],
      ['shipments', 'shipment'],
      ['credit_memos', 'credit_memo'],
    ] as const) {
      for (const document of { ...data, credit_memos: data.creditMemos }[kind]) {
        seen(kind, document.entity_id);
        for (const { entity_id } of document.items) seen(`${name}_items`, entity_id);
        for (const { entity_id } of document.comments) seen(`${name}_comments`, entity_id);
        for (const { entity_id } of document.tracks ?? []) seen('tracks', entity_id);
      }
    }
    for (const { transaction_id } of data.transactions) seen('transactions', transaction_id);
  }

  const increments = new Map<string, number>();

  /** Magento: sequence tables for each kind and store view; the first store view has no prefix. */
  function nextIncrementId(kind: 'orders' | DocumentKind, storeId: number): string {
    const name = `${kind} ${storeId}`;
    const prefix = storeId === 1 ? '' : String(storeId);
    const last = increments.get(name) ?? lastIncrement(kind, storeId, prefix.length);
    increments.set(name, last + 1);
    return `${prefix}${String(last + 1).padStart(9, '0')}`;
  }

  function lastIncrement(kind: 'orders' | DocumentKind, storeId: number, prefixLength: number): number {
    const rows: readonly { increment_id?: string; store_id?: number | undefined }[] =
      kind === 'orders' ? orders.all() : documents(kind).all();
    return rows.reduce((highest, { increment_id, store_id }) => {
      const digits = Number(increment_id?.slice(prefixLength));
      return store_id === storeId && digits > highest ? digits : highest;
    }, 0);
  }

  fill(sales);
  count(sales);
  return {
    orders,
    items,
    invoices,
    shipments,
    creditMemos,
    transactions,
    troubles: {
      orders: noTroubles(),
      order_items: noTroubles(),
      invoices: noTroubles(),
      shipments: noTroubles(),
      credit_memos: noTroubles(),
      // Both tables that the list joins have these. Magento: module-sales/Model/ResourceModel/Order/Payment/Transaction/Collection.php.
      transactions: { ...noTroubles(), ambiguous: new Set(['parent_id', 'additional_information']) },
    },
    documents,
    putOrder(order) {
      const former = orders.get(order.entity_id)?.items ?? [];
      const kept = new Set(order.items.map(({ item_id }) => item_id));
      for (const { item_id } of former) if (!kept.has(item_id)) items.delete(item_id);
      for (const item of order.items) if (!former.includes(item)) items.put(item);
      orders.put(order);
      count({ orders: [order], invoices: [], shipments: [], creditMemos: [], transactions: [] });
      return order;
    },
    deleteOrder(id) {
      for (const { item_id } of orders.get(id)?.items ?? []) items.delete(item_id);
      orders.delete(id);
    },
    next(counter) {
      const id = (counters.get(counter) ?? 0) + 1;
      counters.set(counter, id);
      return id;
    },
    nextIncrementId,
    snapshot: () => ({
      orders: orders.all(),
      invoices: invoices.all(),
      shipments: shipments.all(),
      creditMemos: creditMemos.all(),
      transactions: transactions.all(),
      counters: new Map(counters),
    }),
    restore(snapshot) {
      fill(snapshot);
      counters.clear();
      for (const [counter, id] of snapshot.counters) counters.set(counter, id);
      increments.clear();
    },
  };
}

function noTroubles(): ListTroubles {
  return { poison: new Set(), listPoison: new Set(), hidden: new Set(), ambiguous: new Set() };
}

/** What a column holds, for filters and sorts. */
export function cellOf(row: SalesRow, column: string): string | number | null {
  const value = row[column];
  return typeof value === 'string' || typeof value === 'number' ? value : null;
}

/** Columns of an order that are not members of its JSON are found where the JSON has them. */
export function orderCell(order: OrderData, column: string): string | number | null {
  const shipping = order.extension_attributes.shipping_assignments?.[0]?.shipping;
  if (column === 'shipping_method') return shipping?.method ?? null;
  if (column === 'shipping_address_id') return shipping?.address?.entity_id ?? null;
  return cellOf(order, column);
}

/** Columns of each list. */
export const salesColumns: Readonly<Record<SalesListName, Readonly<Record<string, ColumnKind>>>> = {
  orders: orderColumns,
  order_items: orderItemColumns,
  invoices: invoiceColumns,
  shipments: shipmentColumns,
  credit_memos: creditMemoColumns,
  transactions: transactionColumns,
};
