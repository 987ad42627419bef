import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type MagentoShop, startMagentoShop } from '../shop.ts';
import { adminToken, type ListBody, searchPath, send } from '../testing/rest-client.ts';
import type { SalesSnapshot } from './sales-tables.ts';

let shop: MagentoShop;
let token: string;
let fresh: SalesSnapshot;

beforeAll(async () => {
  shop = await startMagentoShop({ population: { customers: 20 }, orders: 60 });
  shop.clock.set(new Date('2026-11-26T12:00:00Z'));
  shop.clock.freeze(true);
  token = await adminToken(shop);
  fresh = shop.sales.snapshot();
});

beforeEach(() => shop.sales.restoreSnapshot(fresh));

afterAll(() => shop.stop());

const now = '2026-11-26 12:00:00';

const get = async (path: string) => send(shop, 'GET', path, { token });

async function list(
  route: string,
  conditions: Parameters<typeof searchPath>[0],
  rest: Readonly<Record<string, string>> = {},
) {
  const query = searchPath(conditions, rest).split('?')[1];
  const { status, body } = await get(`/V1/${route}?${query}`);
  const { items = [], total_count } = body as Partial<ListBody>;
  return {
    status,
    total_count,
    ids: items.map((item) => item['entity_id'] ?? item['item_id'] ?? item['transaction_id']),
  };
}

test('a keyset over a second shared by many orders finds each of them once', async () => {
  const ids = shop.sales.orderIds();
  for (const id of ids) shop.sales.updateSilently(id, { updated_at: '2026-01-01 00:00:00' });
  const seen: unknown[] = [];
  for (let last = 0; ; last = Number(seen.at(-1))) {
    const prefix = 'searchCriteria[filter_groups][1][filters]';
    const page = await list('orders', [['updated_at', 'gteq', '2026-01-01 00:00:00']], {
      [`${prefix}[0][field]`]: 'updated_at',
      [`${prefix}[0][condition_type]`]: 'gt',
      [`${prefix}[0][value]`]: '2026-01-01 00:00:00',
      [`${prefix}[1][field]`]: 'entity_id',
      [`${prefix}[1][condition_type]`]: 'gt',
      [`${prefix}[1][value]`]: String(last),
      'searchCriteria[sortOrders][0][field]': 'updated_at',
      'searchCriteria[sortOrders][0][direction]': 'ASC',
      'searchCriteria[sortOrders][1][field]': 'entity_id',
      'searchCriteria[sortOrders][1][direction]': 'ASC',
      'searchCriteria[pageSize]': '7',
    });
    if (page.ids.length === 0) break;
    seen.push(...page.ids);
  }
  expect(seen).toEqual(ids);
});

test('a column that a joined table has too is a 500 in filters, not in sorts, and main_table. cures it', async () => {
  const { ambiguous } = shop.sales.troubles.orders;
  ambiguous.add('updated_at');
  const sorted = { 'searchCriteria[sortOrders][0][field]': 'updated_at', 'searchCriteria[pageSize]': '1' };
  const stamp = '2020-01-01 00:00:00';
  expect((await list('orders', [['updated_at', 'gteq', stamp]])).status).toBe(500);
  expect(await list('orders', [['main_table.updated_at', 'gteq', stamp]], sorted)).toMatchObject({
    status: 200,
    total_count: 60,
  });
  const dotted = { 'searchCriteria[sortOrders][0][field]': 'main_table.updated_at' };
  expect((await list('orders', [], dotted)).status).toBe(400);
  expect((await list('invoices', [['updated_at', 'gteq', stamp]])).status).toBe(200);
  ambiguous.clear();
  expect((await list('orders', [['updated_at', 'gteq', stamp]])).status).toBe(200);
});

