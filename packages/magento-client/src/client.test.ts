import { afterEach, describe, expect, test } from 'vitest';
import { createMagentoClient } from './client.ts';
import {
  InvalidCriteriaError,
  InvalidOptionsError,
  MagentoResponseError,
  NotFoundError,
  PageSizeTooLargeError,
  UnexpectedPayloadError,
  WritesNotAllowedError,
} from './errors.ts';
import type { RequestEvent } from './http/transport.ts';
import type { MagentoClientOptions } from './options.ts';
import { collect } from './search/collect.ts';
import type { CustomerField } from './search/fields.ts';
import { searchCriteria } from './search/search-criteria.ts';
import { type Answer, sendJson, startLocalServer } from './testing/local-server.ts';
import { readExchange, readExchanges, withoutEcho } from './testing/recordings.ts';

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const resource of open.splice(0)) await resource[Symbol.asyncDispose]();
});

async function setUp(answer: Answer, options: Partial<MagentoClientOptions> = {}) {
  const server = await startLocalServer(answer);
  const client = createMagentoClient({
    baseUrl: server.url,
    auth: { kind: 'bearer', token: 'abcdefghijklmnopqrstuvwxyz012345' },
    retry: { attempts: 1 },
    ...options,
  });
  open.push(client, server);
  return { server, client };
}

/** Answers a path with what the real Magento answered. */
const replayReads: Answer = (response, request) => {
  const [path = ''] = request.url.split('?');
  const found = readExchanges('reads.json').find(
    (exchange) => exchange.request.path.split('?')[0] === path && exchange.request.method === request.method,
  );
  if (found === undefined) return sendJson(response, { message: `not recorded: ${path}` }, 404);
  const { status, headers, body } = found.response;
  response.writeHead(status, { 'content-type': headers['content-type'] ?? '' }).end(withoutEcho(body));
};

describe('recorded reads', () => {
  test('one customer, and one that does not exist', async () => {
    const { client } = await setUp(replayReads);
    expect(await client.customers.get(28)).toMatchObject({ id: 28, storeId: 3, firstname: 'Дмитрий' });
    await expect(client.customers.get(999_999)).rejects.toBeInstanceOf(NotFoundError);
  });

  test('customer groups', async () => {
    const { client } = await setUp(replayReads);
    const groups = await client.customerGroups.all();
    expect(groups).toHaveLength(6);
    expect(groups[0]).toMatchObject({ id: 0, code: 'NOT LOGGED IN', taxClassId: 3, excludedWebsiteIds: [] });
    expect(groups[5]?.code).toBe("O'Neil & Sons");
  });

  test('the store tree', async () => {
    const { client } = await setUp(replayReads);
    expect((await client.stores.websites()).map((website) => website.code)).toEqual(['admin', 'base', 'eu']);
    expect((await client.stores.storeGroups())[2]).toMatchObject({ id: 2, websiteId: 2, defaultStoreId: 3 });
    const views = await client.stores.storeViews();
    expect(views.find((view) => view.code === 'closed')).toMatchObject({
      id: 6,
      isActive: false,
      websiteId: 1,
    });
    expect((await client.stores.storeConfigs())[0]).toMatchObject({
      code: 'default',
      timezone: 'UTC',
      locale: 'en_US',
    });
  });

  test('attributes with their options', async () => {
    const { client } = await setUp(replayReads);
    const attributes = await client.customerAttributes.all('customer');
    const interests = attributes.find((attribute) => attribute.code === 'interests');
    expect(interests).toMatchObject({ frontendInput: 'multiselect', userDefined: true, backendType: 'text' });
    expect(interests?.options).toContainEqual({ label: 'Music', value: '7', options: [] });
    const addressAttributes = await client.customerAttributes.all('customerAddress');
    expect(
      addressAttributes.find((attribute) => attribute.code === 'firstname')?.validationRules,
    ).toContainEqual({
      name: 'max_text_length',
      value: '255',
    });
  });

  test('modules', async () => {
    const { client } = await setUp(replayReads);
    expect(await client.modules.all()).toContain('Magento_Customer');
  });
});

