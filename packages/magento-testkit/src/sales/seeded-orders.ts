import { stamp } from '../clock.ts';
import type { CustomerData } from '../customers/record.ts';
import { randomNumbers } from '../customers/seeded-population.ts';
import { type NewOrder, type NewOrderLine, placedOrder } from './new-order.ts';
import { canceledOrder, makeCreditMemo, makeInvoice, makeShipment } from './order-documents.ts';
import { ownLines } from './order-states.ts';
import type { DocumentData, OrderData, SalesData } from './records.ts';
import { createSalesTables, type DocumentKind, type SalesTables } from './sales-tables.ts';
import { saved } from './saved-rows.ts';

const start = Date.UTC(2025, 0, 1);
const hour = 3_600_000;
/** Orders are an hour apart, or closer where there are so many that the last ones would be placed in the future. */
const longest = 300 * 24 * hour;

/** How often an order ends in which way: shares of 100, as the recorded orders have them. */
const fates: readonly (readonly [fate: Fate, share: number])[] = [
  ['pending', 42],
  ['processing', 22],
  ['complete', 18],
  ['partly shipped', 3],
  ['closed', 8],
  ['partly refunded', 2],
  ['canceled', 4],
  ['holded', 1],
];
type Fate =
  | 'pending'
  | 'processing'
  | 'complete'
  | 'partly shipped'
  | 'closed'
  | 'partly refunded'
  | 'canceled'
  | 'holded';

const payments: readonly { readonly method: string; readonly info: Readonly<Record<string, string>> }[] = [
  { method: 'checkmo', info: { method_title: 'Check / Money order' } },
  { method: 'banktransfer', info: { method_title: 'Bank Transfer Payment', instructions: 'IBAN AT00 0000' } },
  {
    method: 'paypal_express',
    info: {
      method_title: 'PayPal Express Checkout',
      paypal_payer_email: 'payer@example.com',
      paypal_correlation_id: 'c0ffee',
      paypal_express_checkout_token: 'EC-00000000000000000',
    },
  },
];

const products: readonly NewOrderLine[] = [
  { sku: 'SKU-001', name: 'Product 1', price: 6.37, product_id: 1 },
  { sku: 'SKU-002', name: 'Product 2', price: 101, product_id: 2 },
  { sku: 'SKU-007', name: 'Product 7 Ünïcode', price: 14.59, product_id: 7 },
  { sku: '24-MB01', name: 'Joust Duffle Bag', price: 34, product_id: 6 },
  { sku: 'slash/sku', name: 'Slash "quoted"', price: 0.3333, product_id: 9 },
  { sku: 'ÜMLAUT', name: '明 Größe XL', price: 19.99, product_id: 5 },
];

/**
 * Made-up orders with the documents that follow from them, the same for the same size and seed: guests and customers, one line
 * or dozens, configurables and bundles, virtual orders, taxes, several payment methods, comments, tracks, id gaps, and bursts
 * of orders that an import stamped with the same second.
 *
 * @param customers who orders, beside guests
 */
export function seededOrders(size: number, customers: readonly CustomerData[], seed = 1): SalesData {
  const tables = createSalesTables({
    orders: [],
    invoices: [],
    shipments: [],
    creditMemos: [],
    transactions: [],
  });
  const random = randomNumbers(seed + 1_000);
  const step = Math.min(hour, longest / Math.max(1, size));
  for (let index = 0; index < size; index += 1) {
    // About one order in thirty was never committed.
    if (random() < 0.03) tables.next('orders');
    liveOrder(tables, { random, customers, index, placedAt: start + Math.floor(index * step) });
  }
  return tables.snapshot();
}

interface Seeding {
  readonly random: () => number;
  readonly customers: readonly CustomerData[];
  readonly index: number;
  /** In milliseconds since 1970. */
  readonly placedAt: number;
}

function pick<T>(list: readonly T[], random: () => number): T {
  return list[Math.floor(random() * list.length)] as T;
}

function fateOf(random: () => number): Fate {
  let left = random() * 100;
  for (const [fate, share] of fates) {
    left -= share;
    if (left < 0) return fate;
  }
  return 'pending';
}

