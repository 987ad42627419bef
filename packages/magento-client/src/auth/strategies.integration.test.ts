import { readFileSync } from 'node:fs';
import { type MagentoShop, startMagentoShop } from '@magento-sync/magento-testkit';
import { describe, expect, test } from 'vitest';
import { createMagentoClient, type MagentoClient } from '../client.ts';
import { PermissionError } from '../errors.ts';
import type { MagentoClientOptions } from '../options.ts';
import type { AuthOptions } from './strategy.ts';

const ADMIN = { kind: 'admin', username: 'admin', password: 'Passw0rd123!' } as const;
const SHOPPER = { kind: 'customer', username: 'customer1@example.com', password: 'Passw0rd123!' } as const;
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

const startShop = () => startMagentoShop({ population: { customers: 5, seed: 1 } });

async function connect(
  candidate: Candidate,
  shop: MagentoShop,
  options: Partial<MagentoClientOptions> = {},
): Promise<MagentoClient> {
  const client = createMagentoClient({
    baseUrl: shop.url,
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
    await using shop = await startShop();
    await using client = await connect(candidate, shop);
    const answers = await Promise.all(Array.from({ length: 24 }, () => candidate.read(client)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(logins(candidate, shop)).toBe(candidate.login === undefined ? 0 : 1);
  });

  test(`${candidate.afterExpiry} when its credentials end in the middle`, async () => {
    await using shop = await startShop();
    await using client = await connect(candidate, shop);
    await candidate.read(client);
    shop.clock.advance(5 * 3_600_000);
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
    await using shop = await startShop();
    shop.clock.set(new Date(Date.now() + skewMs));
    await using client = await connect(candidate, shop);
    await candidate.read(client);
    await candidate.read(client);
    expect(logins(candidate, shop)).toBe(candidate.login === undefined ? 0 : 1);
  });

  test('stops when it is told to, and works on afterwards', async () => {
    await using shop = await startShop();
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
    await using shop = await startShop();
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
      'an integration with rights elsewhere',
      integration('Only CMS pages'),
      '/V1/customers/2',
      'missing_right',
      'Magento_Customer::customer',
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

  test('an expired token', async () => {
    await using shop = await startShop();
    const token = await adminToken(shop);
    shop.clock.advance(2 * 3_600_000);
    await using client = createMagentoClient({ baseUrl: shop.url, auth: { kind: 'bearer', token } });
    const error = await client.customers.get(2).catch((cause: unknown) => cause);
    expect(error).toMatchObject({ reason: 'expired', resources: ['Magento_Customer::customer'] });
  });
});
