import { type MagentoShop, startMagentoShop } from '@magento-sync/magento-testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMagentoClient, type MagentoClient } from '../client.ts';
import { BadRequestError, NotFoundError } from '../errors.ts';
import { collect } from '../search/collect.ts';
import type { CustomerField } from '../search/fields.ts';
import { searchCriteria } from '../search/search-criteria.ts';
import { integration } from '../testing/strategies.ts';
import type { OrderField } from './orders.ts';

let shop: MagentoShop;
let magento: MagentoClient;
beforeAll(async () => {
  shop = await startMagentoShop();
  magento = createMagentoClient({
    baseUrl: shop.url,
    auth: integration('Full access'),
    allowWrites: true,
    budget: { concurrency: 4, requestsPerSecond: 1_000 },
  });
});
afterAll(async () => {
  await magento[Symbol.asyncDispose]();
  await shop.stop();
});

describe('every resource is read with signed requests', () => {
  test('complete orders, by resource and by any endpoint', async () => {
    const complete = searchCriteria<OrderField>().where('status', 'eq', 'complete').pageSize(2);
    const orders = await collect(magento.orders.all(complete), 100);
    expect(orders.length).toBeGreaterThan(2);
    expect(new Set(orders.map(({ status }) => status))).toEqual(new Set(['complete']));
    expect(await magento.orders.count(complete)).toBe(orders.length);
    const rows = magento.search<{ entity_id: number }>('/V1/orders', complete);
    expect((await collect(rows, 100)).map(({ entity_id }) => entity_id)).toEqual(orders.map(({ id }) => id));
  });

  test.each(['invoices', 'shipments', 'creditMemos'] as const)('%s', async (name) => {
    const { items } = await magento[name].search(searchCriteria<'entity_id'>().sortBy('entity_id', 'ASC'));
    expect(items.length).toBeGreaterThan(0);
    expect(items.map(({ orderId }) => orderId).every((id) => Number.isSafeInteger(id))).toBe(true);
  });

  test('products', async () => {
    const { items: products } = await magento.products.search(searchCriteria<'sku'>().sortBy('sku', 'ASC'));
    expect(products).toHaveLength(8);
    expect(new Set(products.map(({ sku }) => sku)).size).toBe(8);
  });

  test('currency, country, groups and modules', async () => {
    expect((await magento.directory.currency()).baseCurrencyCode).toBe('USD');
    expect((await magento.directory.country('HR')).twoLetterAbbreviation).toBe('HR');
    const groups = await magento.customerGroups.all();
    expect(await magento.customerGroups.get(0)).toEqual(groups[0]);
    expect(await magento.modules.all()).toContain('Magento_Customer');
  });
});

describe('customers are written with signed requests', () => {
  test('created, changed, checked and deleted', async () => {
    const created = await magento.customers.create(
      { email: 'grace@example.com', firstname: 'Grace', lastname: 'Hopper', website_id: 1 },
      { password: 'Passw0rd123!' },
    );
    const { id } = created;
    expect(await magento.customers.get(id)).toMatchObject({ email: 'grace@example.com', websiteId: 1 });
    expect((await magento.customers.update(id, { lastname: 'Murray' })).lastname).toBe('Murray');
    const byEmail = searchCriteria<CustomerField>().where('email', 'eq', 'grace@example.com');
    expect((await magento.customers.search(byEmail)).items.map((found) => found.lastname)).toEqual([
      'Murray',
    ]);
    await magento.customers.delete(id);
    await expect(magento.customers.get(id)).rejects.toThrow(NotFoundError);
    await expect(magento.customers.delete(id)).rejects.toThrow(NotFoundError);
  });

  test('an address is read and deleted', async () => {
    const { addresses } = await magento.customers.get(1);
    const address = addresses[0]!;
    expect(await magento.customers.address(address.id)).toMatchObject({ id: address.id, city: address.city });
    expect(await magento.customers.defaultAddress(1, 'billing')).toMatchObject({ customerId: 1 });
    await magento.customers.deleteAddress(addresses.at(-1)!.id);
    expect((await magento.customers.get(1)).addresses).toHaveLength(addresses.length - 1);
  });

  test('what the shop refuses says why', async () => {
    await expect(magento.customers.create({ email: 'customer2@example.com' })).rejects.toThrow(
      BadRequestError,
    );
  });

  test('in bulk, later', async () => {
    const customer = { email: 'later@example.com', firstname: 'L', lastname: 'A', website_id: 1 };
    const one = await magento.bulk.submit('POST', '/V1/customers', { customer });
    expect(one.bulkUuid).toMatch(/^[\da-f-]{36}$/);
    expect(one.items.map(({ status }) => status)).toEqual(['accepted']);
  });
});
