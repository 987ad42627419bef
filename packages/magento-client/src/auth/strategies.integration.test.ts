import { readFileSync } from 'node:fs';
import { type MagentoShop, type ShopOptions, startMagentoShop } from '@magento-sync/magento-testkit';
import { describe, expect, test } from 'vitest';
import { createMagentoClient, type MagentoClient } from '../client.ts';
import { PermissionError } from '../errors.ts';
import type { MagentoClientOptions } from '../options.ts';
import type { AuthOptions } from './strategy.ts';

const ADMIN = { kind: 'admin', username: 'admin', password: 'Passw0rd123!' } as const;
const SHOPPER = { kind: 'customer', username: 'customer1@example.com', password: 'Passw0rd123!' } as const;
const TOTP_SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const CLOUD = {
  tenantId: 'tenant-1',
  clientId: 'client-1',
  clientSecret: 's3cret',
  organizationId: 'org@AdobeOrg',
};
const INTEGRATIONS = JSON.parse(
  readFileSync(new URL('../../../../recordings/integrations.json', import.meta.url), 'utf8'),
) as Record<
  string,
  Record<'consumer_key' | 'consumer_secret' | 'access_token' | 'access_token_secret', string>
>;

function integration(name: string): AuthOptions {
  const keys = INTEGRATIONS[name]!;
  return {
    kind: 'integration',
    consumerKey: keys.consumer_key,
    consumerSecret: keys.consumer_secret,
    accessToken: keys.access_token,
    accessTokenSecret: keys.access_token_secret,
  };
}

/** One strategy in the battery. */
interface Candidate {
  /** How its shop differs from an ordinary one. */
  readonly shop?: ShopOptions;
  readonly auth: (shop: MagentoShop) => Promise<AuthOptions>;
  /** A read that only these credentials open. */
  readonly read: (client: MagentoClient, signal?: AbortSignal) => Promise<unknown>;
  /** Part of the path of its login, when it has one. */
  readonly login?: string;
  /** How it takes the end of its credentials in the middle of the work. */
  readonly afterExpiry: 'logs in again' | 'is refused' | 'does not notice';
}

const customer = (client: MagentoClient, signal?: AbortSignal) => client.customers.get(2, { signal });
const me = (client: MagentoClient, signal?: AbortSignal) => client.customerAccounts.me({ signal });

const candidates: Record<string, Candidate> = {
  admin: {
    auth: async () => ADMIN,
    read: customer,
    login: '/V1/integration/admin/token',
    afterExpiry: 'logs in again',
  },
  integration: {
    auth: async () => integration('Full access'),
    read: customer,
    afterExpiry: 'does not notice',
  },
  bearer: {
    auth: async (shop) => ({ kind: 'bearer', token: await adminToken(shop) }),
    read: customer,
    afterExpiry: 'is refused',
  },
  customer: {
    auth: async () => SHOPPER,
    read: me,
    login: '/V1/integration/customer/token',
    afterExpiry: 'logs in again',
  },
  'admin with a second factor': {
    shop: { twoFactor: { secrets: { admin: TOTP_SECRET } } },
    auth: async () => ({ ...ADMIN, totpSecret: TOTP_SECRET }),
    read: customer,
    login: '/V1/tfa/provider/google/authenticate',
    afterExpiry: 'logs in again',
  },
  session: {
    shop: { population: 'recorded' },
    auth: async (shop) => ({ kind: 'session', sessionId: shop.logInCustomer(SHOPPER.username) }),
    read: me,
    afterExpiry: 'is refused',
  },
  ims: {
    shop: { cloud: CLOUD },
    auth: async (shop) => ({ kind: 'ims', ...CLOUD, tokenUrl: `${shop.url}/ims/token/v3` }),
    read: customer,
    login: '/ims/token/v3',
    afterExpiry: 'logs in again',
  },
  guest: {
    auth: async () => ({ kind: 'guest' }),
    read: (client, signal) => client.directory.currency({ signal }),
    afterExpiry: 'does not notice',
  },
};

async function adminToken(shop: MagentoShop): Promise<string> {
  const { username, password } = ADMIN;
  await using client = createMagentoClient({ baseUrl: shop.url, auth: { kind: 'guest' }, allowWrites: true });
  return await client.post<string>('/V1/integration/admin/token', { body: { username, password } });
}

const startShop = (options: ShopOptions = {}) =>
  startMagentoShop({ population: { customers: 5, seed: 1 }, ...options });

async function connect(
  candidate: Candidate,
  shop: MagentoShop,
  options: Partial<MagentoClientOptions> = {},
): Promise<MagentoClient> {
  const client = createMagentoClient({
    baseUrl: shop.apiUrl,
    auth: await candidate.auth(shop),
    budget: { concurrency: 8, requestsPerSecond: 1_000 },
    retry: { baseDelayMs: 1 },
    ...options,
  });
  shop.requests.clear();
  return client;
}

const logins = (candidate: Candidate, shop: MagentoShop) =>
  candidate.login === undefined ? 0 : shop.requests.count(candidate.login, 'POST');

