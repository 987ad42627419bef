import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { startCopy } from '../../../testing/copied-entity.ts';

interface RecordedOrder {
  readonly created_at: string;
  readonly store_id: number;
  readonly state: string;
  readonly order_currency_code: string;
  readonly items: readonly (Record<string, number> & { parent_item_id?: number })[];
  readonly [amount: string]: unknown;
}

const recordings = new URL('../../../../../recordings/2.4.8-p1/orders.ndjson', import.meta.url);
const recordedOrders = readFileSync(recordings, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as RecordedOrder);

/** Sum as PostgreSQL prints it; in whole ten thousandths, because sums of doubles are not exact. */
function sum<Row>(rows: readonly Row[], amount: (row: Row) => unknown): string {
  const whole = rows.reduce((total, row) => total + Math.round(Number(amount(row) ?? 0) * 10_000), 0);
  return (whole / 10_000).toFixed(4);
}

/** What the view must say, computed from the recorded JSON alone. */
function salesByHand(store: number) {
  const orders = recordedOrders.filter(({ store_id }) => store_id === store);
  const of = (name: string) => sum(orders, (order) => order[name]);
  return {
    day: '2026-11-26',
    store_id: store,
    currency: 'EUR',
    orders: orders.length,
    canceled_orders: orders.filter(({ state }) => state === 'canceled').length,
    ordered: of('grand_total'),
    invoiced: of('total_invoiced'),
    paid: of('total_paid'),
    refunded: of('total_refunded'),
    canceled: of('total_canceled'),
    base_ordered: of('base_grand_total'),
    base_refunded: of('base_total_refunded'),
  };
}

const days = `select day::text, store_id, currency, orders::int, canceled_orders::int, ordered::text, invoiced::text,
  paid::text, refunded::text, canceled::text, base_ordered::text, base_refunded::text
  from magento.sales_by_day order by day, store_id, currency`;

const sums = `select count(*)::int as lines, sum(qty_ordered)::text as ordered, sum(qty_shipped)::text as shipped,
  sum(row_total)::text as total, sum(row_invoiced)::text as invoiced, sum(base_amount_refunded)::text as refunded
  from magento.order_lines`;

function linesByHand() {
  const lines = recordedOrders.flatMap(({ items }) => items.filter((item) => !item.parent_item_id));
  return {
    lines: lines.length,
    ordered: sum(lines, (line) => line['qty_ordered']),
    shipped: sum(lines, (line) => line['qty_shipped']),
    total: sum(lines, (line) => line['row_total']),
    invoiced: sum(lines, (line) => line['row_invoiced']),
    refunded: sum(lines, (line) => line['base_amount_refunded']),
  };
}

test('the views add up to what the recorded orders add up to', async () => {
  const { rows } = await startCopy('orders');
  const byHand = [salesByHand(1), salesByHand(3)];
  expect(byHand).toMatchObject([
    { orders: 231, ordered: '45045.0800', refunded: '3511.0600', canceled: '2314.9300' },
    { orders: 48, ordered: '20544.0000', invoiced: '11342.0000', canceled: '428.0000' },
  ]);
  expect(await rows(days)).toEqual(byHand);
  // 526 lines were recorded; five of them are the chosen variants of configurables.
  expect(linesByHand()).toMatchObject({ lines: 521, total: '30915.6000' });
  expect(await rows(sums)).toEqual([linesByHand()]);
});

/** What Magento writes into a bundle and its parts. Magento: module-sales/Model/Order/Item.php isDummy. */
const bundles = {
  // Parts carry prices, and so invoices, refunds and discounts; they ship separately, one of them is a licence.
  dynamic: {
    bundle: { row_total: 60, base_row_total: 30, tax_amount: 11.4, qty_invoiced: 2, discount_amount: 0 },
    parts: [
      {
        row_total: 20,
        row_invoiced: 20,
        base_row_invoiced: 10,
        amount_refunded: 5,
        discount_amount: 2,
        tax_amount: 3.8,
        discount_tax_compensation_amount: 0.32,
        weee_tax_applied_row_amount: 0.5,
        qty_invoiced: 2,
        qty_shipped: 2,
      },
      {
        row_total: 40,
        row_invoiced: 40,
        base_row_invoiced: 20,
        amount_refunded: 0,
        discount_amount: 4,
        tax_amount: 7.6,
        discount_tax_compensation_amount: 0.64,
        qty_invoiced: 2,
        qty_shipped: 1,
      },
      { row_total: 0, is_virtual: 1, qty_shipped: 0, qty_invoiced: 2 },
    ],
  },
  // The bundle carries everything; its parts are as free as variants of configurables.
  fixed: {
    bundle: { row_total: 60, row_invoiced: 60, amount_refunded: 30, qty_shipped: 2, qty_invoiced: 2 },
    parts: [{ row_total: 0, qty_shipped: 2, qty_invoiced: 2 }, { row_total: 0 }],
  },
} as const;

