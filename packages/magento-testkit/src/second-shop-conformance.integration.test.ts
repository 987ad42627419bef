import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RecordedExchange, readRecording } from './recordings.ts';
import { type MagentoShop, startMagentoShop } from './shop.ts';
import { reasonToLeaveOut } from './testing/second-shop.ts';

/** Each whole, but for what `testing/second-shop.ts` lists with its reason. */
const replayed = [
  'attribute-groups',
  'attribute-sets',
  'carts',
  'categories',
  'category-attributes',
  'cms-blocks',
  'cms-pages',
  'coupons',
  'creditmemos',
  'customer-groups',
  'invoices',
  'lists-and-single-reads',
  'newsletter-in-lists',
  'order-items',
  'orders',
  'other-reads',
  'product-attribute-sets',
  'product-attributes',
  'products',
  'sales-rules',
  'shipments',
  'source-items',
  'sources',
  'stock-source-links',
  'stocks',
  'tax-classes',
  'tax-rates',
  'tax-rules',
  'transactions',
];

let shop: MagentoShop;

beforeAll(async () => {
  shop = await startMagentoShop({ recorded: '2.4.8-p1' });
  shop.clock.set(new Date('2026-11-26T11:51:00Z'));
  shop.clock.freeze(true);
  // Of 35,000 customers one was recorded whole.
  shop.customers.skipIds(34_952);
});

afterAll(() => shop.stop());

const tokens: Readonly<Record<string, string>> = {
  'Bearer <integration token>': 'Bearer all-rights',
  'Bearer <token of an integration without this right>': 'Bearer cms-pages-only',
};

/** Report ids are made up anew, and the customers that the recorder created came within a minute. */
const comparable = (text: string) =>
  text.replace(/webapi-\w+/, 'webapi-<id>').replace(/2026-11-26 11:51:\d\d/g, '<then>');

/** The same answer, order of members aside; of those above 40 kB the recorder kept the first two items. */
async function expectSame({
  title,
  request,
  response,
  note,
}: RecordedExchange & { note?: string }): Promise<void> {
  const { Authorization, ...headers } = request.headers;
  const answer = await fetch(shop.url + request.path, {
    method: request.method,
    headers: {
      ...headers,
      ...(Authorization ? { Authorization: tokens[Authorization] ?? Authorization } : {}),
    },
    ...(request.body ? { body: request.body } : {}),
  });
  const text = comparable(await answer.text());
  const body = JSON.parse(text) as { items?: unknown[] };
  if (note?.includes('items cut to 2')) body.items = body.items?.slice(0, 2) ?? [];
  expect({ title, status: answer.status, body }).toEqual({
    title,
    status: response.status,
    body: JSON.parse(comparable(response.body)),
  });
}

test.each(replayed)('2.4.8-p1/%s.json', async (name) => {
  const exchanges = readRecording(`2.4.8-p1/${name}`).filter((exchange) => !reasonToLeaveOut(name, exchange));
  expect(exchanges).not.toEqual([]);
  for (const exchange of exchanges) await expectSame(exchange);
});
