import type { ShopOptions } from '@magento-sync/magento-testkit';
import { expect, test } from 'vitest';
import { runCommand } from '../../testing/cli-process.ts';
import { customersOfCopy } from '../../testing/compare-copy.ts';
import { startShopAndCopy } from '../../testing/shop-and-copy.ts';
import { administrator } from '../../testing/sync-harness.ts';

const integration = {
  name: 'Sync',
  active: true,
  resources: ['Magento_Customer::customer', 'Magento_Customer::group', 'Magento_Backend::store'],
  consumerKey: 'a'.repeat(32),
  consumerSecret: 'b'.repeat(32),
  accessToken: 'c'.repeat(32),
  accessTokenSecret: 'd'.repeat(32),
};
const cloud = {
  tenantId: 'tenant-1',
  clientId: 'client-1',
  clientSecret: 'client-secret',
  organizationId: 'org@AdobeOrg',
};

async function start(options: ShopOptions = {}) {
  const { shop, copy } = await startShopAndCopy({
    population: { customers: 5 },
    integrations: [integration],
    ...options,
  });
  const environment = { MAGENTO_BASE_URL: shop.apiUrl, MAGENTO_SHOP: 'test', DATABASE_URL: copy.url };
  return { shop, url: copy.url, environment };
}

test.each<[kind: string, ShopOptions, variables: (shopUrl: string) => Record<string, string>]>([
  [
    'admin',
    {},
    () => ({ MAGENTO_USERNAME: administrator.username, MAGENTO_PASSWORD: administrator.password }),
  ],
  [
    'admin',
    { twoFactor: { secrets: { admin: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP' } } },
    () => ({
      MAGENTO_USERNAME: administrator.username,
      MAGENTO_PASSWORD: administrator.password,
      MAGENTO_TOTP_SECRET: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
    }),
  ],
  [
    'integration',
    {},
    () => ({
      MAGENTO_CONSUMER_KEY: integration.consumerKey,
      MAGENTO_CONSUMER_SECRET: integration.consumerSecret,
      MAGENTO_ACCESS_TOKEN: integration.accessToken,
      MAGENTO_ACCESS_TOKEN_SECRET: integration.accessTokenSecret,
    }),
  ],
  ['bearer', { integrationAsBearer: true }, () => ({ MAGENTO_BEARER_TOKEN: integration.accessToken })],
  [
    'ims',
    { cloud },
    (shopUrl) => ({
      MAGENTO_IMS_CLIENT_ID: cloud.clientId,
      MAGENTO_IMS_CLIENT_SECRET: cloud.clientSecret,
      MAGENTO_IMS_ORGANIZATION_ID: cloud.organizationId,
      MAGENTO_IMS_TOKEN_URL: `${shopUrl}/ims/token/v3`,
    }),
  ],
])('%s fills the copy (shop: %j)', async (kind, options, variables) => {
  const { shop, url, environment } = await start(options);
  const complete = { ...environment, MAGENTO_AUTH: kind, ...variables(shop.url) };
  const { exitCode, stderr } = await runCommand(['backfill'], complete);
  expect([exitCode, stderr]).toEqual([0, expect.not.stringContaining('magento-sync:')]);
  expect((await customersOfCopy(url)).map(({ id }) => id)).toEqual(shop.customers.ids());
});

test.each([
  ['customer', 'a customer may read only the own account'],
  ['session', 'the session of a customer may read only the own account'],
  ['guest', 'a guest may read no customer at all'],
])('%s says at once that it cannot read customers, without asking the shop', async (kind, reason) => {
  const { shop, environment } = await start();
  for (const command of ['backfill', 'daemon']) {
    const { exitCode, stderr } = await runCommand([command], {
      ...environment,
      MAGENTO_AUTH: kind,
      MAGENTO_USERNAME: 'user@example.com',
      MAGENTO_PASSWORD: administrator.password,
    });
    expect([exitCode, stderr]).toEqual([
      2,
      expect.stringContaining(`MAGENTO_AUTH is "${kind}", but ${reason}`),
    ]);
  }
  expect(shop.requests.all()).toEqual([]);
});

test('a bearer token that is a customer’s says so', async () => {
  const { shop, environment } = await start({ population: 'recorded' });
  const email = shop.customers.get(1)!.email;
  const answer = await fetch(`${shop.url}/rest/V1/integration/customer/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: email, password: 'Passw0rd123!' }),
  });
  const { exitCode, stderr } = await runCommand(['backfill'], {
    ...environment,
    MAGENTO_AUTH: 'bearer',
    MAGENTO_BEARER_TOKEN: (await answer.json()) as string,
  });
  expect(exitCode).toBe(1);
  expect(stderr).toContain('Shoppers may use their own and anonymous routes only');
});