/** Places an order and lets happen to it what was meant for it. */
function liveOrder(tables: SalesTables, seeding: Seeding): void {
  const { random, index, placedAt } = seeding;
  const fate = fateOf(random);
  // Every tenth order was touched by one of a few imports that stamped a whole batch with the same second.
  const touchedAt =
    random() < 0.1
      ? start + Math.floor(random() * 8) * 720 * hour
      : placedAt + Math.floor(random() * 90) * hour;
  const now = stamp(touchedAt);
  const placed = placedOrder(newOrder(seeding), {
    tables,
    now: stamp(placedAt),
    storeName: 'Main Website\nMain Website Store\nDefault Store View',
  });
  let order: OrderData = { ...placed, ...(fate === 'pending' && random() < 0.5 ? { updated_at: now } : {}) };
  const become = (changed: OrderData) => {
    order = saved(order, changed, now);
  };
  const make = (kind: DocumentKind, half = false): DocumentData => {
    const maker = { invoices: makeInvoice, shipments: makeShipment, credit_memos: makeCreditMemo }[kind];
    const lines = ownLines(order).map(({ item_id, qty_ordered }) => ({
      order_item_id: item_id,
      qty: half ? Math.ceil(qty_ordered / 2) : qty_ordered,
    }));
    const made = maker(order, half ? { lines: lines.slice(0, 1), shipping_amount: 0 } : {}, { tables, now });
    tables.documents(kind).put(made.document);
    become(made.order);
    return made.document;
  };
  const isVirtual = order['is_virtual'] === 1;
  const ship = (half = false) => {
    if (isVirtual) return;
    const shipment = make('shipments', half);
    const tracks = Array.from({ length: random() < 0.2 ? 2 : 1 }, (_, parcel) => ({
      order_id: order.entity_id,
      created_at: now,
      entity_id: tables.next('tracks'),
      parent_id: shipment.entity_id,
      updated_at: now,
      weight: null,
      qty: null,
      description: null,
      track_number: `TR${order.entity_id}-${parcel}`,
      title: pick(['DHL', 'UPS', 'Österreichische Post'], random),
      carrier_code: 'custom',
    }));
    tables.shipments.put({ ...shipment, tracks });
  };
  if (fate === 'canceled') become(canceledOrder(order));
  else if (fate === 'holded')
    become({
      ...order,
      hold_before_state: order.state,
      hold_before_status: order.status,
      state: 'holded',
      status: 'holded',
    });
  else if (fate !== 'pending') {
    make('invoices');
    if (fate !== 'processing') ship(fate === 'partly shipped');
    if (fate === 'closed' || fate === 'partly refunded') make('credit_memos', fate === 'partly refunded');
  }
  if (random() < 0.08)
    order = { ...order, status_histories: [comment(tables, order, now), ...order.status_histories] };
  tables.putOrder(order);
  if (index % 10 === 0)
    tables.transactions.put({
      transaction_id: tables.next('transactions'),
      order_id: order.entity_id,
      payment_id: order.payment?.entity_id ?? 0,
      txn_id: `txn-${order.entity_id}`,
      parent_txn_id: null,
      txn_type: 'authorization',
      is_closed: fate === 'pending' ? 0 : 1,
      additional_information: [],
      created_at: stamp(placedAt),
    });
}

function comment(tables: SalesTables, { entity_id, status }: OrderData, now: string) {
  return {
    comment: 'Called <b>twice</b>',
    created_at: now,
    entity_id: tables.next('comments'),
    is_customer_notified: 0,
    is_visible_on_front: 0,
    parent_id: entity_id,
    ...(status === undefined ? {} : { status }),
  };
}

function newOrder({ random, customers, index }: Seeding): NewOrder {
  const customer = customers.length > 0 && random() < 0.6 ? pick(customers, random) : undefined;
  const { method, info } = pick(payments, random);
  const isLarge = random() < 0.01;
  const lines = Array.from({ length: isLarge ? 40 : 1 + Math.floor(random() * 3) }, () => newLine(random));
  return {
    ...(customer ? { customer } : { email: `guest${index}@example.com` }),
    lines,
    virtual: random() < 0.04,
    shipping_amount: pick([0, 5, 10, 15.5], random),
    payment_method: method,
    payment_info: info,
    ...(method === 'paypal_express' && random() < 0.5 ? { payment: vaulted(index) } : {}),
    ...(random() < 0.05 ? { extension: { gift_message: giftMessage(index) } } : {}),
    address: {
      ...(random() < 0.2 ? { company: 'Ünited & Co', vat_id: 'ATU00000048' } : {}),
      ...(random() < 0.2 ? { region: 'Wien', region_code: 'WI', region_id: 95 } : {}),
      ...(random() < 0.1 ? { prefix: 'Dr.', middlename: 'M.', fax: '+43 2 22' } : {}),
      city: pick(['Wien', 'Zagreb', 'Köln', 'İzmir'], random),
    },
    columns: {
      ...(random() < 0.3 ? { email_sent: 1 } : {}),
      ...(random() < 0.1 ? { coupon_code: 'SAVE10', applied_rule_ids: '1,4' } : {}),
      ...(random() < 0.1 ? { ext_order_id: `E-${index}` } : {}),
      ...(random() < 0.1 ? { customer_note: 'Ring twice,\nplease' } : {}),
    },
  };
}

/** A payment with what must not leave the shop. Magento: module-vault/etc/extension_attributes.xml. */
function vaulted(index: number) {
  return {
    cc_last4: '1111',
    cc_exp_month: '12',
    cc_exp_year: '2030',
    cc_type: 'VI',
    last_trans_id: `trans-${index}`,
    extension_attributes: {
      vault_payment_token: {
        entity_id: index + 1,
        public_hash: `public-hash-${index}`,
        payment_method_code: 'paypal_express',
        type: 'card',
        created_at: '2025-01-01 00:00:00',
        expires_at: '2031-01-01 00:00:00',
        gateway_token: `gateway-token-${index}`,
        token_details: '{"maskedCC":"1111","expirationDate":"12/2030"}',
        is_active: true,
        is_visible: true,
      },
    },
  };
}

function giftMessage(index: number) {
  const gift_message_id = index + 1;
  return { gift_message_id, customer_id: 0, sender: 'Ana', recipient: 'Ivo', message: 'Sretan rođendan!' };
}

function newLine(random: () => number): NewOrderLine {
  const product = pick(products, random);
  const qty = 1 + Math.floor(random() * 4);
  const tax_percent = random() < 0.3 ? 20 : 0;
  const kind = random();
  if (kind < 0.05)
    return { ...product, qty, tax_percent, children: [{ ...product, sku: `${product.sku}-M` }] };
  if (kind < 0.08) return { ...product, qty, tax_percent, children: products.slice(0, 2) };
  return { ...product, qty, tax_percent };
}