describe.each(Object.entries(candidates))('%s', (_kind, candidate) => {
  test('serves many calls at once with at most one login', async () => {
    await using shop = await startShop(candidate.shop);
    await using client = await connect(candidate, shop);
    const answers = await Promise.all(Array.from({ length: 24 }, () => candidate.read(client)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(logins(candidate, shop)).toBe(candidate.login === undefined ? 0 : 1);
  });

  test(`${candidate.afterExpiry} when its credentials end in the middle`, async () => {
    await using shop = await startShop(candidate.shop);
    await using client = await connect(candidate, shop);
    await candidate.read(client);
    shop.clock.advance(25 * 3_600_000);
    const outcomes = await Promise.allSettled(Array.from({ length: 6 }, () => candidate.read(client)));
    const isRefused = candidate.afterExpiry === 'is refused';
    expect(outcomes.map(({ status }) => status)).toEqual(
      outcomes.map(() => (isRefused ? 'rejected' : 'fulfilled')),
    );
    expect(logins(candidate, shop)).toBe(candidate.afterExpiry === 'logs in again' ? 2 : 0);
  });

  test.each([
    ['ahead', 3 * 3_600_000],
    ['behind', -3 * 3_600_000],
  ])('works with a shop whose clock is %s', async (_title, skewMs) => {
    await using shop = await startShop(candidate.shop);
    shop.clock.set(new Date(Date.now() + skewMs));
    await using client = await connect(candidate, shop);
    await candidate.read(client);
    await candidate.read(client);
    expect(logins(candidate, shop)).toBe(candidate.login === undefined ? 0 : 1);
  });

  test('stops when it is told to, and works on afterwards', async () => {
    await using shop = await startShop(candidate.shop);
    await using client = await connect(candidate, shop);
    shop.faults.add({ answer: { kind: 'delay', milliseconds: 20_000 } });
    const abort = new AbortController();
    const call = candidate.read(client, abort.signal);
    abort.abort(new Error('enough'));
    await expect(call).rejects.toThrow('enough');
    await expect(candidate.read(client, abort.signal)).rejects.toThrow('enough');
    shop.faults.clear();
    expect(await candidate.read(client)).toBeDefined();
  });

  test('proves itself anew when an answer was lost', async () => {
    await using shop = await startShop(candidate.shop);
    await using client = await connect(candidate, shop);
    await candidate.read(client);
    shop.requests.clear();
    // The shop has done its work and remembers the nonce: the same header again would be refused.
    shop.faults.add({ times: 2, answer: { kind: 'drop-answer' } });
    expect(await candidate.read(client)).toBeDefined();
    expect(shop.faults.struck).toBe(2);
    expect(shop.requests.all()).toHaveLength(3);
    expect(logins(candidate, shop)).toBe(0);
  });
});

describe('why a route is closed', () => {
  const refusal = async (auth: AuthOptions, path: string) => {
    await using shop = await startShop();
    await using client = createMagentoClient({ baseUrl: shop.url, auth });
    return await client.get(path).catch((error: unknown) => error);
  };

  test.each([
    [
      'an integration without the right',
      integration('Only customers'),
      '/V1/store/storeViews',
      'missing_right',
      'Magento_Backend::store',
    ],
    [
      'an inactive integration',
      integration('Inactive'),
      '/V1/customers/2',
      'inactive_integration',
      'Magento_Customer::customer',
    ],
    [
      'an integration’s token as bearer',
      { kind: 'bearer', token: INTEGRATIONS['Full access']!.access_token },
      '/V1/customers/2',
      'bearer_switched_off',
      'Magento_Customer::customer',
    ],
    ['a shopper', SHOPPER, '/V1/customers/2', 'shopper', 'Magento_Customer::customer'],
    ['a guest', { kind: 'guest' }, '/V1/customers/me', 'guest', 'self'],
  ] as const)('%s', async (_title, auth, path, reason, resource) => {
    const error = await refusal(auth, path);
    expect(error).toBeInstanceOf(PermissionError);
    expect(error).toMatchObject({ reason, resources: [resource], status: 401 });
  });

  test('an integration with one other right', async () => {
    const keys = {
      consumerKey: 'k'.repeat(32),
      consumerSecret: 's'.repeat(32),
      accessToken: 't'.repeat(32),
      accessTokenSecret: 'u'.repeat(32),
    };
    const integrations = [{ name: 'Groups', active: true, resources: ['Magento_Customer::group'], ...keys }];
    await using shop = await startShop({ integrations });
    await using client = createMagentoClient({ baseUrl: shop.url, auth: { kind: 'integration', ...keys } });
    const error = await client.customers.get(2).catch((cause: unknown) => cause);
    expect(error).toMatchObject({ reason: 'missing_right', resources: ['Magento_Customer::customer'] });
    expect((await client.customerGroups.all()).length).toBeGreaterThan(0);
  });

  test('an expired token', async () => {
    await using shop = await startShop();
    const token = await adminToken(shop);
    shop.clock.advance(2 * 3_600_000);
    await using client = createMagentoClient({ baseUrl: shop.url, auth: { kind: 'bearer', token } });
    const error = await client.customers.get(2).catch((cause: unknown) => cause);
    expect(error).toMatchObject({ reason: 'expired', resources: ['Magento_Customer::customer'] });
  });
});
