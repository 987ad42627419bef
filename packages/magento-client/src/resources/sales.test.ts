import { describe, expect, test } from 'vitest';
import { createMagentoClient } from '../client.ts';
import { InvalidCriteriaError } from '../errors.ts';
import { parseOrder } from '../payloads/order.ts';
import { searchCriteria } from '../search/search-criteria.ts';
import { sendJson, startLocalServer } from '../testing/local-server.ts';
import { readExchange, readObjects } from '../testing/recordings.ts';
import type { OrderField } from './orders.ts';

const guest = { kind: 'guest' } as const;

/** A shop that answers every request with a recorded body. */
const startRecorded = (title: string) =>
  startLocalServer((response) => {
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(readExchange('reads.json', title).response.body);
  });

describe('every recorded order is read', () => {
  test.each(readObjects('orders.ndjson').map((order) => [order['increment_id'], order] as const))(
    '%s',
    (number, raw) => {
      const order = parseOrder(raw, '/V1/orders');
      expect(order).toMatchObject({ incrementId: number, id: raw['entity_id'], status: raw['status'] });
      expect(order.items).toHaveLength((raw['items'] as unknown[]).length);
      expect(order.grandTotal).toBe(raw['grand_total']);
      expect(order.billingAddress?.raw).toEqual(raw['billing_address']);
      expect(order.shippingAddress?.countryId).toMatch(/^[A-Z]{2}$/);
      expect(order.raw).toEqual(raw);
    },
  );
});

test('complete orders are asked for as a real shop answered them', async () => {
  const title = "complete orders (the seed article's filter)";
  await using shop = await startRecorded(title);
  await using client = createMagentoClient({ baseUrl: shop.url, auth: guest });
  const criteria = searchCriteria<OrderField>().where('status', 'eq', 'complete').pageSize(2);
  const { items } = await client.orders.search(criteria);
  expect(items.map(({ status }) => status)).toEqual(['complete', 'complete']);
  expect(items[0]).toMatchObject({ state: 'complete', currencyCode: 'USD', paymentMethod: 'checkmo' });
  expect(items[0]!.items[0]!.qtyShipped).toBeGreaterThan(0);

  const parameters = (path: string) => Object.fromEntries(new URLSearchParams(path.split('?')[1]));
  // Both spellings say the same; the shop's own limit is enforced in this one only.
  const recorded = parameters(
    readExchange('reads.json', title).request.path.replace('page_size', 'pageSize'),
  );
  expect(parameters(shop.requests[0]!.url)).toMatchObject(recorded);
});

test('invoices, shipments and credit memos', async () => {
  const kinds = [
    [
      'invoices',
      'invoices',
      { incrementId: '000000001', orderId: 2, state: 2, grandTotal: 687, currencyCode: 'USD' },
    ],
    [
      'shipments',
      'shipments',
      { incrementId: '000000001', orderId: 3, totalQty: 5, customerId: 31, tracks: [] },
    ],
    [
      'credit memos',
      'creditMemos',
      { incrementId: '000000001', orderId: 6, grandTotal: 177, invoiceId: null },
    ],
  ] as const;
  for (const [title, name, expected] of kinds) {
    await using shop = await startRecorded(title);
    await using client = createMagentoClient({ baseUrl: shop.url, auth: guest });
    const { items, totalCount } = await client[name].search(searchCriteria<'entity_id'>().pageSize(2));
    expect(items[0]).toMatchObject(expected);
    expect(items[0]!.items.every(({ sku, qty }) => sku !== null && qty !== null)).toBe(true);
    expect(totalCount).toBeGreaterThanOrEqual(items.length);
  }
});

test('all orders are read by id, not by page number', async () => {
  const orders = readObjects('orders.ndjson').sort((a, b) => Number(a['entity_id']) - Number(b['entity_id']));
  await using shop = await startLocalServer((response, { url }) => {
    const query = new URLSearchParams(url.split('?')[1]);
    const after = Number(query.get('searchCriteria[filter_groups][0][filters][0][value]'));
    const matching = orders.filter((order) => Number(order['entity_id']) > after);
    sendJson(response, { items: matching.slice(0, 15), total_count: matching.length });
  });
  await using client = createMagentoClient({
    baseUrl: shop.url,
    auth: guest,
    budget: { concurrency: 1, requestsPerSecond: 1_000 },
  });
  const read: number[] = [];
  for await (const order of client.orders.all(searchCriteria<OrderField>().pageSize(15))) read.push(order.id);
  expect(read).toEqual(orders.map((order) => order['entity_id']));
  expect(shop.requests.every(({ url }) => url.includes('current_page%5D=1'))).toBe(true);
});

test('one document by its id, on the route that Magento gives it', async () => {
  await using shop = await startLocalServer((response) => sendJson(response, { entity_id: 7, items: [] }));
  await using client = createMagentoClient({ baseUrl: shop.url, auth: guest });
  for (const name of ['orders', 'invoices', 'shipments', 'creditMemos'] as const) {
    expect((await client[name].get(7)).id).toBe(7);
    await expect(client[name].get(0)).rejects.toThrow(InvalidCriteriaError);
  }
  expect(shop.requests.map(({ url }) => url)).toEqual([
    '/rest/V1/orders/7',
    '/rest/V1/invoices/7',
    '/rest/V1/shipment/7',
    '/rest/V1/creditmemo/7',
  ]);
});
