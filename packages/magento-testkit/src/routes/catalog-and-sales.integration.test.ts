import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readRecording } from '../recordings.ts';
import { type MagentoShop, startMagentoShop } from '../shop.ts';
import { adminToken, type ListBody, searchPath, send } from '../testing/rest-client.ts';

let shop: MagentoShop;
let token: string;

beforeAll(async () => {
  shop = await startMagentoShop({ population: { customers: 1 } });
  token = await adminToken(shop);
});

afterAll(() => shop.stop());

const get = (path: string) => send(shop, 'GET', path, { token });
const search = async (route: string, ...conditions: Parameters<typeof searchPath>[0]) => {
  const query = searchPath(conditions).split('?')[1];
  return get(`/V1/${route}?${query}`);
};
const ids = ({ body }: { body: unknown }) =>
  (body as { items: { id?: number; entity_id?: number }[] }).items.map(
    ({ id, entity_id }) => id ?? entity_id,
  );
const gone = "The entity that was requested doesn't exist. Verify the entity and try again.";

describe('sales documents', () => {
  test.each([
    ['orders', 'orders', 40],
    ['invoices', 'invoices', 15],
    ['creditmemos', 'creditmemo', 5],
    ['shipments', 'shipment', 5],
  ])('%s are listed whole and read one by one', async (route, single, total) => {
    const { body } = await search(route, ['entity_id', 'gt', '0']);
    const { items, total_count } = body as ListBody;
    expect([items.length, total_count]).toEqual([total, total]);
    expect(await get(`/V1/${single}/${total}`)).toEqual({ status: 200, body: items.at(-1) });
    expect(await get(`/V1/${single}/${total + 1}`)).toEqual({ status: 404, body: { message: gone } });
    expect((await get(`/V1/${single}/abc`)).status).toBe(400);
  });

  test('every document belongs to an order whose items it repeats', async () => {
    const listed = (await search('orders')).body as ListBody;
    const orders = new Map(listed.items.map((order) => [order['entity_id'], order]));
    const { items } = (await search('invoices')).body as ListBody;
    for (const invoice of items) {
      const order = orders.get(invoice['order_id']);
      expect(invoice['grand_total']).toBe(order?.['total_invoiced']);
      expect(invoice['items']).toHaveLength(Number(order?.['total_item_count']));
    }
  });
});

describe('products', () => {
  test('are searched by entity_id, which the record calls id', async () => {
    expect(ids(await search('products', ['entity_id', 'gt', '5']))).toEqual([6, 7, 8]);
    expect(ids(await search('products', ['url_key', 'eq', 'p-2']))).toEqual([3]);
    expect(await search('products', ['id', 'gt', '5'])).toEqual({
      status: 400,
      body: {
        message: 'The "%1" attribute name is invalid. Reset the name and try again.',
        parameters: ['id'],
      },
    });
  });

  test.each([
    ['slash%2Fsku', 'slash/sku'],
    ['space%20sku', 'space sku'],
    ['%C3%BCmlaut', 'ÜMLAUT'],
  ])('%s is read by its SKU', async (path, sku) => {
    expect((await get(`/V1/products/${path}`)).body).toMatchObject({ sku });
  });

  test('one that is missing is a 404', async () => {
    expect(await get('/V1/products/nope')).toEqual({
      status: 404,
      body: { message: "The product that was requested doesn't exist. Verify the product and try again." },
    });
  });
});

describe('categories', () => {
  const names = (node: unknown): unknown => {
    const { name, children_data } = node as { name: string; children_data: unknown[] };
    return children_data.length === 0 ? name : [name, ...children_data.map(names)];
  };

  test('are a tree below the root of the store, cut at a depth and started at a category', async () => {
    expect(names((await get('/V1/categories')).body)).toEqual([
      'Default Category',
      ['Gear', 'Bags & Backpacks', 'Discontinued'],
      'Größen',
    ]);
    expect(names((await get('/V1/categories?depth=1')).body)).toEqual(['Default Category', 'Gear', 'Größen']);
    expect(names((await get('/V1/categories?rootCategoryId=3')).body)).toEqual([
      'Gear',
      'Bags & Backpacks',
      'Discontinued',
    ]);
    expect((await get('/V1/categories?depth=x')).status).toBe(400);
  });

  test('are read one by one and listed', async () => {
    const gear = await get('/V1/categories/3');
    expect(gear.body).toMatchObject({ id: 3, parent_id: 2, level: 2, path: '1/2/3', children: '4' });
    expect(ids(await search('categories/list', ['level', 'eq', '2']))).toEqual([3, 5]);
    expect(ids(await search('categories/list', ['entity_id', 'lteq', '2']))).toEqual([1, 2]);
    expect(await get('/V1/categories/99')).toEqual({
      status: 404,
      body: {
        message: 'No such entity with %fieldName = %fieldValue',
        parameters: { fieldName: 'id', fieldValue: 99 },
      },
    });
  });
});

test('countries are for everybody, and Croatia is as recorded', async () => {
  const { body } = await send(shop, 'GET', '/V1/directory/countries');
  const recorded = readRecording('reads').find(({ title }) => title === 'country HR')?.response.body ?? '';
  expect(body).toContainEqual(JSON.parse(recorded));
  for (const country of body as { id: string }[]) {
    expect((await send(shop, 'GET', `/V1/directory/countries/${country.id}`)).body).toEqual(country);
  }
  expect(await send(shop, 'GET', '/V1/directory/countries/XX')).toEqual({
    status: 404,
    body: { message: "The country isn't available." },
  });
});

test('the default group is the same for every store view', async () => {
  const { body } = await get('/V1/customerGroups/default');
  expect(body).toMatchObject({ id: 1, code: 'General' });
  expect((await get('/V1/customerGroups/default/3')).body).toEqual(body);
  expect((await get('/V1/customerGroups/default/99')).body).toMatchObject({
    parameters: { fieldName: 'storeId', fieldValue: 99 },
  });
});

test.each([
  ['/V1/orders/1', 'Magento_Sales::actions_view'],
  ['/V1/invoices/1', 'Magento_Sales::sales_invoice'],
  ['/V1/creditmemo/1', 'Magento_Sales::sales_creditmemo'],
  ['/V1/shipment/1', 'Magento_Sales::shipment'],
  ['/V1/categories', 'Magento_Catalog::categories'],
  ['/V1/categories/3', 'Magento_Catalog::categories'],
  ['/V1/categories/list', 'Magento_Catalog::categories'],
  ['/V1/products/WIDGET-1', 'Magento_Catalog::products'],
  ['/V1/customerGroups/default/1', 'Magento_Customer::group'],
  ['/V1/customers/1/confirm', 'Magento_Customer::manage'],
  ['/V1/customers/me/billingAddress', 'self'],
])('a guest is refused at %s for want of %s', async (path, resources) => {
  expect(await send(shop, 'GET', path)).toMatchObject({ status: 401, body: { parameters: { resources } } });
});