test('transactions: two columns are ambiguous, two are joined, and one without its payment is not listed', async () => {
  const [first, second] = shop.sales.transactions();
  const child = { parent_id: first!.transaction_id, parent_txn_id: first!.txn_id, txn_type: 'capture' };
  shop.sales.addTransaction(first!.order_id, child);
  expect((await list('transactions', [['parent_id', 'eq', '1']])).status).toBe(500);
  expect(
    (await list('transactions', [['main_table.parent_id', 'eq', String(first!.transaction_id)]])).total_count,
  ).toBe(1);
  expect((await get(`/V1/transactions/${first!.transaction_id}`)).body).toMatchObject({
    child_transactions: [child],
  });
  const { total_count = 0 } = await list('transactions', []);
  shop.sales.removePayment(second!.order_id);
  expect((await list('transactions', [])).total_count).toBe(total_count - 1);
});

test('rows that cannot be loaded, that break lists, that lists leave out', async () => {
  const { orders, invoices } = shop.sales.troubles;
  const [id = 0, other = 0] = shop.sales.orderIds();
  orders.poison.add(id);
  expect([
    (await list('orders', [['entity_id', 'lteq', String(other)]])).status,
    (await get(`/V1/orders/${id}`)).status,
  ]).toEqual([500, 500]);
  orders.poison.clear();
  orders.listPoison.add(id);
  expect([
    (await list('orders', [['entity_id', 'lteq', String(other)]])).status,
    (await get(`/V1/orders/${id}`)).status,
  ]).toEqual([500, 200]);
  orders.listPoison.clear();
  orders.hidden.add(id);
  expect(await list('orders', [['entity_id', 'lteq', String(other)]])).toEqual({
    status: 200,
    total_count: 1,
    ids: [other],
  });
  expect((await get(`/V1/orders/${id}`)).status).toBe(200);
  orders.hidden.clear();
  const [invoice] = shop.sales.documents('invoices');
  invoices.poison.add(invoice!.entity_id);
  expect((await list('invoices', [])).status).toBe(500);
  invoices.poison.clear();
});

