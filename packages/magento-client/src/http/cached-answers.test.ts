import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { createMagentoClient } from '../client.ts';
import { CachedAnswerError, NotFoundError } from '../errors.ts';
import { integrationKeys } from '../testing/integration-keys.ts';
import { sendJson, startLocalServer } from '../testing/local-server.ts';
import { cacheEvidence } from './cache-evidence.ts';
import { createDateWatch } from './date-watch.ts';

test.each([
  ['age', '12'],
  ['age', '0, 31536000'],
  ['x-cache', 'HIT'],
  ['x-cache', 'MISS, HIT'],
  ['x-cache', 'Hit from cloudfront'],
  ['x-cache', 'RefreshHit from cloudfront'],
  ['x-cache', 'TCP_HIT from proxy.example.com:3128'],
  ['x-cache', 'TCP_MEM_HIT from a23-1-2-3'],
  ['x-cache', 'STALE'],
  ['x-cache-hits', '0, 3'],
  ['x-cache-status', 'UPDATING'],
  ['cf-cache-status', 'HIT'],
  ['cf-cache-status', 'STALE'],
  ['x-varnish', '32770 3'],
  ['x-varnish-cache', 'HIT'],
  ['x-proxy-cache', 'HIT'],
  ['x-nginx-cache', 'hit'],
  ['x-magento-cache-debug', 'HIT'],
  ['x-litespeed-cache', 'hit,litemage'],
  ['x-fastcgi-cache', 'HIT'],
  ['x-from-cache', '1'],
  ['cache-status', 'ExampleCache; hit; ttl=30'],
  ['cache-status', '"Origin; Cache"; fwd=uri-miss; stored, CDN; hit=?1'],
  ['via', 'http/1.1 proxy (ApacheTrafficServer/9.2 [uScHs f p eN:t cCHi p s])'],
  ['warning', '110 proxy "Response is Stale"'],
])('%s: %s tells of a cache', (name, value) => {
  expect(cacheEvidence({ 'content-type': 'application/json', [name]: value })).toBe(`${name}: ${value}`);
});

test.each([
  ['age', '0'],
  ['x-cache', 'MISS'],
  ['x-cache', 'Miss from cloudfront'],
  ['x-cache', 'TCP_MISS from proxy'],
  ['x-cache', 'Error from cloudfront'],
  ['x-cache', 'BYPASS'],
  ['x-cache', 'EXPIRED'],
  ['x-cache-hits', '0, 0'],
  ['cf-cache-status', 'DYNAMIC'],
  ['x-varnish', '32770'],
  ['x-magento-cache-debug', 'MISS'],
  ['x-magento-cache-control', 'max-age=0, hit'],
  ['x-magento-cache-id', 'hit'],
  ['x-magento-tags', 'hit'],
  ['x-cache-key', '/rest/hit'],
  ['cache-control', 'no-store, stale-while-revalidate=3'],
  ['cache-status', 'ExampleCache; fwd=uri-miss; stored'],
  ['cache-status', '"a; hit"; hit=?0'],
  ['via', '1.1 varnish, 1.1 vegur'],
  ['via', 'http/1.1 proxy (ApacheTrafficServer [uScMsSf pSeN:t cCMi p sS])'],
  ['warning', '214 proxy "Transformation applied"'],
  ['expires', 'Thu, 19 Nov 1981 08:52:00 GMT'],
])('%s: %s tells of none', (name, value) => {
  expect(cacheEvidence({ [name]: value })).toBeUndefined();
});

describe('a read', () => {
  const missing = {
    message: 'No such entity with %fieldName = %fieldValue',
    parameters: { fieldName: 'customerId', fieldValue: 7 },
  };

  test('that a cache answers is refused with the cure, and not repeated; so is its proof of a deletion', async () => {
    await using shop = await startLocalServer((response, { url }) =>
      url.includes('/customers/')
        ? sendJson(response, missing, 404, { age: '3' })
        : sendJson(response, [], 200, { 'x-cache': 'HIT' }),
    );
    await using client = createMagentoClient({ baseUrl: shop.url, auth: { kind: 'guest' } });
    await expect(client.modules.all()).rejects.toThrow(CachedAnswerError);
    await expect(client.modules.all()).rejects.toThrow(/comes from a cache \(x-cache: HIT\).*Exclude \/rest/);
    const error: unknown = await client.customers.get(7).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CachedAnswerError);
    expect(error).not.toBeInstanceOf(NotFoundError);
    expect(shop.requests).toHaveLength(3);
  });

  test('has an address of its own at every attempt, which is signed with it', async () => {
    const seen: string[] = [];
    const front = createServer((request, response) => {
      seen.push(request.url ?? '');
      sendJson(response, [], seen.length === 1 ? 500 : 200);
    });
    await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
    const { port } = front.address() as AddressInfo;
    await using client = createMagentoClient({
      baseUrl: `http://127.0.0.1:${port}`,
      auth: integrationKeys,
      retry: { baseDelayMs: 0 },
    });
    await client.modules.all();
    await client.modules.all();
    front.closeAllConnections();
    front.close();
    expect(seen).toHaveLength(3);
    expect(new Set(seen).size).toBe(3);
    for (const url of seen) expect(url).toMatch(/[?&]nocache=[0-9a-f]{16}$/);
  });

  test('that comes twice with one old date is a cache without a word', async () => {
    let date = new Date();
    await using shop = await startLocalServer((response) => {
      response.sendDate = false;
      sendJson(response, [], 200, { date: date.toUTCString() });
    });
    await using client = createMagentoClient({ baseUrl: shop.url, auth: { kind: 'guest' } });
    await client.modules.all();
    date = new Date(Date.now() - 60_000);
    await expect(client.modules.all()).rejects.toThrow(/comes from a cache \(twice with the same Date/);
  });

  test('from a server whose clock is behind is believed: its date moves on, and is known from then', async () => {
    let behindMs = 0;
    await using shop = await startLocalServer((response) => {
      response.sendDate = false;
      sendJson(response, [], 200, { date: new Date(Date.now() - behindMs).toUTCString() });
    });
    await using client = createMagentoClient({ baseUrl: shop.url, auth: { kind: 'guest' } });
    await client.modules.all();
    behindMs = 60_000;
    await client.modules.all();
    expect(shop.requests).toHaveLength(3);
    await client.modules.all();
    behindMs = 0;
    await client.modules.all();
    expect(shop.requests).toHaveLength(5);
  });
});

test('the first answer is held against the clock of this machine, or that of the login', () => {
  const dates = createDateWatch();
  expect(dates.isOld(new Date(100_000), 103_000)).toBe(false);
  expect(dates.isOld(new Date(100_000), 160_000)).toBe(true);
  dates.trust(new Date(100_000), 160_000);
  expect(dates.isOld(new Date(100_000), 160_000)).toBe(false);
});

test('a slow answer sets no clock ahead, and the future is not old', () => {
  const dates = createDateWatch();
  dates.trust(new Date(60_000), 60_000);
  expect(dates.isOld(new Date(100_000), 100_900)).toBe(false);
  expect(dates.isOld(new Date(100_000), 104_000)).toBe(false);
  expect(dates.isOld(new Date(100_000), 110_000)).toBe(true);
  expect(dates.isOld(new Date(900_000), 110_000)).toBe(false);
});
