import { afterEach, describe, expect, test } from 'vitest';
import { createMagentoClient, type MagentoClient } from '../client.ts';
import { MaintenanceError } from '../errors.ts';
import type { MagentoClientOptions } from '../options.ts';
import { type Answer, startLocalServer } from '../testing/local-server.ts';

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const resource of open.splice(0).toReversed()) await resource[Symbol.asyncDispose]();
});

async function setUp(answer: Answer, auth: MagentoClientOptions['auth'] = { kind: 'guest' }) {
  const server = await startLocalServer(answer);
  const client: MagentoClient = createMagentoClient({
    baseUrl: server.url,
    auth,
    retry: { attempts: 3, baseDelayMs: 1, maxDelayMs: 5 },
  });
  open.push(server, client);
  return { server, signs: client.releaseSigns };
}

describe('the refusal of a verb', () => {
  test.each([400, 405, 403, 500])(
    'is told by its status %i, from one request without credentials',
    async (status) => {
      const { server, signs } = await setUp(
        (response) => void response.writeHead(status).end('{"message":"no"}'),
        { kind: 'bearer', token: 'a'.repeat(32) },
      );
      expect(await signs.verbRefusal()).toBe(status);
      expect(server.requests).toMatchObject([{ method: 'PATCH', url: '/rest/V1/store/storeViews' }]);
      expect(server.requests[0]?.headers).not.toHaveProperty('authorization');
    },
  );

  test('is not known of a shop in maintenance', async () => {
    const { signs } = await setUp((response) => void response.writeHead(503).end('<html></html>'));
    await expect(signs.verbRefusal()).rejects.toBeInstanceOf(MaintenanceError);
  });
});

test.each([
  ['Magento/2.4 (Community)', 200, '2.4 (Community)'],
  ['Magento/2.3 (Enterprise)\n', 200, '2.3 (Enterprise)'],
  ['<html>a page of the shop</html>', 200, null],
  ['<html>404</html>', 404, null],
])('%j with status %i is read as the version %j', async (body, status, version) => {
  const { signs } = await setUp((response) => void response.writeHead(status).end(body));
  expect(await signs.announced()).toBe(version);
});

const jwt = (claims: object) =>
  `eyJhbGciOiJIUzI1NiJ9.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2lnbmF0dXJl`;

test.each([
  ['a JWT', jwt({ iat: 1_000, exp: 4_600 }), { kind: 'jwt', lifeMs: 3_600_000 }],
  ['a JWT that does not say since when', jwt({ exp: 4_600 }), { kind: 'jwt', lifeMs: null }],
  ['an encrypted JWT', 'aaaa.bbbb.cccc.dddd.eeee', { kind: 'jwe', lifeMs: null }],
  ['an opaque token', '0123456789abcdefghijklmnopqrstuv', { kind: 'opaque', lifeMs: null }],
  ['something else', 'Some-Token_of-another-kind', { kind: 'other', lifeMs: null }],
])('%s is recognised without a request', async (_what, token, look) => {
  const { server, signs } = await setUp((response) => void response.end(), { kind: 'bearer', token });
  expect(await signs.credential()).toEqual(look);
  expect(server.requests).toEqual([]);
});

test('signed requests and guests have no token to look at', async () => {
  const keys = {
    consumerKey: 'a'.repeat(32),
    consumerSecret: 'b'.repeat(32),
    accessToken: 'c'.repeat(32),
    accessTokenSecret: 'd'.repeat(32),
  };
  const integration = await setUp((response) => void response.end(), { kind: 'integration', ...keys });
  expect(await integration.signs.credential()).toEqual({ kind: 'signature', lifeMs: null });
  const guest = await setUp((response) => void response.end());
  expect(await guest.signs.credential()).toEqual({ kind: 'none', lifeMs: null });
});
