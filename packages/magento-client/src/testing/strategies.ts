import { readFileSync } from 'node:fs';
import { type MagentoShop, type ShopOptions, startMagentoShop } from '@magento-sync/magento-testkit';
import type { AuthOptions, IntegrationAuthOptions } from '../auth/strategy.ts';
import { createMagentoClient, type MagentoClient } from '../client.ts';
import type { MagentoClientOptions } from '../options.ts';

export const ADMIN = { kind: 'admin', username: 'admin', password: 'Passw0rd123!' } as const;
export const SHOPPER = {
  kind: 'customer',
  username: 'customer1@example.com',
  password: 'Passw0rd123!',
} as const;
const TOTP_SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const CLOUD = {
  tenantId: 'tenant-1',
  clientId: 'client-1',
  clientSecret: 's3cret',
  organizationId: 'org@AdobeOrg',
};
const INTEGRATIONS = JSON.parse(
  readFileSync(new URL('../../../../recordings/integrations.json', import.meta.url), 'utf8'),
) as Record<string, Record<string, string>>;

/** The four credentials of an integration of the recorded shop. */
export function integration(name: string): IntegrationAuthOptions {
  const keys = INTEGRATIONS[name] ?? {};
  return {
    kind: 'integration',
    consumerKey: keys['consumer_key'] ?? '',
    consumerSecret: keys['consumer_secret'] ?? '',
    accessToken: keys['access_token'] ?? '',
    accessTokenSecret: keys['access_token_secret'] ?? '',
  };
}

/** One read with the client of a strategy. */
export type Read = (client: MagentoClient, signal?: AbortSignal) => Promise<unknown>;

/** One strategy in the battery of tests that all have to pass. */
export interface Candidate {
  /** How its shop differs from an ordinary one. */
  readonly shop?: ShopOptions;
  readonly auth: (shop: MagentoShop) => Promise<AuthOptions>;
  /** A read that only these credentials open; over SOAP where Magento takes them there. */
  readonly read: { readonly rest: Read; readonly soap?: Read };
  /** Part of the path of its login, when it has one. */
  readonly login?: string;
  /** How it takes the end of its credentials in the middle of the work. */
  readonly afterExpiry: 'logs in again' | 'is refused' | 'does not notice';
}

const REPOSITORY = 'customerCustomerRepositoryV1';
const customer = {
  rest: (client: MagentoClient, signal?: AbortSignal) => client.customers.get(2, { signal }),
  soap: (client: MagentoClient, signal?: AbortSignal) =>
    client.soap.call(REPOSITORY, 'GetById', { customerId: 2 }, { signal }),
};
const me = {
  rest: (client: MagentoClient, signal?: AbortSignal) => client.customerAccounts.me({ signal }),
  soap: (client: MagentoClient, signal?: AbortSignal) =>
    client.soap.call(REPOSITORY, 'GetSelf', {}, { signal }),
};

/** Every strategy, with and without what it can be combined with. */
export const candidates: Readonly<Record<string, Candidate>> = {
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
    auth: async (shop) => {
      const [customer] = shop.customers.all();
      return { kind: 'session', sessionId: shop.logInCustomer(customer?.email ?? '') };
    },
    read: { rest: me.rest },
    afterExpiry: 'is refused',
  },
  ims: {
    shop: { cloud: CLOUD },
    auth: async (shop) => ({ kind: 'ims', ...CLOUD, tokenUrl: `${shop.url}/ims/token/v3` }),
    read: { rest: customer.rest },
    login: '/ims/token/v3',
    afterExpiry: 'logs in again',
  },
  guest: {
    auth: async () => ({ kind: 'guest' }),
    read: {
      rest: (client, signal) => client.directory.currency({ signal }),
      soap: (client, signal) =>
        client.soap.call('directoryCurrencyInformationAcquirerV1', 'GetCurrencyInfo', {}, { signal }),
    },
    afterExpiry: 'does not notice',
  },
};

/** A token of the shop's administrator, as somebody else got it. */
export async function adminToken(shop: MagentoShop): Promise<string> {
  const { username, password } = ADMIN;
  await using client = createMagentoClient({ baseUrl: shop.url, auth: { kind: 'guest' }, allowWrites: true });
  return await client.post<string>('/V1/integration/admin/token', { body: { username, password } });
}

/** A shop with few customers. */
export function startSmallShop(options: ShopOptions = {}): Promise<MagentoShop> {
  return startMagentoShop({ population: { customers: 5, seed: 1 }, ...options });
}

/** A client of that shop; the shop's memory of requests is empty afterwards. */
export async function connect(
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
