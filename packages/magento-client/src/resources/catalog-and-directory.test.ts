import { expect, test } from 'vitest';
import { createMagentoClient } from '../client.ts';
import { InvalidCriteriaError } from '../errors.ts';
import { parseCategoryTree, parseProduct } from '../payloads/catalog.ts';
import { searchCriteria } from '../search/search-criteria.ts';
import { startLocalServer } from '../testing/local-server.ts';
import { readExchange, readObjects } from '../testing/recordings.ts';
import type { ProductField } from './products.ts';

const guest = { kind: 'guest' } as const;
const startRecorded = (title: string, file = 'reads.json') =>
  startLocalServer((response) => {
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(readExchange(file, title).response.body);
  });

test('every recorded product is read', () => {
  const products = readObjects('products.ndjson');
  const read = products.map((product) => parseProduct(product, '/V1/products'));
  expect(read.map(({ sku, price }) => [sku, price])).toEqual(
    products.map(({ sku, price }) => [sku, price ?? null]),
  );
  expect(read[0]).toMatchObject({ name: 'Widget', typeId: 'simple', status: 1, weight: 1.5 });
  expect(read[0]!.customAttributes).toMatchObject({ url_key: 'p-0', category_ids: [] });
});

test('products are searched', async () => {
  await using shop = await startRecorded('products');
  await using client = createMagentoClient({ baseUrl: shop.url, auth: guest });
  const { items } = await client.products.search(searchCriteria<ProductField>().pageSize(2));
  expect(items.map(({ sku }) => sku)[0]).toBe('WIDGET-1');
});

test('an e-mail address or a SKU in a path stays signable where it can', async () => {
  await using shop = await startLocalServer((response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"id":1,"sku":"a@b"}');
  });
  await using client = createMagentoClient({ baseUrl: shop.url, auth: guest });
  await client.products.get('a@b');
  expect(shop.requests[0]!.url).toBe('/rest/V1/products/a@b');
});

test('a tree of categories', () => {
  const leaf = {
    id: 3,
    parent_id: 2,
    name: 'Bags',
    is_active: true,
    position: 1,
    level: 2,
    product_count: 14,
    children_data: [],
  };
  const tree = parseCategoryTree(
    { ...leaf, id: 2, parent_id: 1, name: 'Default', children_data: [leaf] },
    '/V1/categories',
  );
  expect(tree).toMatchObject({
    id: 2,
    parentId: 1,
    productCount: 14,
    children: [{ id: 3, name: 'Bags', children: [] }],
  });
});

test('currency and country', async () => {
  await using currencies = await startRecorded('currency');
  await using first = createMagentoClient({ baseUrl: currencies.url, auth: guest });
  expect(await first.directory.currency()).toMatchObject({
    baseCurrencyCode: 'USD',
    availableCurrencyCodes: ['USD', 'EUR'],
    exchangeRates: [
      { currencyTo: 'USD', rate: 1 },
      { currencyTo: 'EUR', rate: 0.7067 },
    ],
  });
  await using countries = await startRecorded('country HR');
  await using second = createMagentoClient({ baseUrl: countries.url, auth: guest });
  const croatia = await second.directory.country('HR');
  expect(croatia).toMatchObject({ id: 'HR', threeLetterAbbreviation: 'HRV', fullNameEnglish: 'Croatia' });
  expect(croatia.availableRegions.length).toBeGreaterThan(10);
  await expect(second.directory.country('hr')).rejects.toThrow(/two capital letters/);
});

test('asynchronous work', async () => {
  await using shop = await startRecorded('async create', 'writes.json');
  await using client = createMagentoClient({ baseUrl: shop.url, auth: guest, allowWrites: true });
  const recorded = readExchange('writes.json', 'async create').request;
  const customer = { email: 'async.one@example.com', firstname: 'A', lastname: 'B', website_id: 1 };
  const receipt = await client.bulk.submit('POST', '/V1/customers', { customer });
  expect(receipt).toMatchObject({ bulkUuid: 'f8eaa061-e5f3-4da2-ac04-2aeb2ed13977', errors: false });
  expect(receipt.items).toEqual([
    {
      id: 0,
      dataHash: '32077097840a9429a458303d836de3161f57652c644447636a2f9d6ea827a390',
      status: 'accepted',
      message: null,
    },
  ]);
  expect(shop.requests[0]).toMatchObject({ method: 'POST', url: recorded.path });
  expect(JSON.parse(shop.requests[0]!.body)).toEqual(JSON.parse(recorded.body!));

  await client.bulk.submitMany('PUT', '/V1/customers/byCustomerId', [{ customerId: 1, customer }]);
  expect(shop.requests[1]).toMatchObject({
    method: 'PUT',
    url: '/rest/async/bulk/V1/customers/byCustomerId',
  });
  await expect(client.bulk.submit('PUT', '/V1/customers/:id', {})).rejects.toThrow(/byCustomerId/);
});

test('the state of asynchronous work', async () => {
  const operation = (id: number, status: number) => ({ id, status, result_message: null, error_code: null });
  const body = {
    bulk_id: 'u',
    description: 'd',
    start_time: 's',
    operation_count: 2,
    operations_list: [operation(0, 1), operation(1, 4)],
  };
  await using shop = await startLocalServer((response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await using client = createMagentoClient({ baseUrl: shop.url, auth: guest });
  expect(await client.bulk.status('u')).toMatchObject({
    finished: false,
    operations: [{ status: 'complete' }, { status: 'open' }],
  });
  body.operations_list = [operation(0, 1), operation(1, 3)];
  expect(await client.bulk.status('u')).toMatchObject({
    finished: true,
    operations: [{ status: 'complete' }, { status: 'failed' }],
  });
});

test('one customer group, the one of visitors too, and the one of new customers', async () => {
  const recorded = readExchange('reads.json', 'group 4').response.body;
  await using shop = await startLocalServer((response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(recorded);
  });
  await using client = createMagentoClient({ baseUrl: shop.url, auth: { kind: 'guest' } });
  expect((await client.customerGroups.get(4)).id).toBe(4);
  await client.customerGroups.get(0);
  await client.customerGroups.default();
  await client.customerGroups.default(3);
  await expect(client.customerGroups.get(-1)).rejects.toThrow(InvalidCriteriaError);
  expect(shop.requests.map(({ url }) => url)).toEqual([
    '/rest/V1/customerGroups/4',
    '/rest/V1/customerGroups/0',
    '/rest/V1/customerGroups/default',
    '/rest/V1/customerGroups/default/3',
  ]);
});
