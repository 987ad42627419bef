import { type ShopClock, stamp } from '../clock.ts';
import type { Release } from '../release.ts';
import {
  createDocumentAdministration,
  type DocumentAdministration,
  type NewComment,
} from './document-administration.ts';
import { type NewOrder, placedOrder } from './new-order.ts';
import {
  canceledOrder,
  type DocumentRequest,
  type MadeDocument,
  makeCreditMemo,
  makeInvoice,
  makeShipment,
} from './order-documents.ts';
import { isOpen } from './order-states.ts';
import type {
  DocumentData,
  OrderAddressData,
  OrderCommentData,
  OrderData,
  OrderItemData,
  SalesRow,
  TransactionData,
} from './records.ts';
import { withoutNulls } from './records.ts';
import type {
  DocumentKind,
  ListTroubles,
  SalesListName,
  SalesSnapshot,
  SalesTables,
} from './sales-tables.ts';
import { changed, movedStamp, saved, withShipping } from './saved-rows.ts';
import { shownDocument, shownOrder } from './shown.ts';

/** A save that is stamped, and whose ids are given, before it is committed: readers see it late. */
export interface LateCommit<Row> {
  readonly row: Row;
  commit(): void;
}

/**
 * What happens to orders and their documents, as people, imports and other systems cause it; each says what it does to stamps.
 * All stamps are the database's: `ON UPDATE CURRENT_TIMESTAMP`, which moves only where a column really changes.
 *
 * Magento: module-sales/etc/db_schema.xml; recordings/2.4.8-p1/writes-and-updated-at.json.
 */
export interface SalesAdministration extends DocumentAdministration {
  /** The rows of a list as it shows them now, whatever is wrong with the way to it. */
  shown(list: 'orders' | DocumentKind): SalesRow[];
  order(id: number): OrderData | undefined;
  orders(): OrderData[];
  orderIds(): number[];
  transactions(): TransactionData[];

  /** A new order of a customer or a guest. */
  place(details?: NewOrder): OrderData;
  /** A new order that has its ids and its stamp before it is committed. */
  placeLate(details?: NewOrder): LateCommit<OrderData>;
  /** An invoice of all or of some lines: order and lines move. Refused when nothing is left to invoice. */
  invoice(orderId: number, request?: DocumentRequest): DocumentData;
  /** A shipment: the lines move, and the order when its state or status changes. */
  ship(orderId: number, request?: DocumentRequest): DocumentData;
  /** A credit memo: order and lines move. */
  refund(orderId: number, request?: DocumentRequest): DocumentData;
  /** A document that is stamped, and changes its order, before both are committed. */
  makeLate(kind: DocumentKind, orderId: number, request?: DocumentRequest): LateCommit<DocumentData>;
  /** A cancelled order: order and lines move. */
  cancel(orderId: number): OrderData;
  /** Moves the order. */
  hold(orderId: number): OrderData;
  /** Moves the order. */
  unhold(orderId: number): OrderData;
  /** Another status, and state where given: moves the order. */
  changeStatus(orderId: number, status: string, state?: string): OrderData;
  /** A save of the order's own columns: moves it where one of them changes. */
  save(orderId: number, changes: SalesRow): OrderData;
  /** A save that is stamped now and committed only when `commit` is called. */
  saveLate(orderId: number, changes: SalesRow): LateCommit<OrderData>;
  /** A comment on an order: moves nothing, unless its status is another one. */
  comment(orderId: number, comment?: NewComment): OrderCommentData;
  /** An address of an order: moves nothing. */
  editAddress(orderId: number, type: 'billing' | 'shipping', changes?: SalesRow): OrderAddressData;
  /** A payment transaction, as online payment methods write it: moves nothing. */
  addTransaction(orderId: number, details?: Partial<TransactionData>): TransactionData;
  /** Any change of a transaction, which has no stamp. */
  updateTransaction(id: number, changes: Partial<TransactionData>): TransactionData;

