import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MagentoShop, startMagentoShop } from '../shop.ts';
import { adminToken } from '../testing/rest-client.ts';

const both = 'customerCustomerRepositoryV1,customerGroupRepositoryV1';

let shop: MagentoShop;
let authorization: string;

beforeAll(async () => {
  shop = await startMagentoShop({ population: { customers: 3 } });
  authorization = `Bearer ${await adminToken(shop)}`;
});

afterAll(() => shop.stop());

async function wsdl(services: string, headers: Record<string, string> = { authorization }) {
  const answer = await fetch(`${shop.url}/soap/default?wsdl=1&services=${services}`, { headers });
  return { status: answer.status, body: await answer.text() };
}

async function call(operation: string, content: string): Promise<string> {
  const namespace = `${shop.url}/soap/default?services=${encodeURIComponent(both)}`;
  const answer = await fetch(`${shop.url}/soap/default?services=${both}`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/soap+xml' },
    body: `<env:Envelope xmlns:env="http://www.w3.org/2003/05/soap-envelope" xmlns:ns="${namespace}"><env:Body><ns:${operation}Request>${content}</ns:${operation}Request></env:Body></env:Envelope>`,
  });
  return answer.text();
}

test('one WSDL describes several services, whatever their order', async () => {
  const { status, body } = await wsdl(both);
  expect(status).toBe(200);
  const ports = [...body.matchAll(/<port name="(\w+)"/g)].map(([, name]) => name);
  expect(ports).toEqual(['customerCustomerRepositoryV1Port', 'customerGroupRepositoryV1Port']);
  // The comma of the address is encoded, which makes it the namespace of every message.
  expect(body).toContain(`targetNamespace="${shop.url}/soap/default?services=${encodeURIComponent(both)}"`);
});

test('calls of both services go to one address', async () => {
  const [id] = shop.customers.ids();
  expect(await call('customerCustomerRepositoryV1GetById', `<customerId>${id}</customerId>`)).toContain(
    `<id>${id}</id>`,
  );
  expect(await call('customerGroupRepositoryV1GetById', '<id>2</id>')).toContain('<code>Wholesale</code>');
  const criteria = '<searchCriteria><filterGroups/></searchCriteria>';
  expect(await call('customerGroupRepositoryV1GetList', criteria)).toContain('<totalCount>6</totalCount>');
});

test('a WSDL has only what the caller may use, and a service nobody has is an error of the shop', async () => {
  const guest = await wsdl('integrationAdminTokenServiceV1,customerGroupRepositoryV1', {});
  expect(guest.status).toBe(200);
  expect(guest.body).not.toContain('customerGroupRepositoryV1Port');
  expect(await wsdl(both, {})).toMatchObject({
    status: 401,
    body: expect.stringContaining('customerCustomerRepositoryV1, customerGroupRepositoryV1'),
  });
  expect((await wsdl('customerCustomerRepositoryV1,nopeV1')).status).toBe(500);
});

test('a service that is listed and not modelled says so', async () => {
  expect(await wsdl('customerCustomerRepositoryV1,catalogProductRepositoryV1')).toMatchObject({
    status: 501,
    body: expect.stringContaining('lists the service catalogProductRepositoryV1 and does not model it'),
  });
});

test('the store tree is there over SOAP', async () => {
  const answer = await wsdl('storeWebsiteRepositoryV1,storeGroupRepositoryV1,storeStoreRepositoryV1');
  expect(answer.status).toBe(200);
  expect(answer.body.match(/<port name=/g)).toHaveLength(3);
});
