import { afterEach, beforeEach, expect, test } from 'vitest';
import { type MagentoShop, startMagentoShop } from '../shop.ts';

const cloud = {
  tenantId: 'tenant1',
  clientId: 'client',
  clientSecret: 'secret',
  organizationId: 'ORG@AdobeOrg',
};

let shop: MagentoShop;

beforeEach(async () => {
  shop = await startMagentoShop({ population: { customers: 2 }, cloud });
});

afterEach(() => shop.stop());

/** What the identity service answers: a token, or why there is none. */
interface TokenAnswer {
  readonly access_token?: string;
  readonly token_type?: string;
  readonly expires_in?: number;
  readonly error?: string;
}

async function requestToken(
  given: Record<string, string> = {},
): Promise<{ status: number; body: TokenAnswer }> {
  const answer = await fetch(`${shop.url}/ims/token/v3`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: cloud.clientId,
      client_secret: cloud.clientSecret,
      scope: 'openid,AdobeID,commerce.accs',
      ...given,
    }),
  });
  return { status: answer.status, body: (await answer.json()) as TokenAnswer };
}

async function status(path: string, headers: Record<string, string>): Promise<number> {
  return (await fetch(shop.apiUrl + path, { headers })).status;
}

test('a token of the identity service opens the API of the tenant', async () => {
  const { body } = await requestToken();
  expect(body).toMatchObject({ token_type: 'bearer', expires_in: 86_399 });
  const headers = { authorization: `Bearer ${body.access_token}`, 'x-api-key': 'client', store: 'default' };
  expect(shop.apiUrl).toBe(`${shop.url}/tenant1`);
  expect(await status('/V1/customers/1', headers)).toBe(200);
  expect(await status('/V1/customers/1', { ...headers, store: 'nowhere' })).toBe(400);
  expect(await status('/V1/customers/1', { ...headers, 'x-api-key': 'another' })).toBe(401);
  expect(await status('/V1/customers/1', { ...headers, 'x-gw-ims-org-id': 'another' })).toBe(401);
});

test('a token ends by time, by revocation, and never begins without the scope of the API', async () => {
  const authorization = async (given = {}) => `Bearer ${(await requestToken(given)).body.access_token}`;
  const unscoped = await authorization({ scope: 'openid' });
  expect(await status('/V1/customers/1', { authorization: unscoped })).toBe(401);
  const revoked = await authorization();
  shop.cloud!.identity.revokeTokens();
  expect(await status('/V1/customers/1', { authorization: revoked })).toBe(401);
  const expired = await authorization();
  shop.clock.advance(86_400_000);
  expect(await status('/V1/customers/1', { authorization: expired })).toBe(401);
});

test.each([
  [{ grant_type: 'password' }, 'unsupported_grant_type'],
  [{ client_id: 'nobody' }, 'invalid_client'],
  [{ client_secret: 'wrong' }, 'invalid_client'],
  [{ scope: '' }, 'invalid_scope'],
])('the identity service refuses %j', async (given, error) => {
  expect(await requestToken(given)).toMatchObject({ status: 400, body: { error } });
});

test('what self-hosted shops have beside the API is absent', async () => {
  const { body } = await requestToken();
  const headers = { authorization: `Bearer ${body.access_token}` };
  expect(await status('/V1/directory/currency', headers)).toBe(404);
  expect(await status('/rest/V1/customers/1', headers)).toBe(404);
  for (const path of ['/rest/V1/customers/1', '/soap/default?wsdl_list=1', '/oauth/token/request']) {
    expect((await fetch(shop.url + path, { headers })).status).toBe(404);
  }
});
