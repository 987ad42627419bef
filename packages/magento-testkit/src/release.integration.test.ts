import { describe, expect, test } from 'vitest';
import { releaseOf } from './release.ts';
import { type MagentoShop, type ShopOptions, startMagentoShop } from './shop.ts';
import { adminToken, type JsonAnswer, type ListBody, searchPath, send } from './testing/rest-client.ts';

interface SignedIn {
  readonly shop: MagentoShop;
  readonly token: string;
}

/** Asks a shop of a release as its administrator. */
async function on<T>(
  release: string,
  work: (signedIn: SignedIn) => Promise<T>,
  options: ShopOptions = {},
): Promise<T> {
  await using shop = await startMagentoShop({ release, population: { customers: 30 }, ...options });
  // Awaited here: the shop must live until the work is done.
  return await work({ shop, token: await adminToken(shop) });
}

const list = (answer: JsonAnswer) => answer.body as ListBody;

test('a text that is no release is refused', () => {
  expect(() => releaseOf('1.9.4')).toThrow('"1.9.4" is no release of Magento');
});

test.each([
  ['2.3.7', 200, undefined],
  ['2.4.0', 500, false],
  ['2.4.2-p2', 500, false],
  ['2.4.3', 200, false],
] as const)(
  'V2, %s: a list with a customer who is subscribed twice answers %i',
  async (release, status, flag) => {
    await on(release, async ({ shop, token }) => {
      const [id, other] = shop.customers.ids() as [number, number];
      shop.customers.subscribe(other, false);
      shop.customers.subscribeTwice(id);
      const page = await send(shop, 'GET', searchPath([['entity_id', 'lteq', String(other)]]), { token });
      expect(page.status).toBe(status);
      expect((await send(shop, 'GET', `/V1/customers/${id}`, { token })).status).toBe(200);
      const rest = await send(shop, 'GET', searchPath([['entity_id', 'eq', String(other)]]), { token });
      const { extension_attributes: extension } = list(rest).items[0] as unknown as {
        extension_attributes?: { is_subscribed: boolean };
      };
      expect(extension?.is_subscribed).toBe(flag);
    });
  },
);

test('a customer of listPoison breaks lists on any release, and says why in developer mode', async () => {
  await on(
    '2.4.7',
    async ({ shop, token }) => {
      const [id] = shop.customers.ids() as [number];
      shop.listPoison.add(id);
      const { status, body } = await send(shop, 'GET', searchPath([]), { token });
      expect(status).toBe(500);
      expect(body).toMatchObject({
        message: expect.stringContaining(`with the same ID "${id}" already exists`),
      });
      expect((await send(shop, 'GET', `/V1/customers/${id}`, { token })).status).toBe(200);
    },
    { mode: 'developer' },
  );
});

test.each([
  ['2.4.3-p3', /^[0-9a-z]{32}$/, 240],
  ['2.4.4', /^eyJraWQiOiIxIiwiYWxnIjoiSFMyNTYifQ\./, 60],
])('V3, %s: tokens look like %s and live %i minutes', async (release, pattern, minutes) => {
  await on(release, async ({ shop, token }) => {
    expect(token).toMatch(pattern);
    shop.clock.advance(minutes * 60_000 - 2_000);
    expect((await send(shop, 'GET', '/V1/store/websites', { token })).status).toBe(200);
    shop.clock.advance(3_000);
    expect((await send(shop, 'GET', '/V1/store/websites', { token })).status).toBe(401);
  });
});

test.each([
  ['2.4.4', 400, 'Request method is invalid.'],
  ['2.4.5', 405, 'The PATCH HTTP method is not supported.'],
])('V8, %s: PATCH answers %i', async (release, status, message) => {
  await on(release, async ({ shop }) => {
    expect(await send(shop, 'PATCH', '/V1/customers/1')).toEqual({ status, body: { message } });
  });
});

test.each([
  ['2.4.6', 500],
  ['2.4.7', 400],
])('V9, %s: an unknown property answers %i', async (release, status) => {
  await on(release, async ({ shop, token }) => {
    const path = '/V1/customers/search?searchCriteria[foo]=1';
    expect((await send(shop, 'GET', path, { token })).status).toBe(status);
    const body = { customer: { email: 'a@example.com', firstname: 'A', lastname: 'B', nope: 1 } };
    expect((await send(shop, 'POST', '/V1/customers', { token, body })).status).toBe(status);
  });
});