test('a deleted customer and a deleted store view leave their orders without an id and without a new stamp', () => {
  const { id } = shop.customers.create();
  const view = shop.stores.addView({ code: 'soon_gone' });
  const order = shop.sales.place({ customer: shop.customers.get(id)!, store_id: view.id });
  const invoice = shop.sales.invoice(order.entity_id);
  shop.sales.updateSilently(order.entity_id, { updated_at: '2026-01-01 00:00:00' });
  shop.customers.remove(id);
  shop.stores.removeView('soon_gone');
  const left = shop.sales.order(order.entity_id)!;
  expect(left).toMatchObject({ updated_at: '2026-01-01 00:00:00', customer_email: order.customer_email });
  expect([left.customer_id, left.store_id, left.items[0]?.['store_id']]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(shop.sales.document('invoices', invoice.entity_id)?.store_id).toBeUndefined();
});

test('an order that is deleted takes everything along, unless foreign keys are off', async () => {
  const [id = 0, orphaned = 0] = [shop.sales.place(), shop.sales.place()].map(({ entity_id }) => entity_id);
  const documents = [id, orphaned].map((order) => [
    shop.sales.invoice(order),
    shop.sales.ship(order),
    shop.sales.refund(order),
  ]);
  shop.sales.addTransaction(id);
  shop.sales.removeOrder(id);
  shop.sales.removeOrderOnly(orphaned);
  for (const [index, route] of ['invoices', 'shipment', 'creditmemo'].entries()) {
    expect((await get(`/V1/${route}/${documents[0]![index]!.entity_id}`)).status, route).toBe(404);
    expect((await get(`/V1/${route}/${documents[1]![index]!.entity_id}`)).status, route).toBe(200);
  }
  expect(await list('orders/items', [['order_id', 'in', `${id},${orphaned}`]])).toMatchObject({
    total_count: 0,
  });
  expect(shop.sales.transactions().some(({ order_id }) => order_id === id)).toBe(false);
});

test('an order and a document that are restored are as they were', () => {
  const order = shop.sales.place();
  const invoice = shop.sales.invoice(order.entity_id);
  const invoiced = shop.sales.removeOrder(order.entity_id);
  shop.clock.advance(60_000);
  shop.sales.restoreOrder(invoiced);
  shop.sales.restoreDocument('invoices', invoice);
  shop.clock.advance(-60_000);
  expect(shop.sales.order(order.entity_id)).toEqual(invoiced);
  expect(shop.sales.document('invoices', invoice.entity_id)).toEqual(invoice);
});

test('partial documents add up, and the order ends as complete, then closed', () => {
  const { entity_id: id, items } = shop.sales.place({
    lines: [
      { sku: 'A', price: 10, qty: 3, tax_percent: 20 },
      { sku: 'B', price: 1 },
    ],
  });
  const [a, b] = items.map(({ item_id }) => item_id) as [number, number];
  shop.sales.invoice(id, { lines: [{ order_item_id: a, qty: 1 }] });
  expect(shop.sales.order(id)).toMatchObject({ state: 'processing', total_invoiced: 17, total_due: 25 });
  shop.sales.invoice(id);
  shop.sales.ship(id, { lines: [{ order_item_id: b, qty: 1 }] });
  shop.sales.ship(id);
  expect(shop.sales.order(id)).toMatchObject({
    state: 'complete',
    total_invoiced: 42,
    total_paid: 42,
    total_due: 0,
  });
  shop.sales.refund(id, {
    lines: [{ order_item_id: a, qty: 1 }],
    shipping_amount: 0,
    adjustment_positive: 2,
  });
  expect(shop.sales.order(id)).toMatchObject({ state: 'complete', total_refunded: 14 });
  shop.sales.refund(id, { adjustment_negative: 2 });
  expect(shop.sales.order(id)).toMatchObject({ state: 'closed', status: 'closed', total_refunded: 42 });
  expect(() => shop.sales.refund(id)).toThrow('nothing left to refund');
});

test('late commits are stamped before readers see them', () => {
  const late = shop.sales.placeLate();
  const [id = 0] = shop.sales.orderIds();
  const save = shop.sales.saveLate(id, { ext_order_id: 'late' });
  const invoice = shop.sales.makeLate('invoices', shop.sales.place().entity_id);
  shop.clock.advance(60_000);
  expect([
    shop.sales.order(late.row.entity_id),
    shop.sales.order(id)?.['ext_order_id'],
    shop.sales.document('invoices', invoice.row.entity_id),
  ]).toEqual([undefined, undefined, undefined]);
  for (const one of [late, save, invoice]) one.commit();
  shop.clock.advance(-60_000);
  expect(shop.sales.order(late.row.entity_id)?.updated_at).toBe(now);
  expect(shop.sales.order(id)).toMatchObject({ ext_order_id: 'late', updated_at: now });
  expect(shop.sales.document('invoices', invoice.row.entity_id)?.updated_at).toBe(now);
});

test('a late commit keeps what happened in between, and brings no deleted order back', () => {
  const { entity_id: id } = shop.sales.place();
  const late = shop.sales.makeLate('invoices', id);
  shop.sales.comment(id, { comment: 'in between' });
  late.commit();
  expect(shop.sales.order(id)).toMatchObject({
    state: 'processing',
    total_paid: 15,
    status_histories: [{ comment: 'in between' }],
  });
  const [save, shipment] = [
    shop.sales.saveLate(id, { ext_order_id: 'x' }),
    shop.sales.makeLate('shipments', id),
  ];
  shop.sales.removeOrder(id);
  save.commit();
  shipment.commit();
  expect([shop.sales.order(id), shop.sales.document('shipments', shipment.row.entity_id)]).toEqual([
    undefined,
    undefined,
  ]);
});

test('odd rows are listed: zero dates, no payment, no addresses, no items, no state', async () => {
  const { entity_id: id } = shop.sales.place();
  shop.sales.removePayment(id);
  shop.sales.removeAddresses(id);
  shop.sales.updateSilently(id, {
    updated_at: '0000-00-00 00:00:00',
    items: [],
    state: undefined,
    status: undefined,
  } as object);
  const { body } = await get(`/V1/orders/${id}`);
  for (const absent of ['payment', 'billing_address', 'state', 'status'])
    expect(body).not.toHaveProperty(absent);
  expect(body).toMatchObject({ updated_at: '0000-00-00 00:00:00', items: [] });
  expect(
    (
      await list('orders', [
        ['updated_at', 'gteq', '1970-01-01 00:00:00'],
        ['entity_id', 'eq', String(id)],
      ])
    ).total_count,
  ).toBe(0);
  expect((await list('orders', [['entity_id', 'eq', String(id)]])).total_count).toBe(1);
});

test.each([
  ['2.4.2', 500, undefined],
  ['2.4.6', 200, ['payment_additional_info', 'applied_taxes', 'item_applied_taxes']],
  ['2.3.0', 200, []],
])(
  'on %s an order without a payment is a %i, and orders show what that release knows',
  async (release, status, members) => {
    await using old = await startMagentoShop({ release, population: { customers: 1 }, orders: 3 });
    const [id = 0, other = 0] = old.sales.orderIds();
    old.sales.removePayment(id);
    const own = { token: await adminToken(old) };
    expect((await send(old, 'GET', `/V1/orders/${id}`, own)).status).toBe(status);
    if (!members) return;
    const { body } = await send(old, 'GET', `/V1/orders/${other}`, own);
    const { extension_attributes: extension, items } = body as {
      extension_attributes: object;
      items: object[];
    };
    expect(
      Object.keys(extension).filter((name) => !/^(shipping_assignments|converting_from_quote)$/.test(name)),
    ).toEqual(members);
    expect(items[0]).not.toHaveProperty('extension_attributes');
  },
);

test.each([
  ['2.3.0', 'Magento_Sales::sales', 'Magento_Sales::create'],
  ['2.4.7', 'Magento_Sales::actions_view', 'Magento_Sales::create'],
  ['2.4.7-p6', 'Magento_Sales::actions_view', 'Magento_Sales::api_actions'],
  ['2.4.8', 'Magento_Sales::actions_view', 'Magento_Sales::api_actions'],
])('on %s orders are read with %s and saved with %s', async (release, reading, saving) => {
  await using old = await startMagentoShop({ release, population: { customers: 1 }, orders: 1 });
  const refused = (resources: string) => ({ status: 401, body: { parameters: { resources } } });
  expect(await send(old, 'GET', '/V1/orders/1')).toMatchObject(refused(reading));
  expect(await send(old, 'POST', '/V1/orders', { body: {} })).toMatchObject(refused(saving));
});

test('what an order does not allow is refused in the words of the Web API', async () => {
  const { entity_id: id } = shop.sales.place();
  const post = (path: string, body: unknown = {}) => send(shop, 'POST', path, { token, body });
  expect((await post(`/V1/order/${id}/refund`)).status).toBe(400);
  expect(await post(`/V1/orders/${id}/unhold`)).toMatchObject({
    status: 400,
    body: { message: 'You cannot remove the hold.' },
  });
  expect(
    (await post(`/V1/orders/${id}/comments`, { statusHistory: { comment: 'x', status: 'complete' } })).status,
  ).toBe(400);
  expect(await post(`/V1/orders/${id}/cancel`)).toEqual({ status: 200, body: true });
  expect(await post(`/V1/orders/${id}/cancel`)).toEqual({ status: 200, body: false });
  expect((await post(`/V1/order/${id}/invoice`)).status).toBe(400);
  expect((await post('/V1/order/999999/ship')).status).toBe(404);
  expect((await get('/V1/orders/0')).status).toBe(400);
});

test('faults strike sales as they strike customers', async () => {
  shop.faults.add({ match: '/V1/invoices', answer: shop.faults.presets.tooManyRequests(1) });
  expect((await list('orders', [])).status).toBe(200);
  expect((await fetch(`${shop.url}/rest/V1/invoices?searchCriteria=`)).status).toBe(429);
  expect((await list('invoices', [])).status).toBe(200);
});
