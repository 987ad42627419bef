import { describe, expect, test } from 'vitest';
import { createMagentoClient } from '../client.ts';
import {
  InvalidOptionsError,
  NotFoundError,
  PermissionError,
  UnexpectedPayloadError,
  WritesNotAllowedError,
} from '../errors.ts';
import { searchCriteria } from '../search/search-criteria.ts';
import { integrationKeys } from '../testing/integration-keys.ts';
import { type Answer, startLocalServer } from '../testing/local-server.ts';
import { type Exchange, readExchange } from '../testing/recordings.ts';
import { SoapArgumentError } from './write-arguments.ts';

const guest = { kind: 'guest' } as const;
const SERVICE = 'customerCustomerRepositoryV1';
const recorded = (title: string) => readExchange('soap.json', title);
const send =
  (exchange: Exchange): Answer =>
  (response) => {
    const { status, headers, body } = exchange.response;
    response.writeHead(status, { 'content-type': headers['content-type'] ?? 'text/xml' }).end(body);
  };

/** Serves the WSDL that the administrator got, and a recorded answer to every call. */
const startShop = (answer: string, wsdl = 'WSDL of the customer repository as admin') =>
  startLocalServer((response, request, number) =>
    send(recorded(request.method === 'GET' ? wsdl : answer))(response, request, number),
  );

test('the list of services', async () => {
  await using shop = await startLocalServer(send(recorded('list of services as guest')));
  await using client = createMagentoClient({ baseUrl: shop.url, auth: guest });
  const services = await client.soap.services();
  expect(services.length).toBeGreaterThan(100);
  expect(services.map(({ name }) => name)).toContain(SERVICE);
  expect(shop.requests[0]!.url).toBe('/soap/default?wsdl_list=1');
});

test('a call fetches the WSDL once and sends what a real shop took', async () => {
  await using shop = await startShop('customer list as admin');
  await using client = createMagentoClient({ baseUrl: shop.url, auth: integrationKeys });
  const criteria = searchCriteria<'entity_id'>()
    .where('entity_id', 'lteq', 3)
    .sortBy('entity_id', 'ASC')
    .pageSize(2);
  const page = await client.soap.call<{ items: { id: number }[]; totalCount: number }>(SERVICE, 'GetList', {
    searchCriteria: criteria,
  });
  expect(page.items.map(({ id }) => id)).toEqual([1, 2]);
  expect(page.totalCount).toBe(3);
  await client.soap.call(SERVICE, `${SERVICE}GetList`, { searchCriteria: criteria });
  expect(shop.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
    `GET /soap/default?wsdl=1&services=${SERVICE}`,
    `POST /soap/default?services=${SERVICE}`,
    `POST /soap/default?services=${SERVICE}`,
  ]);
  const call = shop.requests[1]!;
  expect(call.body).toBe(recorded('customer list as admin').request.body);
  expect(call.headers['content-type']).toBe('application/soap+xml; charset=utf-8');
  const signatures = shop.requests.map(
    ({ headers }) => /oauth_nonce="(\w+)"/.exec(headers.authorization ?? '')?.[1],
  );
  expect(new Set(signatures).size).toBe(3);
});

test.each([
  ['a byte order mark and blanks', (xml: string) => `\n\uFEFF  ${xml}`],
  [
    'a notice of PHP',
    (xml: string) => `<br />\n<b>Notice</b>: x in <b>/srv/a.php</b> on line <b>1</b><br />\n${xml}`,
  ],
  ['text and a comment behind', (xml: string) => `${xml}\n<!-- 0.2 s --> Warning: x in /srv/a.php on line 2`],
])('%s around the XML do no harm', async (_what, change) => {
  await using shop = await startLocalServer((response, request) => {
    const wsdl = 'WSDL of the customer repository as admin';
    const { status, headers, body } = recorded(
      request.method === 'GET' ? wsdl : 'customer list as admin',
    ).response;
    response.writeHead(status, { 'content-type': headers['content-type'] ?? 'text/xml' }).end(change(body));
  });
  await using client = createMagentoClient({ baseUrl: shop.url, auth: guest });
  const criteria = searchCriteria<'entity_id'>()
    .where('entity_id', 'lteq', 3)
    .sortBy('entity_id', 'ASC')
    .pageSize(2);
  expect(await client.soap.call(SERVICE, 'GetList', { searchCriteria: criteria })).toMatchObject({
    totalCount: 3,
  });
});