describe('V10: limits that are always on', () => {
  test.each([
    ['2.3.7', 30, 200],
    ['2.3.7-p1', 20, 400],
    ['2.3.7-p2', 20, 400],
    ['2.3.7-p3', 30, 200],
    ['2.4.3', 20, 400],
    ['2.4.3-p1', 20, 400],
    ['2.4.3-p2', 30, 200],
  ])('%s: %i rows without a page size, and pageSize 301 answers %i', async (release, rows, status) => {
    await on(release, async ({ shop, token }) => {
      const { items, total_count } = list(await send(shop, 'GET', searchPath([]), { token }));
      expect([items.length, total_count]).toEqual([rows, 30]);
      const large = (spelling: string) =>
        send(shop, 'GET', searchPath([], { [`searchCriteria[${spelling}]`]: '301' }), { token });
      expect((await large('pageSize')).status).toBe(status);
      expect((await large('page_size')).status).toBe(200);
    });
  });

  test.each([
    ['2.4.5', 20],
    ['2.4.6', 30],
  ])('%s with its usual limits: %i rows without a page size', async (release, rows) => {
    await on(
      release,
      async ({ shop, token }) => {
        expect(list(await send(shop, 'GET', searchPath([]), { token })).items).toHaveLength(rows);
        const large = searchPath([], { 'searchCriteria[pageSize]': '301' });
        expect((await send(shop, 'GET', large, { token })).body).toEqual({
          message: 'Maximum SearchCriteria pageSize is %max',
          parameters: { max: 300 },
        });
      },
      { inputLimits: 'usual' },
    );
  });
});

test('a limit that cuts silently keeps the count true', async () => {
  await on(
    '2.4.7',
    async ({ shop, token }) => {
      const page = searchPath([], { 'searchCriteria[page_size]': '25' });
      const cut = list(await send(shop, 'GET', page, { token }));
      expect([cut.items.length, cut.total_count]).toEqual([10, 30]);
      shop.cutPagesTo(undefined);
      expect(list(await send(shop, 'GET', page, { token })).items).toHaveLength(25);
    },
    { cutPagesTo: 10 },
  );
});

test('V12: 2.3 has no two-factor sign-in', async () => {
  await expect(startMagentoShop({ release: '2.3.7', twoFactor: {} })).rejects.toThrow('came with 2.4.0');
});

test.each([
  ['2.4.5', 404],
  ['2.4.6', 200],
])('V13, %s: revoking the token of a customer answers %i', async (release, status) => {
  await on(release, async ({ shop }) => {
    const { email } = shop.customers.all()[0]!;
    const login = { username: email, password: 'Passw0rd123!' };
    const { body } = await send(shop, 'POST', '/V1/integration/customer/token', { body: login });
    const revoke = await send(shop, 'POST', '/V1/integration/customer/revoke-customer-token', {
      token: String(body),
    });
    expect(revoke.status).toBe(status);
  });
});

test.each([
  ['2.4.0', 200, 200],
  ['2.4.1', 401, 401],
])(
  'V14, %s: a customer in another website reads himself with %i, below "all" with %i',
  async (release, ...expected) => {
    await on(release, async ({ shop }) => {
      const { email } = shop.customers.all()[0]!;
      const login = { username: email, password: 'Passw0rd123!' };
      const { body } = await send(shop, 'POST', '/default/V1/integration/customer/token', { body: login });
      const token = String(body);
      const me = async (scope: string) =>
        (await send(shop, 'GET', `/${scope}/V1/customers/me`, { token })).status;
      expect([await me('default'), await me('second')]).toEqual([200, 200]);
      expect([await me('eu_de'), await me('all')]).toEqual(expected);
    });
  },
);

test('a customer signs in to the website of the store view, where the same address is somebody else', async () => {
  await on('2.4.7', async ({ shop }) => {
    const email = 'twice@example.com';
    const base = shop.customers.create({ email });
    const eu = shop.customers.create({ email, website_id: 2, store_id: 3 });
    const whoAmI = async (scope: string) => {
      const login = { username: email, password: 'Passw0rd123!' };
      const { body } = await send(shop, 'POST', `${scope}/V1/integration/customer/token`, { body: login });
      const me = await send(shop, 'GET', `${scope}/V1/customers/me`, { token: String(body) });
      return (me.body as { id: number }).id;
    };
    expect([await whoAmI('/default'), await whoAmI('/eu_fr'), await whoAmI('')]).toEqual([
      base.id,
      eu.id,
      base.id,
    ]);
  });
});

test.each([
  ['2.4.0-p1', 400, undefined],
  ['2.4.1', 200, '1990-01-01'],
])('V15, %s: a save without the e-mail address answers %i', async (release, status, dob) => {
  await on(release, async ({ shop, token }) => {
    const { id, email } = shop.customers.all()[0]!;
    shop.customers.save(id, { dob: '1990-01-01' });
    const save = (customer: object) =>
      send(shop, 'PUT', `/V1/customers/${id}`, { token, body: { customer } });
    expect((await save({ firstname: 'New' })).status).toBe(status);
    expect((await save({ email, firstname: 'A', lastname: 'B' })).status).toBe(200);
    expect(shop.customers.get(id)?.dob).toBe(dob);
  });
});

test.each([
  ['2.3.5', 'Magento_Customer::manage'],
  ['2.3.6', 'Magento_Customer::delete'],
  ['2.4.0', 'Magento_Customer::manage'],
  ['2.4.0-p1', 'Magento_Customer::delete'],
])('V16, %s: deleting a customer needs %s', async (release, resource) => {
  await on(release, async ({ shop }) => {
    const token = await adminToken(shop, 'catalog');
    const [id] = shop.customers.ids();
    expect(await send(shop, 'DELETE', `/V1/customers/${id}`, { token })).toMatchObject({
      status: 401,
      body: { parameters: { resources: resource } },
    });
  });
});

