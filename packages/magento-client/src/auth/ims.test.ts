import { describe, expect, test } from 'vitest';
import { createMagentoClient } from '../client.ts';
import { AuthenticationError, LoginBreakerOpenError, UnexpectedPayloadError } from '../errors.ts';
import { type Answer, sendJson, startLocalServer } from '../testing/local-server.ts';

const TOKEN_PATH = '/ims/token/v3';
const TENANT = '/tenant-1';

/** IMS and the commerce API on one server; tokens are called t1, t2, … */
function startCloud(
  options: {
    refuse?: Answer;
    expiresIn?: number;
    now?: () => number;
    valid?: (token: string) => boolean;
  } = {},
) {
  let issued = 0;
  return startLocalServer((response, request, number) => {
    response.setHeader('date', new Date(options.now?.() ?? Date.now()).toUTCString());
    if (request.url === TOKEN_PATH) {
      if (options.refuse !== undefined) return options.refuse(response, request, number);
      issued += 1;
      return sendJson(response, {
        access_token: `t${issued}`,
        token_type: 'bearer',
        expires_in: options.expiresIn ?? 86_399,
      });
    }
    const token = (request.headers.authorization ?? '').replace('Bearer ', '');
    return options.valid?.(token) === false
      ? sendJson(
          response,
          {
            message: "The consumer isn't authorized to access %resources.",
            parameters: { resources: 'Magento_Backend::store' },
          },
          401,
        )
      : sendJson(response, []);
  });
}

const connect = (url: string, options: { storeCode?: string; now?: () => number } = {}) =>
  createMagentoClient({
    baseUrl: `${url}${TENANT}`,
    auth: {
      kind: 'ims',
      clientId: 'client-1',
      clientSecret: 's&cret',
      organizationId: 'org@AdobeOrg',
      tokenUrl: `${url}${TOKEN_PATH}`,
    },
    ...options,
  });

test('asks IMS once and sends what the cloud service wants', async () => {
  await using cloud = await startCloud();
  await using client = connect(cloud.url, { storeCode: 'eu_de' });
  await Promise.all([client.stores.websites(), client.stores.storeViews(), client.stores.storeGroups()]);
  const [login, ...calls] = cloud.requests;
  expect(login).toMatchObject({ method: 'POST', url: TOKEN_PATH });
  expect(login!.headers['content-type']).toBe('application/x-www-form-urlencoded');
  expect(Object.fromEntries(new URLSearchParams(login!.body))).toEqual({
    grant_type: 'client_credentials',
    client_id: 'client-1',
    client_secret: 's&cret',
    scope:
      'openid,AdobeID,email,profile,additional_info.roles,additional_info.projectedProductContext,commerce.accs',
  });
  expect(calls.map(({ url }) => url).sort()).toEqual(
    ['storeGroups', 'storeViews', 'websites'].map((name) => `${TENANT}/V1/store/${name}`),
  );
  for (const { headers } of calls) {
    expect(headers).toMatchObject({
      authorization: 'Bearer t1',
      'x-api-key': 'client-1',
      'x-gw-ims-org-id': 'org@AdobeOrg',
      store: 'eu_de',
    });
  }
});

test('asks for a new token before the old one ends', async () => {
  const start = Date.now();
  let now = start;
  await using cloud = await startCloud({ expiresIn: 3_600, now: () => now });
  await using client = connect(cloud.url, { now: () => now });
  await client.stores.websites();
  expect(await client.auth.refreshIfDue!(new AbortController().signal)).toEqual({
    expiresAt: new Date(start + 3_600_000),
  });
  expect(cloud.requests).toHaveLength(2);
  now = start + 3_000_000;
  await client.stores.websites();
  expect(cloud.requests.map(({ headers }) => headers.authorization)).toEqual([
    undefined,
    'Bearer t1',
    undefined,
    'Bearer t2',
  ]);
});

test('drops a token that is refused, once', async () => {
  await using cloud = await startCloud({ valid: (token) => token !== 't1' });
  await using client = connect(cloud.url);
  expect(await client.stores.websites()).toEqual([]);
  expect(cloud.requests.map(({ url }) => url)).toEqual([
    TOKEN_PATH,
    `${TENANT}/V1/store/websites`,
    TOKEN_PATH,
    `${TENANT}/V1/store/websites`,
  ]);
});

describe('what IMS refuses', () => {
  test.each([
    [
      400,
      { error: 'invalid_client', error_description: 'invalid client_id parameter' },
      /invalid_client.*auth.clientId and auth.clientSecret/,
    ],
    [401, { error: 'invalid_client' }, /invalid_client/],
    [400, { error: 'invalid_scope' }, /commerce\.accs/],
  ])('%i %o', async (status, body, message) => {
    await using cloud = await startCloud({ refuse: (response) => sendJson(response, body, status) });
    await using client = connect(cloud.url);
    const call = () => client.stores.websites().catch((error: unknown) => error);
    const error = await call();
    expect(error).toBeInstanceOf(AuthenticationError);
    expect((error as Error).message).toMatch(message);
    expect(await call()).toBeInstanceOf(LoginBreakerOpenError);
    expect(cloud.requests).toHaveLength(1);
  });

  test('an answer without a token', async () => {
    await using cloud = await startCloud({ refuse: (response) => sendJson(response, { hello: 1 }) });
    await using client = connect(cloud.url);
    await expect(client.stores.websites()).rejects.toThrow(UnexpectedPayloadError);
  });
});