  /** Direct SQL on an order: moves it where a column changes. */
  updateBySql(orderId: number, changes: SalesRow): OrderData;
  /** Direct SQL on a line: moves the line only. */
  updateItemBySql(itemId: number, changes: SalesRow): OrderItemData;
  /** Direct SQL on a payment: moves nothing. */
  updatePaymentBySql(orderId: number, changes: SalesRow): OrderData;
  /** Any change of an order, with its stamp as it was or as given: also stamps like `0000-00-00 00:00:00`. */
  updateSilently(orderId: number, changes: Partial<OrderData>): OrderData;
  /** Any change of a line, with its stamp as it was or as given. */
  updateItemSilently(itemId: number, changes: SalesRow): OrderItemData;
  /** A customer who was deleted: `customer_id` of his orders becomes null and nothing moves. How many there were. */
  forgetCustomer(customerId: number): number;
  /** Store views that were deleted: `store_id` of orders, lines and documents becomes null and nothing moves. */
  forgetStores(storeIds: ReadonlySet<number>): void;

  /** An order deleted by a module or by SQL: lines, documents and transactions go with it, without a trace. */
  removeOrder(id: number): OrderData;
  /** An order deleted while foreign keys were switched off: its documents stay as orphans. */
  removeOrderOnly(id: number): OrderData;
  /** One restored order: as it was, old stamp included; also another one under an id that was used before. */
  restoreOrder(order: OrderData): void;
  /** The payment row of an order is lost. */
  removePayment(orderId: number): OrderData;
  /** Both addresses of an order are lost. */
  removeAddresses(orderId: number): OrderData;
  /** Uses up ids without a row, as inserts do that are rolled back. */
  skipIds(counts: Partial<Record<'orders' | DocumentKind | 'transactions', number>>): void;

  /** What is wrong with the rows of each list. */
  readonly troubles: Readonly<Record<SalesListName, ListTroubles>>;
  /** All sales as they are now, and the ids that come next: a backup. */
  snapshot(): SalesSnapshot;
  /** A restored backup: what came after it is gone, and its ids will be given again. */
  restoreSnapshot(snapshot: SalesSnapshot): void;
}

/** What the administration of sales knows of the rest of the shop. */
export interface SalesSurroundings {
  readonly clock: ShopClock;
  readonly release: Release;
  /** Website, group and view of a store, one a line, as orders keep it. */
  storeName(storeId: number): string;
}

