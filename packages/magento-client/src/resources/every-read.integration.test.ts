import { type MagentoShop, startMagentoShop } from '@magento-sync/magento-testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createMagentoClient, type MagentoClient } from '../client.ts';
import { collect } from '../search/collect.ts';
import { type SearchCriteria, searchCriteria } from '../search/search-criteria.ts';
import { readExchange, readObjects } from '../testing/recordings.ts';
import { adminToken, SHOPPER } from '../testing/strategies.ts';

let shop: MagentoShop;
let magento: MagentoClient;
let shopper: MagentoClient;

beforeAll(async () => {
  shop = await startMagentoShop();
  const budget = { concurrency: 4, requestsPerSecond: 1_000 };
  const token = await adminToken(shop);
  magento = createMagentoClient({ baseUrl: shop.url, auth: { kind: 'bearer', token }, budget });
  shopper = createMagentoClient({ baseUrl: shop.url, auth: SHOPPER, budget });
});
afterAll(async () => {
  await magento[Symbol.asyncDispose]();
  await shopper[Symbol.asyncDispose]();
  await shop.stop();
});

const recorded = <T = Record<string, unknown>>(title: string) =>
  JSON.parse(readExchange('reads.json', title).response.body) as T;
const recordedTotal = (title: string) => recorded<{ total_count: number }>(title).total_count;
const ids = (rows: readonly { id: number }[]) => rows.map(({ id }) => id);
const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);
const all: SearchCriteria<'entity_id'> = searchCriteria<'entity_id'>();
const start = { updatedAt: '2000-01-01 00:00:00', id: 0 };
const sort = (numbers: readonly number[]) => numbers.toSorted((one, other) => one - other);
const raw = (rows: readonly { raw: unknown }[]) => rows.map((row) => row.raw);

/** The reads that orders, their documents and products have in common, each of the whole list. */
const listed = (name: 'orders' | 'invoices' | 'shipments' | 'creditMemos' | 'products', total: number) => ({
  [`${name}.search`]: async () => {
    const { items, totalCount } = await magento[name].search(all.sortBy('entity_id', 'ASC').pageSize(2));
    expect([ids(items), totalCount]).toEqual([[1, 2], total]);
  },
  [`${name}.all`]: async () =>
    expect(ids(await collect<{ id: number }>(magento[name].all(all), 100))).toEqual(upTo(total)),
  [`${name}.count`]: async () => expect(await magento[name].count(all)).toBe(total),
  [`${name}.pagesInIdRange`]: async () => {
    const rows = await collect<{ id: number }>(
      magento[name].pagesInIdRange({ afterId: 1, upToId: 4 }, { pageSize: 2 }),
      9,
    );
    expect(ids(rows)).toEqual([2, 3, 4]);
  },
  [`${name}.pagesChangedSince`]: async () => {
    const rows = await collect<{ id: number }>(magento[name].pagesChangedSince(start, { pageSize: 3 }), 100);
    expect(sort(ids(rows))).toEqual(upTo(total));
  },
});