test.each([
  ['2.3.0', 'Magento_Sales::sales'],
  ['2.3.1', 'Magento_Sales::actions_view'],
])('V17, %s: reading orders needs %s', async (release, resource) => {
  await on(release, async ({ shop }) => {
    const token = await adminToken(shop, 'catalog');
    const { body } = await send(shop, 'GET', '/V1/orders?searchCriteria=', { token });
    expect(body).toMatchObject({ parameters: { resources: resource } });
  });
});

test.each([
  ['2.4.7', [101, 102]],
  ['2.4.8', [102, 101]],
])('V18, %s: addresses come in the order %j', async (release, order) => {
  await on(release, async ({ shop, token }) => {
    const { id } = shop.customers.create();
    shop.customers.addAddress(id, { id: 101 });
    shop.customers.addAddress(id, { id: 102, default_shipping: true });
    const ids = (body: unknown) => (body as { addresses: { id: number }[] }).addresses.map((one) => one.id);
    expect(ids((await send(shop, 'GET', `/V1/customers/${id}`, { token })).body)).toEqual(order);
    const found = list(await send(shop, 'GET', searchPath([['entity_id', 'eq', String(id)]]), { token }));
    expect(ids(found.items[0])).toEqual(order);
  });
});

test.each([
  ['2.3.1', 0],
  ['2.3.2', 1],
])(
  'V19, %s: a filter on an attribute or the id finds %i customers without a value',
  async (release, count) => {
    await on(release, async ({ shop, token }) => {
      const { id } = shop.customers.create();
      const either = (index: number, field: string, value: string) => ({
        [`searchCriteria[filter_groups][0][filters][${index}][field]`]: field,
        [`searchCriteria[filter_groups][0][filters][${index}][value]`]: value,
      });
      const path = searchPath([], {
        ...either(0, 'loyalty_code', 'none'),
        ...either(1, 'entity_id', String(id)),
      });
      expect(list(await send(shop, 'GET', path, { token })).total_count).toBe(count);
    });
  },
);

test.each([
  ['2.4.7-p1', 200],
  ['2.4.7-p2', 401],
  ['2.4.4-p9', 200],
  ['2.4.4-p10', 401],
  ['2.4.3', 200],
])('V20, %s: after a new encryption key an older token answers %i', async (release, status) => {
  await on(release, async ({ shop, token }) => {
    shop.rotateEncryptionKey();
    expect((await send(shop, 'GET', '/V1/store/websites', { token })).status).toBe(status);
    expect((await send(shop, 'GET', '/V1/store/websites', { token: await adminToken(shop) })).status).toBe(
      200,
    );
  });
});

test.each([
  ['2.3.0', 1],
  ['2.3.1', 29],
])('V23, %s: nfinset finds %i customers', async (release, count) => {
  await on(release, async ({ shop, token }) => {
    const { email } = shop.customers.all()[0]!;
    const answer = await send(shop, 'GET', searchPath([['email', 'nfinset', email]]), { token });
    expect(list(answer).total_count).toBe(count);
  });
});

test.each([
  ['2.4.5', 40],
  ['2.4.6', 2],
])('V11, %s: from and to in one group find %i orders', async (release, count) => {
  await on(release, async ({ shop, token }) => {
    const filter = (index: number, condition: string, value: string) =>
      `searchCriteria[filter_groups][0][filters][${index}][field]=entity_id&searchCriteria[filter_groups][0][filters][${index}][condition_type]=${condition}&searchCriteria[filter_groups][0][filters][${index}][value]=${value}`;
    const path = `/V1/orders?${filter(0, 'from', '3')}&${filter(1, 'to', '4')}`;
    expect(list(await send(shop, 'GET', path, { token })).total_count).toBe(count);
  });
});

test.each([
  ['2.4.7', 'signatureResponse', 400],
  ['2.4.8', 'passcode', 404],
])('V24, %s: Duo asks for %s', async (release, argument, dataStatus) => {
  await using shop = await startMagentoShop({
    release,
    population: { customers: 1 },
    twoFactor: { providers: ['duo_security'] },
  });
  const post = (path: string) =>
    send(shop, 'POST', `/V1/tfa/provider/duo_security/${path}`, {
      body: { username: 'admin', password: 'Passw0rd123!' },
    });
  expect((await post('authenticate')).body).toMatchObject({ parameters: { fieldName: argument } });
  expect((await post('get-authentication-data')).status).toBe(dataStatus);
});

test.each([
  ['2.4.3', 401],
  ['2.4.4', 400],
])(
  'V7, %s: a broken OAuth header at SOAP answers %i, as it is ignored or looked at',
  async (release, status) => {
    await on(release, async ({ shop }) => {
      const headers = { authorization: 'OAuth oauth_consumer_key="nobody"' };
      const address = `${shop.url}/soap/default?wsdl=1&services=customerCustomerRepositoryV1`;
      expect((await fetch(address, { headers })).status).toBe(status);
    });
  },
);