const makers = { invoices: makeInvoice, shipments: makeShipment, credit_memos: makeCreditMemo } as const;
/** Creates the administration of a shop's sales. */
export function createSalesAdministration(
  tables: SalesTables,
  { clock, release, storeName }: SalesSurroundings,
): SalesAdministration {
  const now = () => stamp(clock.databaseNow());
  const place = () => ({ tables, now: now() });

  function order(id: number): OrderData {
    const found = tables.orders.get(id);
    if (!found) throw new RangeError(`The shop has no order ${id}.`);
    return found;
  }

  const changeOrder = (id: number, changes: Partial<OrderData>) =>
    tables.putOrder(withoutNulls({ ...order(id), ...changes }));

  function item(id: number): { readonly item: OrderItemData; readonly order: OrderData } {
    const found = tables.items.get(id);
    if (!found) throw new RangeError(`The shop has no order line ${id}.`);
    return { item: found, order: order(found.order_id) };
  }

  function changeItem(id: number, changes: SalesRow): OrderItemData {
    const { item: former, order: owner } = item(id);
    const row = withoutNulls({ ...former, ...changes });
    changeOrder(owner.entity_id, { items: owner.items.map((one) => (one === former ? row : one)) });
    return row;
  }

  function make(kind: DocumentKind, orderId: number, request: DocumentRequest): MadeDocument {
    const former = order(orderId);
    if (kind !== 'credit_memos' && !isOpen(former))
      throw new RangeError(`Order ${orderId} is ${former.state} and allows no ${kind.slice(0, -1)}.`);
    const made = makers[kind](former, request, place());
    return { document: made.document, order: saved(former, made.order, now()) };
  }

  /** Commits a save: what it changed is changed in the order as it is by now, if that is still there. */
  function commitOrder(former: OrderData, row: OrderData): boolean {
    const current = tables.orders.get(former.entity_id);
    if (current)
      tables.putOrder(current === former ? row : withoutNulls({ ...current, ...changed(former, row) }));
    return current !== undefined;
  }

  function commitDocument(kind: DocumentKind, former: OrderData, made: MadeDocument): DocumentData {
    if (commitOrder(former, made.order)) tables.documents(kind).put(made.document);
    return made.document;
  }

  function makeNow(kind: DocumentKind, orderId: number, request: DocumentRequest = {}): DocumentData {
    const late = administration.makeLate(kind, orderId, request);
    late.commit();
    return late.row;
  }

  const administration: SalesAdministration = {
    ...createDocumentAdministration(tables, now),

    shown: (list) =>
      list === 'orders'
        ? tables.orders.all().map((row) => shownOrder(row, release))
        : tables.documents(list).all().map(shownDocument),
    order: (id) => tables.orders.get(id),
    orders: () => tables.orders.all(),
    orderIds: () => [...tables.orders.byId.ids],
    transactions: () => tables.transactions.all(),

    place: (details = {}) => {
      const late = administration.placeLate(details);
      late.commit();
      return late.row;
    },
    placeLate(details = {}) {
      const row = placedOrder(details, { ...place(), storeName: storeName(details.store_id ?? 1) });
      return { row, commit: () => void tables.putOrder(row) };
    },
    invoice: (orderId, request) => makeNow('invoices', orderId, request),
    ship: (orderId, request) => makeNow('shipments', orderId, request),
    refund: (orderId, request) => makeNow('credit_memos', orderId, request),
    makeLate(kind, orderId, request = {}) {
      const former = order(orderId);
      const made = make(kind, orderId, request);
      return { row: made.document, commit: () => void commitDocument(kind, former, made) };
    },
    cancel(orderId) {
      const former = order(orderId);
      if (!isOpen(former) || former.state === 'complete')
        throw new RangeError(`Order ${orderId} is ${former.state} and cannot be cancelled.`);
      return tables.putOrder(saved(former, canceledOrder(former), now()));
    },
    hold(orderId) {
      const { state, status } = order(orderId);
      return administration.save(orderId, {
        hold_before_state: state,
        hold_before_status: status,
        state: 'holded',
        status: 'holded',
      });
    },
    unhold(orderId) {
      const { hold_before_state: state, hold_before_status: status } = order(orderId);
      return administration.save(orderId, {
        state,
        status,
        hold_before_state: null,
        hold_before_status: null,
      });
    },
    changeStatus: (orderId, status, state) =>
      administration.save(orderId, { status, ...(state === undefined ? {} : { state }) }),
    save(orderId, changes) {
      const late = administration.saveLate(orderId, changes);
      late.commit();
      return late.row;
    },
    saveLate(orderId, changes) {
      const former = order(orderId);
      const row = saved(former, { ...former, ...changes }, now());
      return { row, commit: () => void commitOrder(former, row) };
    },
    comment(orderId, { status, ...given } = {}) {
      const { status: former, status_histories: histories } = order(orderId);
      const shown = status ?? former;
      const entry: OrderCommentData = {
        comment: 'A comment.',
        created_at: now(),
        entity_id: tables.next('comments'),
        is_customer_notified: 0,
        is_visible_on_front: 0,
        parent_id: orderId,
        ...given,
        ...(shown === undefined ? {} : { status: shown }),
      };
      changeOrder(orderId, { status_histories: [entry, ...histories] });
      if (shown !== undefined && shown !== former) administration.changeStatus(orderId, shown);
      return entry;
    },
    editAddress(orderId, type, changes = { city: 'Elsewhere' }) {
      const former = order(orderId);
      const [assignment] = former.extension_attributes.shipping_assignments ?? [];
      const address = type === 'billing' ? former.billing_address : assignment?.shipping.address;
      if (!address) throw new RangeError(`Order ${orderId} has no ${type} address.`);
      const row = withoutNulls({ ...address, ...changes }) as OrderAddressData;
      changeOrder(orderId, type === 'billing' ? { billing_address: row } : withShipping(former, row));
      return row;
    },
    addTransaction(orderId, details = {}) {
      const { payment } = order(orderId);
      const id = tables.next('transactions');
      const row: TransactionData = {
        transaction_id: id,
        order_id: orderId,
        payment_id: payment?.entity_id ?? 0,
        txn_id: `txn-${orderId}-${id}`,
        parent_txn_id: null,
        txn_type: 'authorization',
        is_closed: 0,
        additional_information: [],
        created_at: now(),
        ...details,
      };
      tables.transactions.put(row);
      return row;
    },
    updateTransaction(id, changes) {
      const former = tables.transactions.get(id);
      if (!former) throw new RangeError(`The shop has no transaction ${id}.`);
      const row = { ...former, ...changes };
      tables.transactions.put(row);
      return row;
    },

    updateBySql(orderId, changes) {
      const former = order(orderId);
      return changeOrder(orderId, { ...changes, ...movedStamp(former, changes, now()) });
    },
    updateItemBySql: (itemId, changes) =>
      changeItem(itemId, { ...changes, ...movedStamp(item(itemId).item, changes, now()) }),
    updatePaymentBySql(orderId, changes) {
      const { payment } = order(orderId);
      if (!payment) throw new RangeError(`Order ${orderId} has no payment.`);
      return changeOrder(orderId, { payment: { ...payment, ...changes } });
    },
    updateSilently: changeOrder,
    updateItemSilently: changeItem,
    forgetCustomer(customerId) {
      const meant = tables.orders.ofGroup(customerId);
      for (const { customer_id: _null, ...rest } of meant) tables.putOrder(rest as OrderData);
      return meant.length;
    },
    forgetStores(storeIds) {
      const isGone = ({ store_id }: SalesRow) => storeIds.has(Number(store_id));
      const forgotten = <Row extends SalesRow>(row: Row): Row =>
        isGone(row) ? withoutNulls({ ...row, store_id: null }) : row;
      for (const row of tables.orders.all())
        if (isGone(row)) tables.putOrder(forgotten({ ...row, items: row.items.map(forgotten) }));
      for (const kind of ['invoices', 'shipments', 'credit_memos'] as const)
        for (const row of tables.documents(kind).all())
          if (isGone(row)) tables.documents(kind).put(forgotten(row));
    },

    removeOrder(id) {
      const removed = administration.removeOrderOnly(id);
      for (const kind of ['invoices', 'shipments', 'credit_memos'] as const)
        for (const { entity_id } of tables.documents(kind).ofGroup(id))
          tables.documents(kind).delete(entity_id);
      for (const { transaction_id } of tables.transactions.ofGroup(id))
        tables.transactions.delete(transaction_id);
      return removed;
    },
    removeOrderOnly(id) {
      const removed = order(id);
      tables.deleteOrder(id);
      return removed;
    },
    restoreOrder: (restored) => void tables.putOrder(restored),
    removePayment(orderId) {
      const { payment: _lost, ...rest } = order(orderId);
      return tables.putOrder(rest as OrderData);
    },
    removeAddresses(orderId) {
      const { billing_address: _lost, ...rest } = order(orderId);
      return tables.putOrder({ ...(rest as OrderData), ...withShipping(rest as OrderData, undefined) });
    },
    skipIds(counts) {
      for (const [counter, count] of Object.entries(counts))
        for (let skipped = 0; skipped < count; skipped += 1)
          tables.next(counter as keyof typeof counts & SalesListName);
    },

    troubles: tables.troubles,
    snapshot: () => tables.snapshot(),
    restoreSnapshot: (snapshot) => tables.restore(snapshot),
  };
  return administration;
}