test.each([
  [
    'with the prices of its parts, which ship separately',
    bundles.dynamic,
    {
      row_total: '60.0000',
      base_row_total: '30.0000',
      row_invoiced: '60.0000',
      base_row_invoiced: '30.0000',
      amount_refunded: '5.0000',
      discount_amount: '6.0000',
      tax_amount: '11.4000',
      // 60 - 6 + 11.4, the tax within the discount 0.96 and the fixed product tax 0.5
      paid_total: '66.8600',
      qty_invoiced: '2.0000',
      qty_shipped: '1.0000',
    },
  ],
  [
    'with a price of its own, which ships as one',
    bundles.fixed,
    {
      row_total: '60.0000',
      row_invoiced: '60.0000',
      amount_refunded: '30.0000',
      paid_total: '60.0000',
      qty_invoiced: '2.0000',
      qty_shipped: '2.0000',
    },
  ],
])('a bundle counts once, %s', async (_which, { bundle, parts }, expected) => {
  const { shop, pull, rows } = await startCopy('orders', {});
  const part = (columns: Record<string, unknown>, at: number) => ({ sku: `P${at}`, price: 1, columns });
  const { entity_id: id } = shop.sales.place({
    lines: [
      { sku: 'BUNDLE', price: 30, qty: 2, columns: bundle, children: parts.map(part) },
      { sku: 'SHIRT', price: 15, qty: 2, children: [{ sku: 'SHIRT-M', price: 0, qty: 1 }] },
      { sku: 'CUP', price: 5, qty: 1 },
    ],
  });
  await pull();
  const stored = await rows('select from magento.order_items where order_id = $1', id);
  expect(stored).toHaveLength(parts.length + 4);
  const names = Object.keys(expected);
  const lines = await rows<Record<string, string>>(
    `select sku, ${names.map((name) => `${name}::text`).join()} from magento.order_lines where order_id = $1 order by item_id`,
    id,
  );
  expect(lines.map(({ sku }) => sku)).toEqual(['BUNDLE', 'SHIRT-M', 'CUP']);
  expect(lines[0]).toEqual({ sku: 'BUNDLE', ...expected });
  expect(lines[1]).toMatchObject({ row_total: '30.0000', paid_total: '30.0000', qty_shipped: '0.0000' });
});

test('days are those of UTC, currencies never mix, and only deleted orders are left out', async () => {
  const { shop, pull, rows } = await startCopy('orders', {});
  const place = (created_at: string, columns: Record<string, unknown> = {}) =>
    shop.sales.place({ lines: [{ sku: 'CUP', price: 5, qty: 1 }], columns: { created_at, ...columns } });
  place('2026-02-01 23:59:59');
  place('2026-02-02 00:00:00', { state: 'canceled', total_canceled: 5 });
  place('2026-02-02 12:00:00', { order_currency_code: 'CHF', grand_total: 9 });
  const { entity_id: gone } = place('2026-02-02 12:00:00');
  await pull();
  await rows('update magento.orders set deleted_at = now() where entity_id = $1', gone);
  const one = { orders: 1, canceled_orders: 0 };
  const found = await rows<Record<string, unknown>>(
    "select day::text, currency, orders, canceled_orders from magento.sales_by_day where day < '2026-03-01' order by 1, 2",
  );
  const usual = found[0]?.['currency'];
  expect(found).toEqual(
    [
      { day: '2026-02-01', currency: usual, ...one },
      { day: '2026-02-02', currency: 'CHF', ...one },
      { day: '2026-02-02', currency: usual, ...one, canceled_orders: 1 },
    ].toSorted((a, b) => `${a.day}${a.currency}`.localeCompare(`${b.day}${b.currency}`)),
  );
  expect(await rows("select from magento.order_lines where created_at < '2026-03-01'")).toHaveLength(3);
});

test('every column of the views has a comment', async () => {
  const { rows } = await startCopy('orders', {});
  expect(
    await rows(`select attrelid::regclass::text as view, attname as column from pg_attribute
      where attrelid in ('magento.order_lines'::regclass, 'magento.sales_by_day'::regclass) and attnum > 0
        and col_description(attrelid, attnum) is null`),
  ).toEqual([]);
});
