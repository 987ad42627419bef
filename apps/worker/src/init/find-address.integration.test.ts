import { startProxy } from '@magento-sync/magento-testkit';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { startShopAndCopy } from '../../testing/shop-and-copy.ts';
import { tryAddress } from './find-address.ts';

/** The address of a shop that answers without a store view in it, and of one that answers only through one. */
async function start() {
  const { shop } = await startShopAndCopy({ population: { customers: 1 } });
  const proxy = await startProxy(shop.url, {
    before({ url }) {
      if (url.startsWith('/rest/default/')) return undefined;
      return { status: 404, headers: { 'content-type': 'text/html' }, body: Buffer.from('<html></html>') };
    },
  });
  onTestFinished(() => proxy[Symbol.asyncDispose]());
  const log = pino({ level: 'silent' });
  const { signal } = new AbortController();
  /** What is proposed, step by step, until it works or nothing is proposed any more. */
  const follow = async (typed: string) => {
    const proposals: string[] = [];
    let storeCode: string | undefined;
    for (let address = typed; proposals.length < 5; ) {
      const tried = await tryAddress(address, {}, log, signal, storeCode);
      storeCode = tried.works ? tried.storeCode : (tried.storeCode ?? storeCode);
      if (tried.works || tried.proposal === undefined)
        return { works: tried.works, address, storeCode, sentence: tried.sentence };
      address = tried.proposal;
      proposals.push(address);
    }
    throw new Error(`In a circle: ${proposals.join(', ')}`);
  };
  return { open: shop.url, narrow: proxy.url, follow };
}

test('a store view in an address is left out, and set only where the shop answers through it alone', async () => {
  const { open, narrow, follow } = await start();
  for (const path of [
    '/rest/default',
    '/rest/default/V1',
    '/default',
    '/default/',
    '/default/checkout/cart',
  ]) {
    expect([path, await follow(open + path)]).toEqual([
      path,
      {
        works: true,
        address: open,
        storeCode: undefined,
        sentence: expect.stringContaining(`Magento answers at ${open}`) as string,
      },
    ]);
    expect([path, await follow(narrow + path)]).toEqual([
      path,
      {
        works: true,
        address: narrow,
        storeCode: 'default',
        sentence: expect.stringContaining('only through the store view "default"') as string,
      },
    ]);
  }
  // A part of the path that is no store view is none.
  expect(await follow(`${narrow}/unheard`)).toMatchObject({ works: false, storeCode: undefined });
});
