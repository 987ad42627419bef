import { createBrotliCompress, createGzip } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { AuthOptions } from '../auth/strategy.ts';
import { createMagentoClient } from '../client.ts';
import {
  CachedAnswerError,
  MagentoResponseError,
  ThrottledError,
  UnexpectedPayloadError,
} from '../errors.ts';
import { integrationKeys } from '../testing/integration-keys.ts';
import { sendJson, startLocalServer } from '../testing/local-server.ts';

const guest = { kind: 'guest' } as const;

describe('an answer without an end', () => {
  const endless = [
    ['gzip', () => createGzip({ level: 1 })],
    ['br', () => createBrotliCompress()],
    ['identity', undefined],
  ] as const;

  test.each(endless)('is cut off at the cap: %s', async (encoding, compressor) => {
    let close = () => undefined as void;
    const closed = new Promise<void>((resolve) => {
      close = resolve;
    });
    await using shop = await startLocalServer((response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': encoding });
      const compress = compressor?.();
      compress?.pipe(response);
      const target = compress ?? response;
      let open = true;
      const zeros = Buffer.alloc(64 * 1_024, '0');
      const pour = () => {
        while (open && target.write(zeros));
        if (open) target.once('drain', () => setImmediate(pour));
      };
      response.on('close', () => {
        open = false;
        compress?.destroy();
        close();
      });
      pour();
    });
    await using client = createMagentoClient({
      baseUrl: shop.url,
      auth: guest,
      maxBodyBytes: 300_000,
      retry: { attempts: 3, baseDelayMs: 1 },
    });
    const call = client.get('/V1/modules');
    await expect(call).rejects.toThrow(UnexpectedPayloadError);
    await expect(call).rejects.toThrow(/larger than 300000 bytes/);
    // The shop notices that nobody reads on, and is not asked again.
    await closed;
    expect(shop.requests).toHaveLength(1);
  });
});

describe('a redirect', () => {
  const strategies: AuthOptions[] = [
    { kind: 'bearer', token: 'bearer-token-0123456789-secret' },
    { kind: 'session', sessionId: 'sessionid0123456789' },
    integrationKeys,
    { kind: 'admin', username: 'admin', password: 'Passw0rd123!' },
  ];

  test.each(
    strategies.flatMap((auth) => [301, 302, 307, 308].map((status) => ({ auth, status, kind: auth.kind }))),
  )('$status takes no credentials of $kind to another host', async ({ auth, status }) => {
    await using other = await startLocalServer((response) => sendJson(response, 'stolen-token-0123456789'));
    await using shop = await startLocalServer((response, { url }) => {
      response.writeHead(status, { location: `${other.url}${url}` }).end();
    });
    await using client = createMagentoClient({ baseUrl: shop.url, auth });
    const error = await client.modules.all().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(MagentoResponseError);
    expect(error).toMatchObject({ status, message: expect.stringContaining(`redirects`) });
    expect((error as Error).message).toContain(`to ${other.url}`);
    expect(other.requests).toEqual([]);
    expect(shop.requests).toHaveLength(1);
  });
});

describe('Retry-After', () => {
  const soon = () => new Date(Date.now() + 2_000).toUTCString();

  test.each([
    ['seconds', () => '1', 900],
    ['a date', soon, 900],
  ])('as %s is waited for', async (_form, value, atLeastMs) => {
    await using shop = await startLocalServer((response, _request, number) => {
      if (number === 1) sendJson(response, {}, 429, { 'retry-after': value() });
      else sendJson(response, ['Magento_Store']);
    });
    await using client = createMagentoClient({
      baseUrl: shop.url,
      auth: guest,
      retry: { baseDelayMs: 0 },
    });
    const startedAt = performance.now();
    expect(await client.modules.all()).toEqual(['Magento_Store']);
    expect(performance.now() - startedAt).toBeGreaterThan(atLeastMs);
  });

  test('an abort ends that wait at once', async () => {
    const abort = new AbortController();
    await using shop = await startLocalServer((response) =>
      sendJson(response, {}, 503, { 'retry-after': '25' }),
    );
    await using client = createMagentoClient({
      baseUrl: shop.url,
      auth: guest,
      // Reported after the attempt, just before the wait begins.
      onRequest: () => setImmediate(() => abort.abort(new Error('shutting down'))),
    });
    const startedAt = performance.now();
    await expect(client.modules.all({ signal: abort.signal })).rejects.toThrow('shutting down');
    expect(performance.now() - startedAt).toBeLessThan(20_000);
    expect(shop.requests).toHaveLength(1);
  });

  test('that is longer than the policy allows is left to the caller', async () => {
    const later = new Date(Date.now() + 3_600_000).toUTCString();
    await using shop = await startLocalServer((response) =>
      sendJson(response, {}, 429, { 'retry-after': later }),
    );
    await using client = createMagentoClient({ baseUrl: shop.url, auth: guest });
    const error = await client.modules.all().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ThrottledError);
    expect((error as ThrottledError).retryAfterMs).toBeGreaterThan(3_500_000);
    expect(shop.requests).toHaveLength(1);
  });
});

test('a client that was closed says so, and asks nobody', async () => {
  await using shop = await startLocalServer((response) => sendJson(response, []));
  const client = createMagentoClient({ baseUrl: shop.url, auth: guest });
  await client[Symbol.asyncDispose]();
  await expect(client.modules.all()).rejects.toThrow('This client is closed: create a new one.');
  expect(shop.requests).toEqual([]);
});

test('the age of a cached answer is not taken for a clock that runs late', async () => {
  const yesterday = new Date(Date.now() - 86_400_000).toUTCString();
  await using shop = await startLocalServer((response, _request, number) => {
    response.sendDate = false;
    if (number === 1) sendJson(response, [], 200, { date: yesterday, age: '86400' });
    else sendJson(response, []);
  });
  await using client = createMagentoClient({
    baseUrl: shop.url,
    auth: integrationKeys,
  });
  await expect(client.modules.all()).rejects.toThrow(CachedAnswerError);
  await client.modules.all();
  const [first, second] = shop.requests.map(({ headers }) =>
    Number(/oauth_timestamp="(\d+)"/.exec(headers.authorization ?? '')?.[1]),
  );
  expect(second! - first!).toBeGreaterThanOrEqual(0);
});
