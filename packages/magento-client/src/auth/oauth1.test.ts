import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { readErrorBody } from '../error-body.ts';
import { AuthenticationError } from '../errors.ts';
import { createServiceUrls } from '../http/service-url.ts';
import { createShopClock } from '../http/shop-clock.ts';
import { integrationKeys } from '../testing/integration-keys.ts';
import { readExchanges } from '../testing/recordings.ts';
import { createIntegrationAuth } from './oauth1.ts';
import { oauthHeader } from './oauth1-header.ts';
import {
  type OAuthRefusalReason,
  OAuthRefusedError,
  oauthRefusalCure,
  oauthRefusalReason,
} from './oauth1-refusal.ts';

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);
const signal = new AbortController().signal;
const get = (url: string) => ({ method: 'GET', url, headers: {} }) as const;
const refusal = (header: string, message: string, method = 'GET') => ({
  headers: { authorization: header },
  error: new AuthenticationError(message, { status: 401, method, path: '/rest/V1/customers/1' }),
});

function createAuth(signingBaseUrl?: string) {
  const clock = createShopClock(() => NOW);
  const urls = createServiceUrls({
    baseUrl: 'https://shop.example.com',
    ...(signingBaseUrl === undefined ? {} : { signingBaseUrl }),
  });
  return { auth: createIntegrationAuth(integrationKeys, { urls, clock }), clock };
}

test('signs each attempt with a nonce of its own and the time of the shop', async () => {
  const { auth, clock } = createAuth();
  const request = get('https://shop.example.com/rest/V1/customers/1');
  const headers = await Promise.all(Array.from({ length: 50 }, () => auth.authorize(request, signal)));
  const nonces = headers.map(
    ({ authorization = '' }) => /oauth_nonce="([0-9a-f]{32})"/.exec(authorization)?.[1],
  );
  expect(new Set(nonces).size).toBe(50);
  expect(nonces).not.toContain(undefined);
  expect(headers[0]!['authorization']).toContain(`oauth_timestamp="${NOW / 1000}"`);

  clock.observe(new Date(NOW - 3_600_000));
  const later = await auth.authorize(request, signal);
  expect(later['authorization']).toMatch(new RegExp(`oauth_timestamp="${NOW / 1000 - 3_600}"`));
});

test('signs the address that the shop sees', async () => {
  const { auth } = createAuth('http://internal.example.com:8080/shop');
  const { authorization = '' } = await auth.authorize(
    get('https://shop.example.com/rest/V1/customers/1?a=1'),
    signal,
  );
  const value = (name: string) => new RegExp(`${name}="([^"]+)"`).exec(authorization)?.[1] ?? '';
  const keys = {
    ...integrationKeys,
    token: integrationKeys.accessToken,
    tokenSecret: integrationKeys.accessTokenSecret,
  };
  const occasion = { timestampSeconds: Number(value('oauth_timestamp')), nonce: value('oauth_nonce') };
  const url = 'http://internal.example.com:8080/shop/rest/V1/customers/1?a=1';
  expect(authorization).toBe(oauthHeader({ method: 'GET', url }, keys, occasion));
});

test('refuses a request that not every release signs alike before it is sent', async () => {
  const { auth } = createAuth();
  await expect(auth.authorize(get('https://shop.example.com/rest/V1/x?a'), signal)).rejects.toThrow(
    /has no "="/,
  );
});

describe('after a 401', () => {
  test('tries again when the answer has corrected the clock', async () => {
    const { auth, clock } = createAuth();
    const sent = await auth.authorize(get('https://shop.example.com/rest/V1/customers/1'), signal);
    clock.observe(new Date(NOW - 900_000));
    const message = 'An error occurred validating the nonce (401)';
    expect(await auth.renew(signal, refusal(sent['authorization']!, message))).toBe(true);
  });

  test('tries a read again whose nonce a proxy had used up, but not a write', async () => {
    const { auth } = createAuth();
    const sent = await auth.authorize(get('https://shop.example.com/rest/V1/customers/1'), signal);
    const message = 'The nonce is already being used by the consumer with ID 1 (401)';
    expect(await auth.renew(signal, refusal(sent['authorization']!, message))).toBe(true);
    expect(await auth.renew(signal, refusal(sent['authorization']!, message, 'POST'))).toBe(false);
  });

  test('gives up on everything else', async () => {
    const { auth } = createAuth();
    const sent = await auth.authorize(get('https://shop.example.com/rest/V1/customers/1'), signal);
    expect(
      await auth.renew(signal, refusal(sent['authorization']!, 'Specified token does not exist (401)')),
    ).toBe(false);
    expect(await auth.renew(signal)).toBe(false);
  });
});