/** Every function of the client that reads, with what the recordings say of its answer. */
const reads: Readonly<Record<string, () => Promise<unknown>>> = {
  ...listed('orders', 40),
  'orders.get': async () => {
    const orders = readObjects('orders.ndjson');
    expect((await magento.orders.get(3)).raw).toEqual(orders[2]);
    const complete = searchCriteria<'status'>().where('status', 'eq', 'complete');
    expect(await magento.orders.count(complete)).toBe(
      recordedTotal("complete orders (the seed article's filter)"),
    );
    expect(raw(await collect(magento.orders.all(complete), 100))).toEqual(
      orders.filter(({ status }) => status === 'complete'),
    );
  },
  ...listed('invoices', recordedTotal('invoices')),
  'invoices.get': async () => {
    expect((await magento.invoices.get(2)).raw).toEqual(recorded<{ items: unknown[] }>('invoices').items[1]);
  },
  ...listed('shipments', recordedTotal('shipments')),
  'shipments.get': async () => {
    expect((await magento.shipments.get(2)).raw).toEqual(
      recorded<{ items: unknown[] }>('shipments').items[1],
    );
  },
  ...listed('creditMemos', recordedTotal('credit memos')),
  'creditMemos.get': async () => {
    const { items } = recorded<{ items: unknown[] }>('credit memos');
    expect((await magento.creditMemos.get(2)).raw).toEqual(items[1]);
  },
  ...listed('products', recordedTotal('products')),
  'products.get': async () => {
    for (const product of readObjects('products.ndjson'))
      expect((await magento.products.get(String(product['sku']))).raw).toEqual(product);
  },
  'categories.tree': async () => {
    const tree = await magento.categories.tree();
    expect(tree).toMatchObject({ id: 2, name: 'Default Category', level: 1, productCount: 0 });
    expect((await magento.categories.tree({ rootCategoryId: 2, depth: 1 })).children).toEqual(
      tree.children.map((child) => expect.objectContaining({ id: child.id, children: [] })),
    );
  },
  'categories.get': async () => {
    expect(await magento.categories.get(3)).toMatchObject({
      id: 3,
      parentId: 2,
      isActive: true,
      path: '1/2/3',
    });
  },
  'categories.search': async () => {
    const below = searchCriteria<'parent_id' | 'entity_id'>().where('parent_id', 'eq', 2);
    const { items } = await magento.categories.search(below.sortBy('entity_id', 'ASC'));
    expect(ids(items)).toEqual(ids((await magento.categories.tree()).children));
  },
  'directory.currency': async () => {
    expect((await magento.directory.currency()).raw).toEqual(recorded('currency'));
  },
  'directory.country': async () => {
    expect((await magento.directory.country('HR')).raw).toEqual(recorded('country HR'));
  },
  'directory.countries': async () => {
    const countries = await magento.directory.countries();
    expect(raw(countries)).toContainEqual(recorded('country HR'));
    for (const country of countries)
      expect(await magento.directory.country(country.id ?? '')).toEqual(country);
  },
  'modules.all': async () => expect(await magento.modules.all()).toEqual(recorded('modules')),
  'customerGroups.all': async () => {
    const groups = await magento.customerGroups.all();
    expect(groups.map(({ id, code }) => ({ id, code }))).toEqual(
      recorded<{ items: { id: number; code: string }[] }>('groups').items.map(({ id, code }) => ({
        id,
        code,
      })),
    );
  },
  'customerGroups.get': async () => {
    const { code } = recorded<{ code: string }>('group 4');
    expect(await magento.customerGroups.get(4)).toMatchObject({ id: 4, code });
  },
  'customerGroups.default': async () => {
    expect(await magento.customerGroups.default()).toMatchObject({ id: 1, code: 'General' });
    expect(await magento.customerGroups.default(3)).toEqual(await magento.customerGroups.default());
  },
  'customerAttributes.all': async () => {
    const titles = { customer: 'customer attributes', customerAddress: 'address attributes' } as const;
    for (const entity of ['customer', 'customerAddress'] as const) {
      const attributes = recorded<{ attribute_code: string }[]>(titles[entity]);
      expect((await magento.customerAttributes.all(entity)).map(({ code }) => code)).toEqual(
        attributes.map(({ attribute_code }) => attribute_code),
      );
    }
  },
  'stores.websites': async () =>
    expect(ids(await magento.stores.websites())).toEqual(ids(recorded<{ id: number }[]>('websites'))),
  'stores.storeGroups': async () =>
    expect(ids(await magento.stores.storeGroups())).toEqual(ids(recorded<{ id: number }[]>('store groups'))),
  'stores.storeViews': async () =>
    expect(ids(await magento.stores.storeViews())).toEqual(ids(recorded<{ id: number }[]>('store views'))),
  'stores.storeConfigs': async () =>
    expect(ids(await magento.stores.storeConfigs())).toEqual(
      ids(recorded<{ id: number }[]>('store configs')),
    ),
  'customers.pagesByIds': async () => {
    const rows = await collect(magento.customers.pagesByIds([17, 3, 999_999], { pageSize: 1 }), 9);
    expect(ids(rows)).toEqual([3, 17]);
  },
  'customers.confirmationStatus': async () =>
    expect(await magento.customers.confirmationStatus(1)).toBe('account_confirmation_not_required'),
  'customers.address': async () =>
    expect(await magento.customers.address(1)).toMatchObject({ id: 1, city: recorded('address 1')['city'] }),
  'customers.defaultAddress': async () => {
    expect((await magento.customers.defaultAddress(1, 'billing'))?.id).toBe(
      recorded('billing address')['id'],
    );
    expect(await magento.customers.defaultAddress(3, 'billing')).toBeNull();
  },
  'customerAccounts.me': async () => {
    expect(await shopper.customerAccounts.me()).toEqual(await magento.customers.get(1));
  },
  'customerAccounts.myAddress': async () => {
    for (const kind of ['billing', 'shipping'] as const) {
      const mine = await shopper.customerAccounts.myAddress(kind);
      expect(mine).not.toBeNull();
      expect(mine).toEqual(await magento.customers.defaultAddress(1, kind));
    }
  },
};

/** Every other function of a resource, and why it is not walked over here. */
const others: Readonly<Record<string, string>> = {
  'customers: client.integration.test.ts, resources.integration.test.ts':
    'search get pagesChangedSince pagesInIdRange numberedPages count idsInRange largestId',
  'customers: these change the shop, or its mail':
    'create update delete deleteAddress resendConfirmation activate',
  'customers: the stand-in has no such route': 'validate',
  'customerAccounts: these change an account':
    'updateMe changePassword activateMe requestPasswordReset resetPassword revokeTokens',
  'customerAccounts: the stand-in has no such route': 'checkResetToken isEmailAvailable',
  'bulk: catalog-and-directory.test.ts, resources.integration.test.ts': 'submit submitMany status',
  'releaseSigns: release-signs.test.ts': 'verbRefusal announced credential',
  'cacheProbe: doctor.integration.test.ts of the worker': 'findCache',
  'soap: soap/soap.integration.test.ts': 'services wsdl call',
  'auth: no resource': 'authorize renew refreshIfDue',
};

test('no function of a resource is forgotten', () => {
  const offered = Object.entries(magento).flatMap(([resource, members]) =>
    Object.entries(members)
      .filter(([, member]) => typeof member === 'function')
      .map(([name]) => `${resource}.${name}`),
  );
  const accounted = Object.entries(others).flatMap(([reason, names]) =>
    names.split(' ').map((name) => `${reason.split(':')[0]}.${name}`),
  );
  const known = new Set([...Object.keys(reads), ...accounted]);
  expect(offered.filter((name) => !known.has(name))).toEqual([]);
  expect([...known].filter((name) => !offered.includes(name))).toEqual([]);
});

test.each(Object.entries(reads))('%s', async (_name, read) => {
  expect.hasAssertions();
  await read();
});
