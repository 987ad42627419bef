import { describe, expect, test } from 'vitest';
import { createMagentoClient } from '../client.ts';
import { PermissionError } from '../errors.ts';
import {
  ADMIN,
  adminToken,
  candidates,
  integration,
  SHOPPER,
  startSmallShop,
} from '../testing/strategies.ts';
import { declareBattery } from '../testing/strategy-battery.ts';
import type { AuthOptions } from './strategy.ts';

describe.each(Object.entries(candidates))('%s', (_kind, candidate) => {
  declareBattery(candidate, candidate.read.rest);
});

describe('why a route is closed', () => {
  const refusal = async (auth: AuthOptions, path: string) => {
    await using shop = await startSmallShop();
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
      { kind: 'bearer', token: integration('Full access').accessToken },
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
    await using shop = await startSmallShop({ integrations });
    await using client = createMagentoClient({ baseUrl: shop.url, auth: { kind: 'integration', ...keys } });
    const error = await client.customers.get(2).catch((cause: unknown) => cause);
    expect(error).toMatchObject({ reason: 'missing_right', resources: ['Magento_Customer::customer'] });
    expect((await client.customerGroups.all()).length).toBeGreaterThan(0);
  });

  test('an expired token', async () => {
    await using shop = await startSmallShop();
    const token = await adminToken(shop);
    shop.clock.advance(2 * 3_600_000);
    await using client = createMagentoClient({ baseUrl: shop.url, auth: { kind: 'bearer', token } });
    const error = await client.customers.get(2).catch((cause: unknown) => cause);
    expect(error).toMatchObject({ reason: 'expired', resources: ['Magento_Customer::customer'] });
  });

  test('a shopper’s route as an administrator, which Magento answers with 400', async () => {
    await using shop = await startSmallShop();
    await using client = createMagentoClient({ baseUrl: shop.url, auth: ADMIN });
    const error = await client.customerAccounts.me().catch((cause: unknown) => cause);
    expect(error).toMatchObject({ status: 400, code: 'bad_request' });
    expect(String(error)).toContain('acts on the shopper who is logged in');
  });

  test('a token that somebody has revoked', async () => {
    await using shop = await startSmallShop();
    const token = await adminToken(shop);
    shop.clock.advance(2_000);
    shop.revokeAdminTokens();
    await using client = createMagentoClient({ baseUrl: shop.url, auth: { kind: 'bearer', token } });
    const error = await client.customers.get(2).catch((cause: unknown) => cause);
    expect(error).toMatchObject({ reason: 'token_not_accepted' });
  });

  test('a shopper who logs out everywhere is logged in again when it matters', async () => {
    await using shop = await startSmallShop();
    await using client = createMagentoClient({ baseUrl: shop.url, auth: SHOPPER });
    const { id } = await client.customerAccounts.me();
    shop.clock.advance(2_000);
    expect(await client.customerAccounts.revokeTokens()).toBe(true);
    shop.clock.advance(2_000);
    expect((await client.customerAccounts.me()).id).toBe(id);
    expect(shop.requests.count('/V1/integration/customer/token', 'POST')).toBe(2);
  });
});