test.each(['consumerKey', 'consumerSecret', 'accessToken', 'accessTokenSecret'] as const)(
  'refuses a %s that cannot be one, without repeating it',
  (name) => {
    const { clock } = createAuth();
    const urls = createServiceUrls({ baseUrl: 'https://shop.example.com' });
    const create = () =>
      createIntegrationAuth({ ...integrationKeys, [name]: 'too-short-secret' }, { urls, clock });
    expect(create).toThrow(new RegExp(`${name} is not one`));
    expect(create).not.toThrow(/too-short-secret/);
  },
);

test('shows no secret when it is inspected', () => {
  const { auth } = createAuth();
  const shown = inspect(auth, { depth: 9, showHidden: true }) + JSON.stringify(auth);
  for (const secret of Object.values(integrationKeys).slice(1)) expect(shown).not.toContain(secret);
});

describe('every refusal that was recorded is explained', () => {
  const expected: Record<string, OAuthRefusalReason> = {
    'bare key without = is not signed by Magento: signing it fails': 'signature_mismatch',
    'twelve groups, names sorted by bytes: refused': 'signature_mismatch',
    'space as +': 'signature_mismatch',
    'HMAC-SHA1': 'method_unsupported',
    PLAINTEXT: 'method_unsupported',
    'wrong signature': 'signature_mismatch',
    'unknown consumer key': 'unknown_consumer',
    'short consumer key': 'credential_malformed',
    'unknown token': 'unknown_token',
    'short token': 'credential_malformed',
    'missing nonce': 'parameter_missing',
    'missing timestamp and nonce': 'parameter_missing',
    'version 2.0': 'version_unsupported',
    'timestamp 700 s ahead': 'clock_ahead',
    'the same nonce again': 'nonce_used',
    'request token, wrong consumer secret': 'signature_mismatch',
    'request token, header missing': 'parameter_missing',
    'request token a second time': 'verifier_used',
    'access token, wrong verifier': 'verifier_wrong',
    'access token, verifier missing': 'parameter_missing',
    'access token a second time': 'unknown_token',
  };
  const refused = [...readExchanges('oauth.json'), ...readExchanges('oauth-handshake.json')].filter(
    ({ response }) => response.status >= 400,
  );
  /** Signed right, and refused by the role or because the integration is inactive: these name the missing right. */
  const withResources = refused.filter(({ response }) => response.body.includes('"resources"'));
  const others = refused.filter((exchange) => !withResources.includes(exchange));

  test('the table is complete', () => {
    expect(others.map(({ title }) => title).sort()).toEqual(Object.keys(expected).sort());
  });

  test('an inactive integration looks like one without the right', () => {
    expect(withResources.map(({ title }) => title).sort()).toEqual([
      'inactive integration',
      'integration with customers only asks for store views',
      'integration without the resource',
    ]);
    const reasons = withResources.map(({ response }) =>
      oauthRefusalReason(readErrorBody(response.body).message),
    );
    expect(new Set(reasons)).toEqual(new Set(['unknown']));
  });

  test.each(others)('$title', ({ title, response: { status, body } }) => {
    const text = readErrorBody(body).message || new URLSearchParams(body).get('oauth_problem')!;
    const error = new OAuthRefusedError(
      new AuthenticationError(text, { status, method: 'GET', path: '/rest/V1/x' }),
    );
    expect(error).toMatchObject({ status, reason: expected[title], code: 'authentication_refused' });
    expect(error.message).toBe(`${text} ${oauthRefusalCure(error.reason)}`);
  });
});
