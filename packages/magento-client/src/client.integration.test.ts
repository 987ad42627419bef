import { type MagentoShop, type ShopOptions, startMagentoShop } from '@magento-sync/magento-testkit';
import { afterEach, describe, expect, test } from 'vitest';
import { createMagentoClient } from './client.ts';
import { BadRequestError, MaintenanceError, NotFoundError, PermissionError } from './errors.ts';
import type { MagentoClientOptions } from './options.ts';
import type { Customer } from './payloads/customer.ts';
import { collect } from './search/collect.ts';
import type { CustomerField } from './search/fields.ts';
import { searchCriteria } from './search/search-criteria.ts';

const START = { updatedAt: '1970-01-01 00:00:00', id: 0 };
const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const resource of open.splice(0)) await resource[Symbol.asyncDispose]();
});

async function setUp(shopOptions: ShopOptions = {}, options: Partial<MagentoClientOptions> = {}) {
  const shop = await startMagentoShop(shopOptions);
  const client = connect(shop, options);
  open.push(client, shop);
  return { shop, client };
}

function connect(shop: MagentoShop, options: Partial<MagentoClientOptions> = {}) {
  return createMagentoClient({
    baseUrl: shop.url,
    auth: { kind: 'admin', username: 'admin', password: 'Passw0rd123!' },
    budget: { concurrency: 2, requestsPerSecond: 10_000 },
    retry: { attempts: 3, baseDelayMs: 1, maxDelayMs: 50 },
    ...options,
  });
}

const byId = (left: Customer, right: Customer) => left.id - right.id;

describe('a shop of 2,500 recorded customers', () => {
  test('is read the same by changes, by id ranges and by page numbers', async () => {
    const { client } = await setUp();
    const byRange = await collect(client.customers.pagesInIdRange({ afterId: 0 }, { pageSize: 300 }), 3_000);
    const byChange = await collect(client.customers.pagesChangedSince(START, { pageSize: 200 }), 3_000);
    const sorted = searchCriteria<CustomerField>().sortBy('entity_id', 'ASC').pageSize(250);
    const byNumber = await collect(client.customers.numberedPages(sorted), 3_000);
    expect(byRange).toHaveLength(2_500);
    expect(byChange.toSorted(byId)).toEqual(byRange);
    expect(byNumber).toEqual(byRange);
    expect(await client.customers.largestId()).toBe(2_500);
  });

  test('is counted and its ids are listed', async () => {
    const { client } = await setUp();
    const range = searchCriteria<CustomerField>()
      .where('entity_id', 'gt', 1_000)
      .where('entity_id', 'lteq', 2_000);
    expect(await client.customers.count(range)).toBe(1_000);
    const ids: number[] = [];
    for await (const page of client.customers.idsInRange(
      { afterId: 1_000, upToId: 2_000 },
      { pageSize: 300 },
    )) {
      ids.push(...page.ids);
    }
    expect(ids).toEqual(Array.from({ length: 1_000 }, (_, index) => index + 1_001));
  });

  test('goes on inside a second that 600 customers share', async () => {
    const { client } = await setUp();
    const read: number[] = [];
    const start = { updatedAt: '2026-03-01 12:00:00', id: 650 };
    for await (const page of client.customers.pagesChangedSince(start, { pageSize: 100 })) {
      read.push(...page.items.map((customer) => customer.id));
      if (read.length >= 300) break;
    }
    expect(read.slice(0, 250)).toEqual(Array.from({ length: 250 }, (_, index) => index + 651));
    expect(read[250]).toBe(901);
  });

  test('shows its groups, store tree, attributes and modules', async () => {
    const { client } = await setUp();
    expect(await client.customerGroups.all()).toHaveLength(6);
    expect(await client.stores.websites()).toHaveLength(3);
    expect(await client.stores.storeGroups()).toHaveLength(3);
    expect(await client.stores.storeViews()).toHaveLength(6);
    const attributes = await client.customerAttributes.all('customer');
    expect(attributes.map((attribute) => attribute.code)).toEqual(
      expect.arrayContaining(['email', 'loyalty_code']),
    );
    expect(await client.modules.all()).toContain('Magento_Customer');
  });

  test('answers for one customer, and says when there is none', async () => {
    const { client } = await setUp();
    expect(await client.customers.get(28)).toMatchObject({ id: 28, websiteId: 2 });
    await expect(client.customers.get(999_999)).rejects.toBeInstanceOf(NotFoundError);
  });
});

describe('releases', () => {
  test.each(['2.3.7', '2.4.3', '2.4.4', '2.4.8'])(
    '%s: all customers are read, by numbers too',
    async (release) => {
      const { client } = await setUp({ release, population: { customers: 120 } });
      const pages = await collect(client.customers.pagesInIdRange({ afterId: 0 }, { pageSize: 50 }), 1_000);
      expect(pages).toHaveLength(120);
      const sorted = searchCriteria<CustomerField>().sortBy('entity_id', 'ASC').pageSize(60);
      expect(await collect(client.customers.numberedPages(sorted), 1_000)).toHaveLength(120);
    },
  );
});

describe('trouble', () => {
  test('a store code that does not exist is named as the likely cause', async () => {
    const { shop } = await setUp({ population: { customers: 1 } });
    await using client = connect(shop, { storeCode: 'nope' });
    const error = await client.stores.websites().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(BadRequestError);
    expect(String(error)).toContain('store code');
  });

  test('maintenance is waited for, and reported when it lasts', async () => {
    const { shop, client } = await setUp({ population: { customers: 3 } });
    await client.customers.largestId();
    shop.maintenance(true);
    const error = await client.customers.largestId().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(MaintenanceError);
    shop.maintenance(false);
    expect(await client.customers.largestId()).toBeGreaterThan(0);
  });

  test('a wrong password never locks the account', async () => {
    const { shop, client } = await setUp({ population: { customers: 1 } });
    await using wrong = connect(shop, { auth: { kind: 'admin', username: 'admin', password: 'nope' } });
    for (let attempt = 0; attempt < 10; attempt += 1) {
      await expect(wrong.stores.websites()).rejects.toThrow(/sign-in was incorrect|No login is tried/);
    }
    expect(await client.stores.websites()).toHaveLength(3);
  });

  test('an account without the right is told which right it lacks', async () => {
    const { shop } = await setUp({ population: { customers: 1 } });
    await using client = connect(shop, { auth: { kind: 'guest' } });
    const error = await client.customers.get(1).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PermissionError);
    expect(error).toMatchObject({ resources: ['Magento_Customer::customer'] });
  });
});
