import { money } from './money.ts';
import { ownLines, qtyToInvoice, qtyToRefund, qtyToShip, stateAfterDocument } from './order-states.ts';
import type {
  DocumentData,
  DocumentItemData,
  OrderData,
  OrderItemData,
  OrderPaymentData,
  SalesRow,
} from './records.ts';
import { withoutNulls } from './records.ts';
import type { DocumentKind, SalesTables } from './sales-tables.ts';

/** How much of which line a document is about. */
export interface DocumentLine {
  readonly order_item_id: number;
  readonly qty: number;
}

/** What a document is made of. */
export interface DocumentRequest {
  /** All that is left when absent. */
  readonly lines?: readonly DocumentLine[] | undefined;
  /** Of a refund: all that is left of it when absent. */
  readonly shipping_amount?: number | undefined;
  readonly adjustment_positive?: number | undefined;
  readonly adjustment_negative?: number | undefined;
  /** Columns of the document that are to be otherwise. */
  readonly columns?: SalesRow | undefined;
}

/** A document with the order as it is then; stamps of the order and of its lines are moved by whoever saves them. */
export interface MadeDocument {
  readonly document: DocumentData;
  readonly order: OrderData;
}

/** Surroundings of a document. */
export interface DocumentPlace {
  readonly tables: SalesTables;
  /** `YYYY-MM-DD HH:MM:SS` by the database's clock. */
  readonly now: string;
}

interface ChosenLine {
  readonly item: OrderItemData;
  readonly qty: number;
}

/** The lines that a document is about, refused when nothing is left of them. */
function chosenLines(
  order: OrderData,
  wanted: readonly DocumentLine[] | undefined,
  left: (item: OrderItemData) => number,
  what: string,
): ChosenLine[] {
  const chosen = ownLines(order).flatMap((item) => {
    const asked = wanted?.find(({ order_item_id }) => order_item_id === item.item_id)?.qty;
    const qty = Math.min(left(item), wanted && wanted.length > 0 ? (asked ?? 0) : left(item));
    return qty > 0 ? [{ item, qty }] : [];
  });
  if (chosen.length === 0) throw new RangeError(`Order ${order.entity_id} has nothing left to ${what}.`);
  return chosen;
}

/** The same amount in the base currency and in the order's; all recorded orders have one currency. */
function both(name: string, amount: unknown): SalesRow {
  return { [`base_${name}`]: amount, [name]: amount };
}

/** A column of the order plus something, in both currencies. */
function added(row: SalesRow, name: string, amount: number): SalesRow {
  return both(name, money(Number(row[name] ?? 0) + amount));
}

function sum(lines: readonly ChosenLine[], amount: (line: ChosenLine) => number): number {
  return money(lines.reduce((total, line) => total + amount(line), 0));
}

const rowTotal = ({ item, qty }: ChosenLine) => money(item.price * qty);
const taxOf = ({ item, qty }: ChosenLine) =>
  money((Number(item['tax_amount'] ?? 0) * qty) / item.qty_ordered, 2);

/** Replaces the lines of an order that a document is about. */
function withLines(
  order: OrderData,
  lines: readonly ChosenLine[],
  change: (line: ChosenLine) => SalesRow,
): readonly OrderItemData[] {
  return order.items.map((item) => {
    const line = lines.find((chosen) => chosen.item.item_id === item.item_id);
    return line ? ({ ...item, ...change(line) } as OrderItemData) : item;
  });
}

/** Columns that every kind of document has from its order. */
function commonColumns(kind: DocumentKind, order: OrderData, { tables, now }: DocumentPlace) {
  const shipping = order.extension_attributes.shipping_assignments?.[0]?.shipping.address;
  const store_id = order.store_id ?? 1;
  return {
    billing_address_id: order['billing_address_id'],
    created_at: now,
    entity_id: tables.next(kind),
    increment_id: tables.nextIncrementId(kind, store_id),
    order_id: order.entity_id,
    shipping_address_id: shipping?.entity_id,
    store_id: order.store_id,
    updated_at: now,
  };
}

/** Columns that invoices and credit memos have besides. */
function moneyColumns(order: OrderData, subtotal: number, tax: number, shipping: number): SalesRow {
  const copied = [
    'base_currency_code',
    'global_currency_code',
    'order_currency_code',
    'store_currency_code',
    'base_to_global_rate',
    'base_to_order_rate',
    'store_to_base_rate',
    'store_to_order_rate',
  ];
  return {
    ...Object.fromEntries(copied.map((name) => [name, order[name]])),
    ...both('discount_amount', 0),
    ...both('discount_tax_compensation_amount', 0),
    ...both('shipping_amount', shipping),
    ...both('shipping_incl_tax', shipping),
    ...both('shipping_tax_amount', 0),
    ...both('subtotal', subtotal),
    ...both('subtotal_incl_tax', money(subtotal + tax)),
    ...both('tax_amount', tax),
    state: 2,
  };
}

