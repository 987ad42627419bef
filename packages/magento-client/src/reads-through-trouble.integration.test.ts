import { type FaultAnswer, startMagentoShop } from '@magento-sync/magento-testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMagentoClient, type MagentoClient } from './client.ts';
import { formatMagentoTime } from './search/magento-time.ts';

const START = { updatedAt: '1970-01-01 00:00:00', id: 0 };

function connect(url: string): MagentoClient {
  return createMagentoClient({
    baseUrl: url,
    auth: { kind: 'admin', username: 'admin', password: 'Passw0rd123!' },
    budget: { concurrency: 2, requestsPerSecond: 10_000 },
    retry: { attempts: 4, baseDelayMs: 1, maxDelayMs: 2_000 },
  });
}

async function readIds(
  client: MagentoClient,
  between: (page: number) => void = () => undefined,
): Promise<number[]> {
  const ids: number[] = [];
  let page = 0;
  for await (const { items } of client.customers.pagesInIdRange({ afterId: 0 }, { pageSize: 10 })) {
    ids.push(...items.map((customer) => customer.id));
    page += 1;
    between(page);
  }
  return ids;
}

test.each<[string, FaultAnswer]>([
  [
    '429 with Retry-After',
    { kind: 'answer', status: 429, headers: { 'retry-after': '0' }, body: '{"message":"Too Many Requests"}' },
  ],
  [
    '500',
    {
      kind: 'answer',
      status: 500,
      body: '{"message":"Internal Error. Details are available in Magento log file. Report ID: webapi-65f1c0d2a3b4c"}',
    },
  ],
  [
    '502 of a proxy',
    {
      kind: 'answer',
      status: 502,
      headers: { 'content-type': 'text/html' },
      body: '<html><title>502 Bad Gateway</title></html>',
    },
  ],
  [
    '503 as a web page',
    { kind: 'answer', status: 503, headers: { 'content-type': 'text/html' }, body: '<!doctype html>' },
  ],
  [
    'a web page with status 200',
    { kind: 'answer', status: 200, headers: { 'content-type': 'text/html' }, body: '<html></html>' },
  ],
  ['a cut answer', { kind: 'truncate', share: 0.5 }],
  ['a reset connection', { kind: 'reset' }],
  ['a lost answer', { kind: 'drop-answer' }],
])('a backfill goes through %s, twice on one page', async (_, answer) => {
  await using shop = await startMagentoShop({ population: { customers: 45 } });
  await using client = connect(shop.url);
  shop.faults.add({ match: '/customers/search', after: 2, times: 2, answer });
  expect(await readIds(client)).toEqual(shop.customers.ids().toSorted((left, right) => left - right));
  expect(shop.faults.struck).toBe(2);
});

test('a token that ends in the middle of a backfill is renewed without a lost row', async () => {
  await using shop = await startMagentoShop({ population: { customers: 45 } });
  await using client = connect(shop.url);
  const read = await readIds(client, () => shop.clock.advance(45 * 60_000));
  expect(read).toHaveLength(45);
  const logins = shop.requests.all().filter((request) => request.path.includes('/integration/admin/token'));
  expect(logins.length).toBeGreaterThan(2);
});

test('reads of changes miss nothing while customers are edited, created and deleted', async () => {
  const edit = fc.tuple(fc.constantFrom('save', 'create', 'remove', 'fail'), fc.nat());
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(edit, { maxLength: 4 }), { maxLength: 12 }),
      fc.nat(1_000),
      async (story, seed) => {
        await using shop = await startMagentoShop({ population: { customers: 40, seed } });
        await using client = connect(shop.url);
        const began = formatMagentoTime(new Date(shop.clock.now()));
        const copy = new Map<number, string | null>();
        const read = async (start: typeof START, between: () => void) => {
          for await (const page of client.customers.pagesChangedSince(start, { pageSize: 7 })) {
            for (const customer of page.items) copy.set(customer.id, customer.lastname);
            between();
          }
        };
        let step = 0;
        await read(START, () => {
          for (const [kind, choice] of story[step] ?? []) {
            const ids = shop.customers.ids();
            const id = ids[choice % Math.max(1, ids.length)];
            if (kind === 'create' || id === undefined) shop.customers.create({ lastname: `New ${step}` });
            else if (kind === 'save') shop.customers.save(id, { lastname: `Edit ${step} ${choice}` });
            else if (kind === 'fail') shop.customers.failLogin(id);
            else shop.customers.remove(id);
          }
          step += 1;
          shop.clock.advance(400);
        });
        await read({ updatedAt: began, id: 0 }, () => undefined);
        for (const customer of shop.customers.all()) expect(copy.get(customer.id)).toBe(customer.lastname);
      },
    ),
    { numRuns: 25 },
  );
});
