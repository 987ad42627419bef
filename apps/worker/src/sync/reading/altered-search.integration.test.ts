import { AlteredSearchError } from '@magento-sync/magento-client';
import { startProxy } from '@magento-sync/magento-testkit';
import { expect, onTestFinished, test } from 'vitest';
import { customers } from '../../../testing/customers.ts';
import { noStop, startSync } from '../../../testing/sync-harness.ts';
import { runBackfill } from '../backfill/backfill.ts';

test.each<[string, (url: string) => string]>([
  ['cut in the middle', (url) => (url.length > 300 ? url.slice(0, url.lastIndexOf('&', 300)) : url)],
  ['without their brackets', (url) => url.replaceAll(/%5B[^&=]*%5D(?==)/g, '')],
  ['lost as a whole', (url) => (url.includes('/customers/search') ? url.replace(/\?.*/, '') : url)],
  ['with another filter', (url) => url.replaceAll(/=gt(?=&|$)/g, '=gteq')],
])(
  'queries that arrive %s end a backfill with the reason, and not with an empty shop',
  async (_how, rewrite) => {
    const { shop, context, copy } = await startSync({ population: { customers: 20 } });
    const proxy = await startProxy(shop.url, {
      before: (request) => {
        request.url = rewrite(request.url);
        return undefined;
      },
    });
    onTestFinished(() => proxy[Symbol.asyncDispose]());
    const sync = context({ baseUrl: proxy.url });
    await expect(runBackfill(sync, customers, noStop(), { restart: false })).rejects.toThrow(
      AlteredSearchError,
    );
    const { rows } = await copy.database.pool.query<{ count: number }>(
      'select count(*) from magento.customers',
    );
    expect(rows).toEqual([{ count: 0 }]);
  },
);