describe('a fault, although it comes with 200,', () => {
  test('is the error that REST gives', async () => {
    await using shop = await startShop('missing customer');
    await using client = createMagentoClient({ baseUrl: shop.url, auth: guest });
    const call = client.soap.call(SERVICE, 'GetById', { customerId: 999999 });
    await expect(call).rejects.toThrow(NotFoundError);
    await expect(call).rejects.toThrow('No such entity with customerId = 999999 (404)');
  });

  test('of a missing right is explained like a 401 of REST', async () => {
    await using shop = await startShop('customer by id as guest');
    await using client = createMagentoClient({ baseUrl: shop.url, auth: guest });
    const call = client.soap.call(SERVICE, 'GetById', { customerId: 1 });
    await expect(call).rejects.toThrow(PermissionError);
    await expect(call).rejects.toMatchObject({ resources: [SERVICE], reason: 'guest', status: 401 });
  });

  test('of a refused WSDL as well', async () => {
    await using shop = await startShop('', 'WSDL of the customer repository as guest');
    await using client = createMagentoClient({ baseUrl: shop.url, auth: guest });
    await expect(client.soap.wsdl(SERVICE)).rejects.toMatchObject({ resources: [SERVICE], reason: 'guest' });
  });
});

test('what may change the shop needs allowWrites, or the word of the caller', async () => {
  await using shop = await startShop('customer by id');
  await using reader = createMagentoClient({ baseUrl: shop.url, auth: guest });
  const save = () => reader.soap.call(SERVICE, 'Save', { customer: { email: 'a@example.com' } });
  await expect(save()).rejects.toThrow(WritesNotAllowedError);
  await expect(reader.soap.call(SERVICE, 'DeleteById', { customerId: 1 })).rejects.toThrow(/allowWrites/);
  expect(shop.requests.every(({ method }) => method === 'GET')).toBe(true);
  expect(
    await reader.soap.call(SERVICE, 'GetById', { customerId: 1 }, { changesNothing: true }),
  ).toMatchObject({ id: 1 });
});

test('an operation that is not there is looked for in a fresh WSDL, and named with those that are', async () => {
  await using shop = await startShop('customer by id');
  await using client = createMagentoClient({ baseUrl: shop.url, auth: guest });
  await client.soap.wsdl(SERVICE);
  const call = client.soap.call(SERVICE, 'Nope');
  await expect(call).rejects.toThrow(SoapArgumentError);
  await expect(call).rejects.toThrow(/It may call: GetById, Save/);
  expect(shop.requests).toHaveLength(2);
});

test('a WSDL is fetched once for all who ask, whoever of them gives up, and again after a failure', async () => {
  let failing = true;
  await using shop = await startLocalServer((response, request, number) => {
    if (failing) response.writeHead(404, { 'content-type': 'text/html' }).end('<html></html>');
    else void send(recorded('WSDL of the customer repository as admin'))(response, request, number);
  });
  await using client = createMagentoClient({ baseUrl: shop.url, auth: guest });
  await expect(client.soap.wsdl(SERVICE)).rejects.toThrow(/404/);
  failing = false;
  const abort = new AbortController();
  const impatient = client.soap.wsdl(SERVICE, { signal: abort.signal });
  const others = [client.soap.wsdl(SERVICE), client.soap.wsdl([SERVICE])];
  abort.abort(new Error('enough'));
  await expect(impatient).rejects.toThrow('enough');
  const [one, other] = await Promise.all(others);
  expect(one).toBe(other);
  expect(shop.requests).toHaveLength(2);
});

test('an answer of another operation is not taken for this one’s', async () => {
  await using shop = await startShop('currency as guest');
  await using client = createMagentoClient({ baseUrl: shop.url, auth: guest });
  await expect(client.soap.call(SERVICE, 'GetById', { customerId: 1 })).rejects.toThrow(
    UnexpectedPayloadError,
  );
});

test.each(['nope', 'a b V1', '', 'xV1&wsdl_list=1'])('refuses "%s" as a service', async (service) => {
  await using client = createMagentoClient({ baseUrl: 'http://127.0.0.1:1', auth: guest });
  await expect(client.soap.wsdl(service)).rejects.toThrow(SoapArgumentError);
});

test('says where there is no SOAP', async () => {
  const ims = { kind: 'ims', clientId: 'c', clientSecret: 's', organizationId: 'o' } as const;
  await using cloud = createMagentoClient({ baseUrl: 'http://127.0.0.1:1', auth: ims });
  await expect(cloud.soap.wsdl(SERVICE)).rejects.toThrow(InvalidOptionsError);
  const session = { kind: 'session', sessionId: '0123456789abcdef' } as const;
  await using shopper = createMagentoClient({ baseUrl: 'http://127.0.0.1:1', auth: session });
  await expect(shopper.soap.wsdl(SERVICE)).rejects.toThrow(/customer token/);
});