function moneyItem(line: ChosenLine, entity_id: number, parent_id: number): DocumentItemData {
  const { item, qty } = line;
  const tax = taxOf(line);
  return {
    ...both('discount_tax_compensation_amount', 0),
    ...both('price', item.price),
    ...both('price_incl_tax', item['price_incl_tax'] ?? item.price),
    ...both('row_total', rowTotal(line)),
    ...both('row_total_incl_tax', money(rowTotal(line) + tax)),
    ...both('tax_amount', tax),
    entity_id,
    name: item.name,
    parent_id,
    product_id: item['product_id'],
    sku: item.sku,
    order_item_id: item.item_id,
    qty,
  };
}

/**
 * Invoices an order or part of it; the first invoice takes the shipping.
 *
 * Magento: recordings/2.4.8-p1/writes-and-updated-at.json 'order: invoice', invoices.ndjson.
 */
export function makeInvoice(order: OrderData, request: DocumentRequest, place: DocumentPlace): MadeDocument {
  const lines = chosenLines(order, request.lines, qtyToInvoice, 'invoice');
  const isFirst = order['shipping_invoiced'] === undefined;
  const shipping = isFirst ? Number(order['shipping_amount'] ?? 0) : 0;
  const [subtotal, tax] = [sum(lines, rowTotal), sum(lines, taxOf)];
  const total = money(subtotal + tax + shipping);
  const common = commonColumns('invoices', order, place);
  const document = withoutNulls({
    ...moneyColumns(order, subtotal, tax, shipping),
    base_shipping_discount_tax_compensation_amnt: 0,
    shipping_discount_tax_compensation_amount: 0,
    ...both('grand_total', total),
    can_void_flag: 0,
    total_qty: sum(lines, ({ qty }) => qty),
    ...common,
    ...request.columns,
    items: lines.map((line) => moneyItem(line, place.tables.next('invoice_items'), common.entity_id)),
    comments: [],
  });
  const items = withLines(order, lines, (line) => ({
    ...both('discount_tax_compensation_invoiced', 0),
    ...added(line.item, 'row_invoiced', rowTotal(line)),
    ...added(line.item, 'tax_invoiced', taxOf(line)),
    qty_invoiced: line.item.qty_invoiced + line.qty,
    weee_tax_applied: '[]',
  }));
  const invoiced: OrderData = {
    ...order,
    ...both('discount_invoiced', 0),
    ...both('discount_tax_compensation_invoiced', 0),
    ...added(order, 'shipping_invoiced', shipping),
    ...added(order, 'subtotal_invoiced', subtotal),
    ...added(order, 'tax_invoiced', tax),
    ...added(order, 'total_invoiced', total),
    ...added(order, 'total_paid', total),
    base_total_invoiced_cost: 0,
    ...dueAfter(order, total),
    items,
    ...paid(order.payment, (payment) => ({
      ...added(payment, 'amount_paid', total),
      ...added(payment, 'shipping_captured', shipping),
    })),
  };
  return { document, order: { ...invoiced, ...stateAfterDocument(invoiced) } };
}

function dueAfter(order: OrderData, paidNow: number): SalesRow {
  const due = Number(order['grand_total'] ?? 0) - Number(order['total_paid'] ?? 0) - paidNow;
  return both('total_due', money(Math.max(0, due)));
}

function paid(
  payment: OrderPaymentData | undefined,
  change: (payment: OrderPaymentData) => SalesRow,
): { payment?: OrderPaymentData } {
  return payment ? { payment: { ...payment, ...change(payment) } } : {};
}

/** Ships an order or part of it. Magento: recordings/2.4.8-p1/writes-and-updated-at.json 'order: shipment', shipments.ndjson. */
export function makeShipment(order: OrderData, request: DocumentRequest, place: DocumentPlace): MadeDocument {
  const lines = chosenLines(order, request.lines, qtyToShip, 'ship');
  const common = commonColumns('shipments', order, place);
  const document = withoutNulls({
    ...common,
    customer_id: order.customer_id,
    packages: [],
    total_qty: sum(lines, ({ qty }) => qty),
    ...request.columns,
    items: lines.map(({ item, qty }) => ({
      entity_id: place.tables.next('shipment_items'),
      name: item.name,
      parent_id: common.entity_id,
      price: item.price,
      product_id: item['product_id'],
      sku: item.sku,
      weight: item['weight'],
      order_item_id: item.item_id,
      qty,
    })),
    tracks: [],
    comments: [],
    extension_attributes: { source_code: 'default' },
  });
  const items = withLines(order, lines, ({ item, qty }) => ({ qty_shipped: item.qty_shipped + qty }));
  const shipped = { ...order, items };
  return { document, order: { ...shipped, ...stateAfterDocument(shipped) } };
}

