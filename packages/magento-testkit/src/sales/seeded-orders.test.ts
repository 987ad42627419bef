import { expect, test } from 'vitest';
import { seededPopulation } from '../customers/seeded-population.ts';
import { seededOrders } from './seeded-orders.ts';

const customers = seededPopulation(50);
const made = seededOrders(2_000, customers);

test('the same orders for the same size and seed, others for another seed', () => {
  const [few, again, other] = [1, 1, 2].map((seed) => JSON.stringify(seededOrders(30, customers, seed)));
  expect(few).toBe(again);
  expect(few).not.toBe(other);
});

test('every state, guests and customers, one line and dozens, parents with children, virtual orders, shared stamps', () => {
  const { orders } = made;
  expect(new Set(orders.map(({ state }) => state))).toEqual(
    new Set(['canceled', 'closed', 'complete', 'holded', 'new', 'processing']),
  );
  expect(orders).toHaveLength(2_000);
  expect(orders.some(({ entity_id }, index) => entity_id !== index + 1)).toBe(true);
  expect(new Set(orders.map(({ customer_id }) => customer_id === undefined)).size).toBe(2);
  expect(orders.some(({ items }) => items.length > 30)).toBe(true);
  expect(orders.some(({ items }) => items.some(({ parent_item_id }) => parent_item_id !== undefined))).toBe(
    true,
  );
  expect(new Set(orders.map((order) => order['is_virtual']))).toEqual(new Set([0, 1]));
  const stamps = orders.map(({ updated_at }) => updated_at);
  expect(
    Math.max(
      ...[...new Set(stamps)].slice(0, 50).map((one) => stamps.filter((stamp) => stamp === one).length),
    ),
  ).toBeGreaterThan(5);
});

test('taxed orders say by which rates, and the rates add up to the tax', () => {
  const taxed = made.orders.filter((order) => Number(order['tax_amount']) > 0);
  expect(taxed.length).toBeGreaterThan(300);
  for (const { extension_attributes: extension, ...order } of taxed) {
    const [tax, ...others] = extension.taxes ?? [];
    expect([tax?.amount, tax?.order_id, others]).toEqual([order['tax_amount'], order['entity_id'], []]);
    expect(extension['applied_taxes']).toMatchObject([{ code: 'AT-20', amount: order['tax_amount'] }]);
  }
});

test('some carry what must not leave the shop', () => {
  const text = JSON.stringify(made.orders);
  for (const secret of ['gateway_token', 'protect_code', 'paypal_payer_email', 'gift_message'])
    expect(text).toContain(secret);
});

test('documents belong to their orders and add up to what the orders say', () => {
  const { orders, invoices, shipments, creditMemos } = made;
  const total = (rows: readonly Record<string, unknown>[], column: string) =>
    Math.round(rows.reduce((sum, row) => sum + Number(row[column] ?? 0), 0) * 100);
  expect(total(invoices, 'grand_total')).toBe(total(orders, 'total_invoiced'));
  expect(total(creditMemos, 'grand_total')).toBe(total(orders, 'total_refunded'));
  expect(shipments.length).toBeGreaterThan(200);
  for (const order of orders) {
    const shipped = shipments.filter(({ order_id }) => order_id === order.entity_id);
    expect(total(shipped, 'total_qty')).toBe(
      total(
        order.items.filter(({ parent_item_id }) => !parent_item_id),
        'qty_shipped',
      ),
    );
  }
});

test('however many there are, none was placed or touched in the future', () => {
  const latest = seededOrders(20_000, [])
    .orders.flatMap(({ created_at, updated_at }) => [created_at, updated_at])
    .reduce((one, other) => (one > other ? one : other));
  expect(latest < '2025-12-01').toBe(true);
});
