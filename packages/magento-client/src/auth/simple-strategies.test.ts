import { describe, expect, test } from 'vitest';
import { createMagentoClient } from '../client.ts';
import { InvalidOptionsError } from '../errors.ts';
import { sendJson, startLocalServer } from '../testing/local-server.ts';
import { readExchange } from '../testing/recordings.ts';
import { createBearerAuth } from './bearer.ts';
import { createSessionCookieAuth } from './session-cookie.ts';
import type { AuthOptions } from './strategy.ts';

/** What a strategy adds to a request. */
async function headersOf(auth: AuthOptions): Promise<Record<string, string | string[] | undefined>> {
  await using shop = await startLocalServer((response) => sendJson(response, { id: 1 }));
  await using client = createMagentoClient({ baseUrl: shop.url, auth });
  await client.customerAccounts.me();
  return shop.requests.at(-1)!.headers;
}

test('a session sends what a real shop took', async () => {
  const { headers } = readExchange(
    'session.json',
    'customers/me with the cookie and X-Requested-With',
  ).request;
  const sessionId = headers['Cookie']!.replace('PHPSESSID=', '');
  expect(await headersOf({ kind: 'session', sessionId })).toMatchObject({
    cookie: headers['Cookie'],
    'x-requested-with': headers['X-Requested-With'],
  });
});

test('a bearer token is sent as it is, a guest sends nothing', async () => {
  expect(await headersOf({ kind: 'bearer', token: ' 9lgfg8fan36aylzkpdjfazlxprc8xbeq\n' })).toMatchObject({
    authorization: 'Bearer 9lgfg8fan36aylzkpdjfazlxprc8xbeq',
  });
  const guest = await headersOf({ kind: 'guest' });
  expect([guest['authorization'], guest['cookie']]).toEqual([undefined, undefined]);
});

test('a shopper logs in on the website of the store code', async () => {
  await using shop = await startLocalServer((response, { url }) =>
    sendJson(response, url.endsWith('/token') ? 'opaque-token-of-32-characters-xx' : { id: 1 }),
  );
  const auth = { kind: 'customer', username: 'a@example.com', password: 'p' } as const;
  await using client = createMagentoClient({ baseUrl: shop.url, storeCode: 'eu_de', auth });
  await client.customerAccounts.me();
  expect(shop.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
    'POST /rest/eu_de/V1/integration/customer/token',
    'GET /rest/eu_de/V1/customers/me',
  ]);
});

test('a shopper who asks for an administrator’s route does not log in again for it', async () => {
  const refused = readExchange('tokens.json', 'customers/1 with a customer token').response;
  await using shop = await startLocalServer((response, { url }) => {
    if (url.endsWith('/token')) return sendJson(response, 'opaque-token-of-32-characters-xx');
    response.writeHead(refused.status, { 'content-type': 'application/json' }).end(refused.body);
  });
  const auth = { kind: 'customer', username: 'a@example.com', password: 'p' } as const;
  await using client = createMagentoClient({ baseUrl: shop.url, auth });
  await expect(client.customers.get(1)).rejects.toMatchObject({ reason: 'shopper' });
  expect(shop.requests).toHaveLength(2);
});

describe('credentials that cannot be ones are refused, and not repeated', () => {
  test.each(['', 'short', 'Bearer 9lgfg8fan36aylzkpdjfazlxprc8xbeq', '"9lgfg8fan36aylzkpdjfazlxprc8xbeq"'])(
    'token %s',
    (token) => {
      expect(() => createBearerAuth({ kind: 'bearer', token })).toThrow(InvalidOptionsError);
      expect(() => createBearerAuth({ kind: 'bearer', token })).not.toThrow(/9lgfg8/);
    },
  );
  test.each(['', 'PHPSESSID=fo06cfsifejltta6a47ueer5ts', 'fo06cfsifejltta6a47ueer5ts; path=/'])(
    'session %s',
    (sessionId) => {
      expect(() => createSessionCookieAuth({ kind: 'session', sessionId })).toThrow(InvalidOptionsError);
      expect(() => createSessionCookieAuth({ kind: 'session', sessionId })).not.toThrow(/fo06/);
    },
  );
});

test('a ready token says when it ends, if it does', async () => {
  const signal = new AbortController().signal;
  const token: string = JSON.parse(readExchange('tokens.json', 'admin token').response.body);
  const jwt = createBearerAuth({ kind: 'bearer', token });
  expect(await jwt.refreshIfDue!(signal)).toEqual({ expiresAt: new Date(1_795_524_857_000) });
  const opaque = createBearerAuth({ kind: 'bearer', token: '9lgfg8fan36aylzkpdjfazlxprc8xbeq' });
  expect(await opaque.refreshIfDue!(signal)).toEqual({ expiresAt: null });
});
