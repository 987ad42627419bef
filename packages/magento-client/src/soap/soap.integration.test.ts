import { startMagentoShop } from '@magento-sync/magento-testkit';
import { describe, expect, test } from 'vitest';
import { createMagentoClient } from '../client.ts';
import { BadRequestError, NotFoundError, PermissionError } from '../errors.ts';
import { searchCriteria } from '../search/search-criteria.ts';

const ADMIN = { kind: 'admin', username: 'admin', password: 'Passw0rd123!' } as const;
const REPOSITORY = 'customerCustomerRepositoryV1';

test('every service of the shop has a WSDL that can be read', async () => {
  await using shop = await startMagentoShop({ population: { customers: 3, seed: 1 } });
  await using client = createMagentoClient({
    baseUrl: shop.url,
    auth: ADMIN,
    budget: { concurrency: 4, requestsPerSecond: 1_000 },
  });
  const services = await client.soap.services();
  expect(services.map(({ name }) => name)).toEqual(
    expect.arrayContaining([REPOSITORY, 'acmeLoyaltyPointsV1']),
  );
});

test('SOAP and REST give the same customers', async () => {
  await using shop = await startMagentoShop();
  await using client = createMagentoClient({ baseUrl: shop.url, auth: ADMIN });
  const criteria = searchCriteria<'entity_id'>()
    .where('entity_id', 'gt', 20)
    .sortBy('entity_id', 'ASC')
    .pageSize(25);
  const rest = await client.customers.search(criteria);
  const soap = await client.soap.call<{ items: Record<string, unknown>[]; totalCount: number }>(
    REPOSITORY,
    'GetList',
    {
      searchCriteria: criteria,
    },
  );
  expect(soap.totalCount).toBe(rest.totalCount);
  expect(soap.items).toEqual(rest.items.map(({ raw }) => camelCase(raw)));
});

test('a custom module is called like any other', async () => {
  await using shop = await startMagentoShop({ population: { customers: 3, seed: 1 } });
  await using client = createMagentoClient({ baseUrl: shop.url, auth: ADMIN });
  const wsdl = await client.soap.wsdl('acmeLoyaltyPointsV1');
  expect([...wsdl.operations.keys()]).toContain('acmeLoyaltyPointsV1GetList');
  const list = await client.soap.call<{ items?: unknown[] } | unknown[]>('acmeLoyaltyPointsV1', 'GetList', {
    searchCriteria: searchCriteria().pageSize(2),
  });
  expect(list).toBeDefined();
});

test('several services share one WSDL', async () => {
  await using shop = await startMagentoShop({ population: { customers: 3, seed: 1 } });
  await using client = createMagentoClient({ baseUrl: shop.url, auth: ADMIN });
  const wsdl = await client.soap.wsdl([REPOSITORY, 'customerGroupRepositoryV1']);
  expect([...wsdl.operations.keys()]).toEqual(
    expect.arrayContaining([`${REPOSITORY}GetById`, 'customerGroupRepositoryV1GetById']),
  );
});

describe('faults', () => {
  test.each([
    ['a missing customer', 'GetById', { customerId: 999_999 }, NotFoundError],
    [
      'a page that is too large is no fault while limits are off',
      'GetById',
      { customerId: 0 },
      NotFoundError,
    ],
    [
      'an unknown field',
      'GetList',
      { searchCriteria: { filterGroups: [{ filters: [{ field: 'nope', value: '1' }] }] } },
      BadRequestError,
    ],
  ] as const)('%s', async (_title, operation, args, type) => {
    await using shop = await startMagentoShop({ population: { customers: 3, seed: 1 } });
    await using client = createMagentoClient({ baseUrl: shop.url, auth: ADMIN });
    await expect(client.soap.call(REPOSITORY, operation, args)).rejects.toThrow(type);
  });

  test('a guest may not see the service', async () => {
    await using shop = await startMagentoShop({ population: { customers: 3, seed: 1 } });
    await using client = createMagentoClient({ baseUrl: shop.url, auth: { kind: 'guest' } });
    const call = client.soap.call(REPOSITORY, 'GetById', { customerId: 1 });
    await expect(call).rejects.toThrow(PermissionError);
    await expect(call).rejects.toMatchObject({ reason: 'guest', resources: [REPOSITORY] });
  });
});

function camelCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelCase);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
      camelCase(inner),
    ]),
  );
}
