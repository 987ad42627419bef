import { describe, expect, test } from 'vitest';
import { createMagentoClient } from '../client.ts';
import { PermissionError } from '../errors.ts';
import { integrationKeys } from '../testing/integration-keys.ts';
import { sendJson, startLocalServer } from '../testing/local-server.ts';
import { OAuthRefusedError } from './oauth1-refusal.ts';

/** Magento: recordings/oauth.json 'inactive integration' */
const REFUSED = {
  message: "The consumer isn't authorized to access %resources.",
  parameters: { resources: 'Magento_Customer::customer' },
};

/** A shop that opens the given paths and refuses all others. */
const startShop = (...open: string[]) =>
  startLocalServer((response, request) =>
    open.some((path) => request.url.startsWith(path))
      ? sendJson(response, [])
      : sendJson(response, REFUSED, 401),
  );
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('a signed request that is refused', () => {
  test('for a missing right, when another route opens', async () => {
    await using shop = await startShop('/rest/V1/customerGroups/0');
    await using client = createMagentoClient({ baseUrl: shop.url, auth: integrationKeys });
    const error = await failure(client.customers.get(1));
    expect(error).toBeInstanceOf(PermissionError);
    expect(error).toMatchObject({
      reason: 'missing_right',
      resources: ['Magento_Customer::customer'],
      status: 401,
    });
    expect((error as Error).message).toContain('lacks Magento_Customer::customer');
  });

  test('for an inactive integration, when none opens; asked once a minute, not for every call', async () => {
    await using shop = await startShop();
    await using client = createMagentoClient({
      baseUrl: shop.url,
      auth: integrationKeys,
      retry: { attempts: 1 },
    });
    expect(await failure(client.customers.get(1))).toMatchObject({ reason: 'inactive_integration' });
    const before = shop.requests.length;
    expect(await failure(client.customers.get(2))).toMatchObject({ reason: 'inactive_integration' });
    expect(shop.requests.length - before).toBe(1);
    expect(new Set(shop.requests.map(({ headers }) => headers.authorization)).size).toBe(
      shop.requests.length,
    );
  });

  test('for its signature', async () => {
    await using shop = await startLocalServer((response) =>
      sendJson(response, { message: 'The signature is invalid. Verify and try again.' }, 401),
    );
    await using client = createMagentoClient({ baseUrl: shop.url, auth: integrationKeys });
    const error = await failure(client.customers.get(1));
    expect(error).toBeInstanceOf(OAuthRefusedError);
    expect(error).toMatchObject({ reason: 'signature_mismatch' });
    expect((error as Error).message).toContain('signingBaseUrl');
    expect(shop.requests).toHaveLength(1);
  });
});

test('a probe that fails for another reason proves nothing, and the refusal stays the error', async () => {
  await using shop = await startLocalServer((response, request) =>
    request.url.includes('/customers/1')
      ? sendJson(response, REFUSED, 401)
      : sendJson(response, { message: 'Request does not match any route.' }, 404),
  );
  await using client = createMagentoClient({ baseUrl: shop.url, auth: integrationKeys });
  expect(await failure(client.customers.get(1))).toMatchObject({ reason: 'inactive_integration' });
});

test('a bearer token is looked at before anything is asked', async () => {
  await using shop = await startShop();
  const claims = Buffer.from(JSON.stringify({ uid: 1, utypid: 2, iat: 1_000, exp: 4_600 })).toString(
    'base64url',
  );
  const token = `eyJraWQiOiIxIiwiYWxnIjoiSFMyNTYifQ.${claims}.c2lnbmF0dXJl`;
  await using client = createMagentoClient({ baseUrl: shop.url, auth: { kind: 'bearer', token } });
  expect(await failure(client.customers.get(1))).toMatchObject({ reason: 'expired' });
  expect(shop.requests).toHaveLength(1);
});

test('a list that is refused is never an empty list', async () => {
  await using shop = await startShop();
  await using client = createMagentoClient({ baseUrl: shop.url, auth: { kind: 'guest' } });
  const calls = [
    client.customerGroups.all(),
    client.stores.storeViews(),
    client.modules.all(),
    client.customers.largestId(),
  ];
  for (const call of calls)
    expect(await failure(call)).toMatchObject({ code: 'permission_denied', reason: 'guest' });
});
