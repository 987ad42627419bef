import { describe, expect, test } from 'vitest';
import { createMagentoClient } from '../client.ts';
import { MagentoTimeoutError, UnexpectedPayloadError } from '../errors.ts';
import { type Answer, startLocalServer } from '../testing/local-server.ts';
import { readExchange } from '../testing/recordings.ts';
import type { ActivationListener } from './oauth1-handshake.ts';
import { ActivationError } from './oauth1-token-exchange.ts';

const callbackBody = readExchange('oauth-handshake.json', 'Magento posts to the callback URL').request.body!;
const consumerKey = new URLSearchParams(callbackBody).get('oauth_consumer_key')!;
const HTML = { 'content-type': 'text/html; charset=UTF-8' };
const recorded = (title: string) => readExchange('oauth-handshake.json', title).response;

/** Answers the two token requests with what a real shop answered. */
const answering =
  (request: string, access: string): Answer =>
  (response, { url }) => {
    const { status, body } = recorded(url.startsWith('/oauth/token/request') ? request : access);
    response.writeHead(status, HTML).end(body);
  };

const post = (listener: ActivationListener, body = callbackBody) =>
  fetch(`http://127.0.0.1:${listener.port}/callback`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body,
  });
const visit = (listener: ActivationListener, query: Record<string, string>) =>
  fetch(`http://127.0.0.1:${listener.port}/identity?${new URLSearchParams(query)}`, { redirect: 'manual' });
const back = 'https://shop.example.com/admin/integration/?key=1';
const listenOptions = { port: 0, host: '127.0.0.1' };

test('exchanges the tokens, sends the browser back and closes itself', async () => {
  await using shop = await startLocalServer(answering('request token', 'access token'));
  await using client = createMagentoClient({ baseUrl: shop.url, auth: { kind: 'guest' } });
  const listener = await client.listenForActivation(listenOptions);
  expect((await post(listener)).status).toBe(200);
  const popup = await visit(listener, { oauth_consumer_key: consumerKey, success_call_back: back });
  expect([popup.status, popup.headers.get('location')]).toEqual([302, back]);

  expect(await listener.credentials).toEqual({
    kind: 'integration',
    consumerKey,
    consumerSecret: 'mje38zvhmkjiuhhe5uvz8fzunnyl326p',
    accessToken: 'xohv6miq2mmtk7040q0kk3fwhojfihys',
    accessTokenSecret: 'pq5twx9t2hbdacwmwx706vf25457wjo6',
  });
  const [first, second] = shop.requests;
  expect(first).toMatchObject({ method: 'POST', url: '/oauth/token/request', body: '' });
  expect(first!.headers.authorization).not.toMatch(/oauth_token=|oauth_verifier=/);
  expect(second!.url).toBe('/oauth/token/access');
  expect(second!.headers.authorization).toContain('oauth_verifier="ius5ej33daugq3xhlqvh34z77i1exbna"');
  expect(second!.headers.authorization).toContain('oauth_token="xfrq2dxpys2wu2v87l4rxuzfs7361vfk"');
  await expect(post(listener)).rejects.toThrow(/fetch failed/);
});

test('an integration without an identity link is active as well', async () => {
  await using shop = await startLocalServer(answering('request token', 'access token'));
  await using client = createMagentoClient({ baseUrl: shop.url, auth: { kind: 'guest' } });
  const listener = await client.listenForActivation({ ...listenOptions, browserTimeoutMs: 1 });
  await post(listener);
  expect(await listener.credentials).toMatchObject({ accessToken: 'xohv6miq2mmtk7040q0kk3fwhojfihys' });
});

test('Magento calling twice starts one exchange', async () => {
  await using shop = await startLocalServer(answering('request token', 'access token'));
  await using client = createMagentoClient({ baseUrl: shop.url, auth: { kind: 'guest' } });
  const listener = await client.listenForActivation(listenOptions);
  await post(listener);
  await post(listener);
  await visit(listener, { oauth_consumer_key: consumerKey, success_call_back: '' });
  await listener.credentials;
  expect(shop.requests).toHaveLength(2);
});

describe('refusals', () => {
  test.each([
    ['request token, wrong consumer secret', 'access token', 'signature_mismatch', 401],
    ['request token a second time', 'access token', 'verifier_used', 401],
    ['request token', 'access token, wrong verifier', 'verifier_wrong', 401],
    ['request token', 'access token, verifier missing', 'parameter_missing', 400],
    ['request token', 'access token a second time', 'unknown_token', 401],
  ])('%s, then %s', async (request, access, reason, status) => {
    await using shop = await startLocalServer(answering(request, access));
    await using client = createMagentoClient({ baseUrl: shop.url, auth: { kind: 'guest' } });
    const listener = await client.listenForActivation(listenOptions);
    await post(listener);
    const error = await listener.credentials.catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(ActivationError);
    expect(error).toMatchObject({ reason, status, code: 'authentication_refused' });
    expect(shop.requests.filter(({ url }) => url === '/oauth/token/request')).toHaveLength(1);
  });

  test('an expired activation says what to do', async () => {
    await using shop = await startLocalServer((response) => {
      response.writeHead(401, HTML).end('oauth_problem=Consumer+key+has+expired');
    });
    await using client = createMagentoClient({ baseUrl: shop.url, auth: { kind: 'guest' } });
    const listener = await client.listenForActivation(listenOptions);
    await post(listener);
    await expect(listener.credentials).rejects.toThrow(/five minutes.*Reauthorize/);
  });

  test('an answer without a token is not taken for one', async () => {
    await using shop = await startLocalServer((response) => {
      response.writeHead(200, HTML).end('<html></html>');
    });
    await using client = createMagentoClient({ baseUrl: shop.url, auth: { kind: 'guest' } });
    const listener = await client.listenForActivation(listenOptions);
    await post(listener);
    await expect(listener.credentials).rejects.toThrow(UnexpectedPayloadError);
  });
});

describe('who does not belong here', () => {
  test('is turned away, and the activation still works', async () => {
    await using shop = await startLocalServer(answering('request token', 'access token'));
    await using client = createMagentoClient({ baseUrl: shop.url, auth: { kind: 'guest' } });
    const listener = await client.listenForActivation(listenOptions);
    expect((await post(listener, 'oauth_consumer_key=short')).status).toBe(400);
    expect((await post(listener, 'x'.repeat(20_000))).status).toBe(400);
    expect((await visit(listener, { oauth_consumer_key: consumerKey })).status).toBe(409);
    expect((await fetch(`http://127.0.0.1:${listener.port}/`)).status).toBe(404);
    await post(listener);
    expect((await visit(listener, { oauth_consumer_key: 'another' })).status).toBe(409);
    const popup = await visit(listener, {
      oauth_consumer_key: consumerKey,
      success_call_back: 'javascript:alert(1)',
    });
    expect(popup.status).toBe(200);
    await listener.credentials;
  });
});

test('gives up after its time, and when it is told to', async () => {
  await using client = createMagentoClient({ baseUrl: 'http://127.0.0.1:1', auth: { kind: 'guest' } });
  const patient = await client.listenForActivation({ ...listenOptions, timeoutMs: 1 });
  await expect(patient.credentials).rejects.toThrow(MagentoTimeoutError);

  const abort = new AbortController();
  const aborted = await client.listenForActivation({ ...listenOptions, signal: abort.signal });
  abort.abort(new Error('shutdown'));
  await expect(aborted.credentials).rejects.toThrow('shutdown');

  const closed = await client.listenForActivation(listenOptions);
  await closed.close();
  await expect(closed.credentials).rejects.toThrow(/closed before/);
});
