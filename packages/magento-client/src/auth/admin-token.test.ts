import { inspect } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { createMagentoClient } from '../client.ts';
import { AuthenticationError, PermissionError, TwoFactorRequiredError } from '../errors.ts';
import { type Answer, sendJson, startLocalServer } from '../testing/local-server.ts';
import { readExchange } from '../testing/recordings.ts';
import type { AdminAuthOptions } from './strategy.ts';

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const resource of open.splice(0)) await resource[Symbol.asyncDispose]();
});

async function setUp(answer: Answer, auth: Partial<AdminAuthOptions> = {}) {
  const server = await startLocalServer(answer);
  const client = createMagentoClient({
    baseUrl: server.url,
    auth: { kind: 'admin', username: 'admin', password: 'Passw0rd123!', ...auth },
    retry: { attempts: 3, baseDelayMs: 1, maxDelayMs: 10 },
  });
  open.push(client, server);
  return { server, client };
}

function replay(response: Parameters<Answer>[0], file: string, title: string): void {
  const { status, headers, body } = readExchange(file, title).response;
  response.writeHead(status, { 'content-type': headers['content-type'] ?? '' }).end(body);
}

test('logs in once, sends the token, and logs in again when the token ends early', async () => {
  let token = 0;
  const { server, client } = await setUp((response, request) => {
    if (request.url === '/rest/V1/integration/admin/token') {
      token += 1;
      sendJson(response, `token${token}`);
    } else if (request.headers.authorization === `Bearer token${token}`)
      sendJson(response, ['Magento_Store']);
    else replay(response, 'tokens.json', 'customers/1 as guest');
  });
  await client.modules.all();
  await client.modules.all();
  expect(token).toBe(1);
  token = 2;
  expect(await client.modules.all()).toEqual(['Magento_Store']);
  expect(token).toBe(3);
  expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual({ username: 'admin', password: 'Passw0rd123!' });
});

test('a missing right costs one login and names the right', async () => {
  let logins = 0;
  const { client } = await setUp((response, request) => {
    if (request.method === 'POST') {
      logins += 1;
      sendJson(response, `token${logins}`);
    } else replay(response, 'tokens.json', 'admin without the resource');
  });
  const error = await client.customers.get(1).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(PermissionError);
  expect(error).toMatchObject({ resources: ['Magento_Customer::customer'] });
  await expect(client.customers.get(1)).rejects.toBeInstanceOf(PermissionError);
  expect(logins).toBe(2);
});

test('a wrong password is tried once, however often it is asked, and then not for minutes', async () => {
  const { server, client } = await setUp((response) => replay(response, 'tokens.json', 'wrong password'));
  const errors: unknown[] = [];
  for (let call = 0; call < 10; call += 1)
    errors.push(await client.modules.all().catch((thrown: unknown) => thrown));
  expect(server.requests).toHaveLength(1);
  expect(errors.every((error) => error instanceof AuthenticationError)).toBe(true);
  expect(String(errors[0])).toContain('Check auth.username and auth.password');
  expect(String(errors[9])).toMatch(
    /No login is tried before .*: the shop refused .*"?The account sign-in was incorrect/,
  );
});

test('maintenance during a login is no refusal and is waited for', async () => {
  const { server, client } = await setUp((response, request, number) => {
    if (number === 1) replay(response, 'outages.json', 'maintenance mode, token endpoint');
    else if (request.method === 'POST') sendJson(response, 'token');
    else sendJson(response, ['Magento_Store']);
  });
  expect(await client.modules.all()).toEqual(['Magento_Store']);
  expect(server.requests).toHaveLength(3);
});

describe('with two-factor authentication', () => {
  const answer: Answer = (response, request) => {
    if (request.url.endsWith('/admin/token'))
      replay(response, 'two-factor.json', 'plain token endpoint, good password');
    else if (request.method === 'POST') sendJson(response, 'token');
    else sendJson(response, []);
  };

  test('a TOTP secret gives the second factor', async () => {
    const { server, client } = await setUp(answer, { totpSecret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' });
    await client.modules.all();
    expect(server.requests[1]?.url).toBe('/rest/V1/tfa/provider/google/authenticate');
    expect(JSON.parse(server.requests[1]?.body ?? '')).toMatchObject({
      username: 'admin',
      otp: expect.stringMatching(/^\d{6}$/),
    });
  });

  test('without one the error says what to configure and closes no door', async () => {
    const { server, client } = await setUp(answer);
    for (let call = 0; call < 3; call += 1) {
      await expect(client.modules.all()).rejects.toBeInstanceOf(TwoFactorRequiredError);
    }
    expect(server.requests).toHaveLength(3);
  });
});

test('no error and no inspected object shows a password or a token', async () => {
  const secrets = ['Passw0rd123!', 'secrettoken', 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'];
  const { client } = await setUp(
    (response, request) =>
      request.method === 'POST'
        ? sendJson(response, 'secrettoken')
        : replay(response, 'tokens.json', 'admin without the resource'),
    { totpSecret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' },
  );
  const error = await client.customers.get(1).catch((thrown: unknown) => thrown);
  const shown = [client, client.auth, error].flatMap((value) => [
    inspect(value, { depth: 20, showHidden: true }),
    JSON.stringify(value),
  ]);
  shown.push(error instanceof Error ? `${error.stack}` : '');
  for (const secret of secrets) expect(shown.join('\n')).not.toContain(secret);
});
