import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readRecording, recordingsFolder } from './recordings.ts';
import { reasonToLeaveOut } from './testing/second-shop.ts';

/** Where each recording is replayed, whole and compared by status, content type and body. */
const replayedIn: Readonly<Record<string, string>> = {
  'customers-search': 'conformance.integration.test.ts',
  'input-limits': 'conformance.integration.test.ts',
  'oauth-handshake': 'oauth/handshake-conformance.integration.test.ts',
  oauth: 'oauth/oauth-conformance.integration.test.ts',
  outages: 'conformance.integration.test.ts',
  reads: 'conformance.integration.test.ts',
  session: 'session/session.integration.test.ts',
  soap: 'soap/soap-conformance.integration.test.ts',
  tokens: 'conformance.integration.test.ts',
  'two-factor': 'two-factor/two-factor-conformance.integration.test.ts',
  writes: 'conformance.integration.test.ts',
};

/** The same for the second recorded shop; its README says what the files hold. */
const secondReplayedIn: Readonly<Record<string, string>> = {
  'attribute-groups': 'second-shop-conformance.integration.test.ts',
  'attribute-sets': 'second-shop-conformance.integration.test.ts',
  carts: 'second-shop-conformance.integration.test.ts',
  categories: 'second-shop-conformance.integration.test.ts',
  'category-attributes': 'second-shop-conformance.integration.test.ts',
  'cms-blocks': 'second-shop-conformance.integration.test.ts',
  'cms-pages': 'second-shop-conformance.integration.test.ts',
  coupons: 'second-shop-conformance.integration.test.ts',
  creditmemos: 'second-shop-conformance.integration.test.ts',
  'customer-groups': 'second-shop-conformance.integration.test.ts',
  invoices: 'second-shop-conformance.integration.test.ts',
  'lists-and-single-reads': 'second-shop-conformance.integration.test.ts',
  'newsletter-in-lists': 'second-shop-conformance.integration.test.ts',
  'order-items': 'second-shop-conformance.integration.test.ts',
  orders: 'second-shop-conformance.integration.test.ts',
  'other-reads': 'second-shop-conformance.integration.test.ts',
  'product-attribute-sets': 'second-shop-conformance.integration.test.ts',
  'product-attributes': 'second-shop-conformance.integration.test.ts',
  products: 'second-shop-conformance.integration.test.ts',
  'sales-rules': 'second-shop-conformance.integration.test.ts',
  shipments: 'second-shop-conformance.integration.test.ts',
  'source-items': 'second-shop-conformance.integration.test.ts',
  sources: 'second-shop-conformance.integration.test.ts',
  'stock-source-links': 'second-shop-conformance.integration.test.ts',
  stocks: 'second-shop-conformance.integration.test.ts',
  'tax-classes': 'second-shop-conformance.integration.test.ts',
  'tax-rates': 'second-shop-conformance.integration.test.ts',
  'tax-rules': 'second-shop-conformance.integration.test.ts',
  transactions: 'second-shop-conformance.integration.test.ts',
  'writes-and-updated-at': 'sales/writes-conformance.integration.test.ts',
};

test.each([
  ['', replayedIn],
  ['2.4.8-p1/', secondReplayedIn],
])('every recording of exchanges in recordings/%s is replayed', (folder, known) => {
  const recordings = readdirSync(new URL(folder, recordingsFolder))
    .filter((file) => file.endsWith('.json'))
    .filter(
      (file) => 'exchanges' in JSON.parse(readFileSync(new URL(folder + file, recordingsFolder), 'utf8')),
    );
  expect(recordings.map((file) => file.replace('.json', ''))).toEqual(Object.keys(known));
});

test('of the second shop only what is not served is left out', () => {
  const counts: Record<string, number> = {};
  for (const name of Object.keys(secondReplayedIn))
    for (const exchange of readRecording(`2.4.8-p1/${name}`)) {
      const reason = reasonToLeaveOut(name, exchange) ?? 'replayed';
      counts[reason] = (counts[reason] ?? 0) + 1;
    }
  expect(counts).toMatchInlineSnapshot(`
    {
      "a product or an attribute by itself says more than the list that was recorded whole": 9,
      "filters that are no attributes are not modelled": 3,
      "no list, and not served": 27,
      "only sales can be edited": 38,
      "replayed": 946,
      "the database chooses the order of rows that tie, of rows without a sort, of options of a product": 4,
      "the recorder changed the subscription by SQL": 2,
    }
  `);
});

test.each(Object.entries({ ...replayedIn, ...secondReplayedIn }))('%s is read by %s', (name, file) => {
  const source = readFileSync(new URL(file, import.meta.url), 'utf8');
  expect(source).toContain('readRecording(');
  expect(source).toMatch(new RegExp(`['/]${name}'`));
});
