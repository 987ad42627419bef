import { expect, test } from 'vitest';
import { startMagentoShop } from '../shop.ts';
import { startProxy } from './proxy.ts';

test('a proxy passes on, changes answers, answers by itself and hangs up', async () => {
  await using shop = await startMagentoShop();
  const direct = await (await fetch(`${shop.url}/rest/V1/unknown`)).text();
  await using proxy = await startProxy(shop.url, {
    before: ({ url }) => {
      if (url === '/own') return { status: 418, headers: {}, body: Buffer.from('short and stout') };
      return url === '/gone' ? 'hang up' : undefined;
    },
    change: (answer, { url }) => {
      if (url.endsWith('changed')) answer.body = Buffer.concat([Buffer.from('<br />'), answer.body]);
    },
  });
  expect(await (await fetch(`${proxy.url}/rest/V1/unknown`)).text()).toBe(direct);
  expect(await (await fetch(`${proxy.url}/rest/V1/unknown?changed`)).text()).toBe(`<br />${direct}`);
  expect((await fetch(`${proxy.url}/own`)).status).toBe(418);
  await expect(fetch(`${proxy.url}/gone`)).rejects.toThrow('fetch failed');
  expect(proxy.requests.map(({ number }) => number)).toEqual([1, 2, 3, 4]);
});