describe('customers', () => {
  test('an empty page under a fields filter is no error; a misspelt filter is', async () => {
    const { client } = await setUp((response, request) => {
      const title = request.url.includes('itemz')
        ? 'fields typo gives an empty array'
        : 'keyset: nothing left';
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(withoutEcho(readExchange('customers-search.json', title).response.body));
    });
    const criteria = searchCriteria<CustomerField>();
    expect(await client.customers.search(criteria)).toMatchObject({ items: [], totalCount: 0 });
    const error = await client.customers
      .search(criteria, { fields: 'itemz' })
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UnexpectedPayloadError);
    expect(String(error)).toContain('Check the spelling of fields');
  });

  test('counting and the largest id cost one row', async () => {
    const { client, server } = await setUp((response, request) => {
      const title = request.url.includes('DESC')
        ? 'largest entity_id'
        : 'count probe: one row, only total_count';
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(readExchange('customers-search.json', title).response.body);
    });
    const range = searchCriteria<CustomerField>()
      .where('entity_id', 'gteq', 1_001)
      .where('entity_id', 'lteq', 2_000);
    expect(await client.customers.count(range)).toBe(1_000);
    expect(await client.customers.largestId()).toBe(2_500);
    for (const request of server.requests) expect(request.url).toContain('searchCriteria%5BpageSize%5D=1&');
  });

  test.each<[string, Answer]>([
    [
      'a web page',
      (response) => void response.writeHead(404, { 'content-type': 'text/html' }).end('<html></html>'),
    ],
    [
      'about something else',
      (response) =>
        sendJson(
          response,
          { message: 'No %fieldName', parameters: { fieldName: 'groupId', fieldValue: 7 } },
          404,
        ),
    ],
    [
      'about another customer',
      (response) =>
        sendJson(
          response,
          { message: 'No %fieldName', parameters: { fieldName: 'customerId', fieldValue: 8 } },
          404,
        ),
    ],
    ['no route', (response) => sendJson(response, { message: 'Request does not match any route.' }, 404)],
    ['without parameters', (response) => sendJson(response, { message: 'Nicht gefunden' }, 404)],
  ])('a 404 that does not prove a deletion: %s', async (_, answer) => {
    const { client } = await setUp(answer);
    const error = await client.customers.get(7).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(MagentoResponseError);
    expect(error).not.toBeInstanceOf(NotFoundError);
  });

  test('an answer for another customer is refused', async () => {
    const { client } = await setUp((response) => sendJson(response, { id: 8, email: 'b@example.com' }));
    await expect(client.customers.get(7)).rejects.toThrow(/answered with customer 8/);
    await expect(client.customers.get(0)).rejects.toBeInstanceOf(InvalidCriteriaError);
  });

  test('a limit of the shop is a typed error', async () => {
    const { client } = await setUp((response) => {
      const { status, body } = readExchange('input-limits.json', 'camelCase pageSize 1000').response;
      response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    });
    const error = await client
      .get('/V1/customers/search', { query: { searchCriteria: { pageSize: 1_000 } } })
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PageSizeTooLargeError);
    expect(error).toMatchObject({ max: 300 });
  });
});