const symbols: Readonly<Record<string, string>> = { EUR: '€', USD: '$', GBP: '£' };

/**
 * Refunds an order or part of it offline; the history of the order says so.
 *
 * Magento: recordings/2.4.8-p1/writes-and-updated-at.json 'order: credit memo of a part', creditmemos.ndjson.
 */
export function makeCreditMemo(
  order: OrderData,
  request: DocumentRequest,
  place: DocumentPlace,
): MadeDocument {
  const lines = chosenLines(order, request.lines, qtyToRefund, 'refund');
  const { adjustment_positive: more = 0, adjustment_negative: less = 0 } = request;
  const shippingLeft = Number(order['shipping_invoiced'] ?? 0) - Number(order['shipping_refunded'] ?? 0);
  const shipping = money(request.shipping_amount ?? shippingLeft);
  const [subtotal, tax] = [sum(lines, rowTotal), sum(lines, taxOf)];
  const total = money(subtotal + tax + shipping + more - less);
  const common = commonColumns('credit_memos', order, place);
  const document = withoutNulls({
    ...both('adjustment', money(more - less)),
    ...(more > 0 ? both('adjustment_positive', more) : {}),
    ...(less > 0 ? both('adjustment_negative', less) : {}),
    ...moneyColumns(order, subtotal, tax, shipping),
    ...both('grand_total', total),
    ...common,
    ...request.columns,
    items: lines.map((line) => ({
      base_cost: null,
      base_weee_tax_row_disposition: 0,
      weee_tax_applied: '[]',
      weee_tax_applied_row_amount: 0,
      weee_tax_row_disposition: 0,
      ...moneyItem(line, place.tables.next('credit_memo_items'), common.entity_id),
    })),
    comments: [],
  });
  const items = withLines(order, lines, (line) => ({
    ...added(line.item, 'amount_refunded', rowTotal(line)),
    ...both('discount_refunded', 0),
    ...both('discount_tax_compensation_refunded', 0),
    ...added(line.item, 'tax_refunded', taxOf(line)),
    qty_refunded: line.item.qty_refunded + line.qty,
  }));
  const refunded: OrderData = {
    ...order,
    ...added(order, 'adjustment_positive', more),
    ...added(order, 'adjustment_negative', less),
    ...both('discount_refunded', 0),
    ...both('discount_tax_compensation_refunded', 0),
    ...added(order, 'shipping_refunded', shipping),
    ...both('shipping_tax_refunded', 0),
    ...added(order, 'subtotal_refunded', subtotal),
    ...added(order, 'tax_refunded', tax),
    ...added(order, 'total_offline_refunded', total),
    ...added(order, 'total_refunded', total),
    customer_note_notify: 0,
    items,
    ...paid(order.payment, (payment) => ({
      ...added(payment, 'amount_refunded', total),
      ...added(payment, 'shipping_refunded', shipping),
    })),
  };
  const closed: OrderData = { ...refunded, ...stateAfterDocument(refunded) };
  const currency = String(order['order_currency_code'] ?? 'EUR');
  const amount = `${symbols[currency] ?? currency}${total.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
  const entry = {
    comment: `We refunded ${amount} offline.`,
    created_at: place.now,
    entity_id: place.tables.next('comments'),
    entity_name: 'creditmemo',
    is_customer_notified: 0,
    is_visible_on_front: 0,
    parent_id: order.entity_id,
    ...(closed.status === undefined ? {} : { status: closed.status }),
  };
  return { document, order: { ...closed, status_histories: [entry, ...closed.status_histories] } };
}

/**
 * Cancels what was not invoiced. Children of lines stay as they are.
 *
 * Magento: recordings/2.4.8-p1/writes-and-updated-at.json 'order: cancel', orders.ndjson, the order with id 280.
 */
export function canceledOrder(order: OrderData): OrderData {
  const left = (name: string) =>
    money(Number(order[name] ?? 0) - Number(order[`${name.replace('_amount', '')}_invoiced`] ?? 0));
  const subtotal = left('subtotal');
  const shipping = left('shipping_amount');
  const tax = left('tax_amount');
  const total = money(Number(order.grand_total ?? 0) - Number(order['total_paid'] ?? 0));
  const items = order.items.map((item) =>
    item.parent_item_id === undefined && qtyToInvoice(item) > 0
      ? {
          ...item,
          discount_tax_compensation_canceled: 0,
          qty_canceled: item.qty_canceled + qtyToInvoice(item),
          tax_canceled: money(Number(item['tax_amount'] ?? 0) - Number(item['tax_invoiced'] ?? 0)),
        }
      : item,
  );
  return {
    ...order,
    ...both('discount_canceled', 0),
    ...both('shipping_canceled', shipping),
    ...both('subtotal_canceled', subtotal),
    ...both('tax_canceled', tax),
    ...both('total_canceled', total),
    items,
    state: 'canceled',
    status: 'canceled',
  };
}
