import type { ShopOptions } from '@magento-sync/magento-testkit';
import { describe, expect, test } from 'vitest';
import type { AuthOptions } from '../auth/strategy.ts';
import { BadRequestError, NotFoundError, PermissionError, WritesNotAllowedError } from '../errors.ts';
import { searchCriteria } from '../search/search-criteria.ts';
import { camelCase } from '../testing/camel-case.ts';
import { connectToShop } from '../testing/connected-shop.ts';

const ADMIN = { kind: 'admin', username: 'admin', password: 'Passw0rd123!' } as const;
const REPOSITORY = 'customerCustomerRepositoryV1';
const LOYALTY = 'acmeLoyaltyPointsV1';

const SMALL = { customers: 3, seed: 1 };
const connect = (auth: AuthOptions = ADMIN, population: ShopOptions['population'] = SMALL) =>
  connectToShop(auth, { population });

test('the shop lists its services, those of custom modules too, with the address of each WSDL', async () => {
  await using connection = await connect();
  const { shop, client } = connection;
  const services = await client.soap.services();
  expect(services).toEqual(
    expect.arrayContaining(
      [REPOSITORY, LOYALTY].map((name) => ({
        name,
        wsdlUrl: `${shop.url}/soap/default?wsdl&services=${name}`,
      })),
    ),
  );
});

test('SOAP and REST give the same customers', async () => {
  await using connection = await connect(ADMIN, 'recorded');
  const { client } = connection;
  const criteria = searchCriteria<'entity_id'>()
    .where('entity_id', 'gt', 20)
    .sortBy('entity_id', 'ASC')
    .pageSize(25);
  const rest = await client.customers.search(criteria);
  const soap = await client.soap.call<{ items: Record<string, unknown>[]; totalCount: number }>(
    REPOSITORY,
    'GetList',
    { searchCriteria: criteria },
  );
  expect(soap.totalCount).toBe(rest.totalCount);
  expect(soap.items).toEqual(rest.items.map(({ raw }) => camelCase(raw)));
});

describe('a custom module is called like any other', () => {
  test('a search, whose builder is the one of REST', async () => {
    await using connection = await connect();
    const { client, ids } = connection;
    const list = await client.soap.call(LOYALTY, 'GetList', { searchCriteria: searchCriteria().pageSize(2) });
    expect(list).toMatchObject({
      items: ids.slice(0, 2).map((customerId) => ({ customerId, points: customerId * 10 })),
      totalCount: 3,
    });
  });

  test('scalars, lists of texts and objects are typed by its WSDL', async () => {
    await using connection = await connect();
    const { client, ids } = connection;
    expect(await client.soap.call(LOYALTY, 'GetTiers')).toEqual(['bronze', 'silver', 'gold']);
    expect(await client.soap.call(LOYALTY, 'getBalance', { customerId: ids[0] })).toEqual({
      customerId: ids[0],
      points: ids[0]! * 10,
      tier: 'bronze',
    });
  });

  test('a write is refused before it is sent', async () => {
    await using connection = await connect();
    const { shop, client } = connection;
    const call = client.soap.call(LOYALTY, 'Add', { customerId: 1, points: 5 });
    await expect(call).rejects.toThrow(WritesNotAllowedError);
    expect(shop.requests.count('/soap', 'POST')).toBe(0);
  });
});

test('several services share one WSDL', async () => {
  await using connection = await connect();
  const wsdl = await connection.client.soap.wsdl([REPOSITORY, LOYALTY]);
  expect([...wsdl.operations.keys()]).toEqual(
    expect.arrayContaining([`${REPOSITORY}GetById`, `${LOYALTY}GetTiers`]),
  );
});

describe('faults', () => {
  test.each([
    ['a missing customer', 'GetById', { customerId: 999_999 }, NotFoundError],
    [
      'an unknown field',
      'GetList',
      { searchCriteria: { filterGroups: [{ filters: [{ field: 'nope', value: '1' }] }] } },
      BadRequestError,
    ],
    ['an argument that is not given', 'GetList', {}, BadRequestError],
  ] as const)('%s', async (_title, operation, args, type) => {
    await using connection = await connect();
    await expect(connection.client.soap.call(REPOSITORY, operation, args)).rejects.toThrow(type);
  });

  test('a page that is larger than the shop allows', async () => {
    await using connection = await connect();
    const { shop, client } = connection;
    shop.setInputLimits({ maximumPageSize: 10, defaultPageSize: 5, listLength: 20 });
    const call = client.soap.call(REPOSITORY, 'GetList', { searchCriteria: searchCriteria().pageSize(11) });
    await expect(call).rejects.toMatchObject({ code: 'page_size_too_large', max: 10 });
  });

  test('a guest may not see the service', async () => {
    await using connection = await connect({ kind: 'guest' });
    const call = connection.client.soap.call(REPOSITORY, 'GetById', { customerId: 1 });
    await expect(call).rejects.toThrow(PermissionError);
    await expect(call).rejects.toMatchObject({ reason: 'guest', resources: [REPOSITORY] });
  });
});
