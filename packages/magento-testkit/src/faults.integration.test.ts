import { afterEach, beforeEach, expect, test } from 'vitest';
import { readRecording } from './recordings.ts';
import { type MagentoShop, startMagentoShop } from './shop.ts';

let shop: MagentoShop;

beforeEach(async () => {
  shop = await startMagentoShop({ population: { customers: 1 } });
});

afterEach(() => shop.stop());

const ask = (signal?: AbortSignal) =>
  fetch(`${shop.url}/rest/V1/directory/currency`, signal ? { signal } : {});
const status = async () => (await ask()).status;

test('a rule strikes so often, and with Infinity until it is removed', async () => {
  const { presets } = shop.faults;
  shop.faults.add({ after: 1, times: 2, answer: presets.badGateway() });
  expect([await status(), await status(), await status(), await status()]).toEqual([200, 502, 502, 200]);

  const endFirst = shop.faults.add({ times: Infinity, answer: presets.gatewayTimeout() });
  shop.faults.add({ times: Infinity, answer: presets.forbidden() });
  expect([await status(), await status()]).toEqual([504, 504]);
  endFirst();
  expect([await status(), await status()]).toEqual([403, 403]);
  expect(shop.faults.struck).toBe(6);
});

test('a rule with an end strikes until the clock of the shop is there', async () => {
  shop.clock.freeze(true);
  const until = new Date(shop.clock.now() + 60_000);
  shop.faults.add({ until, answer: shop.faults.presets.serviceUnavailable(30) });
  expect([await status(), await status()]).toEqual([503, 503]);
  shop.clock.advance(59_999);
  expect(await status()).toBe(503);
  shop.clock.advance(1);
  expect(await status()).toBe(200);
});

test('maintenance answers the recorded page', async () => {
  shop.faults.add({ answer: shop.faults.presets.maintenance() });
  const answer = await ask();
  const recorded = readRecording('outages').find(({ title }) => title === 'maintenance mode')!.response;
  expect([answer.status, await answer.text()]).toEqual([recorded.status, recorded.body]);
});

test.each([
  [undefined, null],
  [7, '7'],
  ['Wed, 21 Oct 2026 07:28:00 GMT', 'Wed, 21 Oct 2026 07:28:00 GMT'],
])('429 with Retry-After %j', async (retryAfter, header) => {
  shop.faults.add({ answer: shop.faults.presets.tooManyRequests(retryAfter) });
  const answer = await ask();
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, header]);
  expect(answer.headers.get('content-type')).toBe('text/html');
});

test('a page of a proxy is HTML whatever its status, an exception of Magento is JSON', async () => {
  const { presets } = shop.faults;
  for (const [answer, expected] of [
    [presets.notFound(), 404],
    [presets.signInPage(), 200],
  ] as const) {
    shop.faults.add({ answer });
    const found = await ask();
    expect([found.status, found.headers.get('content-type')]).toEqual([expected, 'text/html']);
  }
  shop.faults.add({ answer: presets.internalError('webapi-0123456789abc') });
  const found = await ask();
  expect(found.status).toBe(500);
  expect(await found.json()).toEqual({ message: expect.stringContaining('Report ID: webapi-0123456789abc') });
});

test('a body that is cut off ends the connection, one that stalls keeps it open', async () => {
  shop.faults.add({ answer: shop.faults.presets.truncated(0.3) });
  const cut = await ask();
  await expect(cut.text()).rejects.toThrow('terminated');

  shop.faults.add({ answer: shop.faults.presets.stalled() });
  const giveUp = new AbortController();
  const stalled = await ask(giveUp.signal);
  expect(stalled.status).toBe(200);
  const reader = stalled.body!.getReader();
  const { value } = await reader.read();
  expect(value!.length).toBeGreaterThan(0);
  expect(value!.length).toBeLessThan(Number(stalled.headers.get('content-length')));
  giveUp.abort();
  await expect(reader.read()).rejects.toThrow('aborted');
});

test('a reset and a lost answer both end without an answer, and only one of them without effect', async () => {
  const path = `${shop.url}/rest/V1/customers`;
  const create = (email: string) =>
    fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ customer: { email, firstname: 'A', lastname: 'B' } }),
    });
  shop.faults.add({ answer: shop.faults.presets.reset() });
  await expect(create('one@example.com')).rejects.toThrow('fetch failed');
  expect(shop.customers.all()).toHaveLength(1);
  shop.faults.add({ answer: shop.faults.presets.answerLost() });
  await expect(create('two@example.com')).rejects.toThrow('fetch failed');
  expect(shop.customers.all()).toHaveLength(2);
});