describe('any endpoint', () => {
  test('query, variables, store code and metrics', async () => {
    const events: RequestEvent[] = [];
    const { client, server } = await setUp((response) => sendJson(response, { ok: true }), {
      storeCode: 'eu_de',
      onRequest: (event) => events.push(event),
    });
    const query = { storeCodes: ['a b', 'ü'], active: true, nothing: undefined };
    await client.get('/V1/products/:sku', { variables: { sku: 'ÜML/AUT 1' }, query });
    await client.get('/V1/customers/17/billingAddress');
    expect(server.requests.map((request) => request.url)).toEqual([
      '/rest/eu_de/V1/products/%C3%9CML%2FAUT%201?storeCodes%5B0%5D=a%20b&storeCodes%5B1%5D=%C3%BC&active=1',
      '/rest/eu_de/V1/customers/17/billingAddress',
    ]);
    expect(events.map((event) => event.route)).toEqual([
      '/V1/products/:sku',
      '/V1/customers/:value/billingAddress',
    ]);
  });

  test('writes are refused before they are sent, unless they are allowed', async () => {
    const { client, server } = await setUp((response) => sendJson(response, {}));
    for (const write of [client.post, client.put, client.delete]) {
      await expect(write('/V1/customers/1')).rejects.toBeInstanceOf(WritesNotAllowedError);
    }
    expect(server.requests).toHaveLength(0);
    const allowed = await setUp((response, request) => sendJson(response, JSON.parse(request.body)), {
      allowWrites: true,
    });
    expect(
      await allowed.client.put('/V1/customers/:id', { variables: { id: 1 }, body: { customer: { id: 1 } } }),
    ).toEqual({
      customer: { id: 1 },
    });
    expect(allowed.server.requests[0]?.headers['content-type']).toBe('application/json');
  });

  test('a list is read by ids, or by page numbers when it is sorted', async () => {
    const rows = [1, 2, 3, 4, 5].map((id) => ({ entity_id: id }));
    const { client, server } = await setUp((response, request) => {
      const query = new URL(request.url, 'http://x').searchParams;
      const after = Number(query.get('searchCriteria[filter_groups][1][filters][0][value]') ?? 0);
      const size = Number(query.get('searchCriteria[pageSize]'));
      const page = Number(query.get('searchCriteria[current_page]'));
      const matching = rows.filter((row) => row.entity_id > after);
      sendJson(response, {
        items: matching.slice((page - 1) * size, page * size),
        total_count: matching.length,
      });
    });
    const complete = searchCriteria<string>().where('status', 'eq', 'complete').pageSize(2);
    const byId = await collect(client.search<{ entity_id: number }>('/V1/orders', complete), 100);
    expect(byId).toEqual(rows);
    const byNumber = await collect(client.search('/V1/orders', complete.sortBy('entity_id', 'ASC')), 100);
    expect(byNumber).toEqual(rows);
    expect(server.requests).toHaveLength(6);
    await expect(client.search('/V1/orders', complete, { paging: 'numbers' }).next()).rejects.toThrow(
      /need a sort order/,
    );
  });

  test('a path with a query or without a version is refused', async () => {
    const { client } = await setUp((response) => sendJson(response, {}));
    await expect(client.get('/customers/1')).rejects.toBeInstanceOf(InvalidCriteriaError);
    await expect(client.get('/V1/customers/1?fields=id')).rejects.toBeInstanceOf(InvalidCriteriaError);
    await expect(client.get('/V1/customers/:id')).rejects.toBeInstanceOf(InvalidOptionsError);
  });
});

test('options that cannot work are all named before anything is opened', () => {
  const auth = { kind: 'guest' } as const;
  const create = (options: Partial<MagentoClientOptions>) => () =>
    createMagentoClient({ baseUrl: 'https://shop.example.com', auth, ...options });
  expect(create({ retry: { attempts: 0 }, timeouts: { bodyMs: -1 } })).toThrow(
    /timeouts\.bodyMs.*retry\.attempts/,
  );
  expect(create({ baseUrl: 'shop.example.com' })).toThrow(/is not a URL. Write it as https/);
  expect(create({ baseUrl: 'ftp://shop.example.com' })).toThrow(/must start with https/);
  expect(create({ baseUrl: 'https://shop.example.com/rest/V1' })).toThrow(
    /Write https:\/\/shop\.example\.com\./,
  );
  expect(create({ baseUrl: 'https://admin:pw@shop.example.com' })).toThrow(/must not contain a user name/);
  expect(create({ storeCode: 'a/b' })).toThrow(/storeCode "a\/b"/);
});
