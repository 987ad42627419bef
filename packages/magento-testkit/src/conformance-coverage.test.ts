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
  creditmemos: 'sales/sales-conformance.integration.test.ts',
  invoices: 'sales/sales-conformance.integration.test.ts',
  'lists-and-single-reads': 'sales/sales-conformance.integration.test.ts',
  'order-items': 'sales/sales-conformance.integration.test.ts',
  orders: 'sales/sales-conformance.integration.test.ts',
  'other-reads': 'sales/sales-conformance.integration.test.ts',
  shipments: 'sales/sales-conformance.integration.test.ts',
  transactions: 'sales/sales-conformance.integration.test.ts',
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
  const exchanges = Object.keys(secondReplayedIn).flatMap((name) => readRecording(`2.4.8-p1/${name}`));
  const counts: Record<string, number> = {};
  for (const exchange of exchanges) {
    const reason = reasonToLeaveOut(exchange) ?? 'replayed';
    counts[reason] = (counts[reason] ?? 0) + 1;
  }
  expect(counts).toMatchInlineSnapshot(`
    {
      "of its customers one was recorded whole, and a subscription of another website with it": 4,
      "reference data is that of the first shop": 7,
      "replayed": 268,
      "rules, carts, taxes and CMS are not served": 25,
      "stock is not served": 15,
      "the catalog of the second shop is not served": 63,
    }
  `);
});

test.each(Object.entries({ ...replayedIn, ...secondReplayedIn }))('%s is read by %s', (name, file) => {
  const source = readFileSync(new URL(file, import.meta.url), 'utf8');
  expect(source).toContain('readRecording(');
  expect(source).toMatch(new RegExp(`['/]${name}'`));
});
