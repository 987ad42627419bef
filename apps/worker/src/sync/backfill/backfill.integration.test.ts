import { expect, test } from 'vitest';
import { expectEqualSides } from '../../../testing/compare-copy.ts';
import { customers } from '../../../testing/customers.ts';
import { noStop, pausable, startSync } from '../../../testing/sync-harness.ts';
import { pullChanges } from '../pull/pull.ts';
import { runBackfill } from './backfill.ts';
import { findPlan } from './backfill-plan.ts';

const search = '/V1/customers/search';

function pagesAsked(requests: readonly { path: string; query: string }[]): number {
  return requests.filter(
    ({ path, query }) =>
      path.endsWith(search) &&
      query.includes('entity_id') &&
      query.includes('gt') &&
      !query.includes('total_count'),
  ).length;
}

test('a backfill copies every recorded customer and lets the pulls begin before it', async () => {
  const { shop, copy, context, store } = await startSync();
  const sync = context();
  const before = Date.now();
  const result = await runBackfill(sync, customers, noStop(), { restart: false });
  expect(result).toMatchObject({ status: 'succeeded', rangesLeft: 0 });
  await expectEqualSides(shop, copy.url);
  const [pull] = await store.checkpoints.list({ shop: 'test', kind: 'pull' });
  expect(Date.parse(`${pull?.state.watermark}Z`)).toBeLessThan(before);
  const [run] = await store.runs.recent('test', { kind: 'backfill' });
  expect(run).toMatchObject({ status: 'succeeded', inserted: 2_500 });
  // The first answer said how many there are; nobody asks for that again.
  const countsOfAll = shop.requests
    .all()
    .filter(({ query }) => /total_count/.test(query) && /\[value\]=0&/.test(query) && !/lteq/.test(query));
  expect(countsOfAll).toEqual([]);
});

test('a finished backfill is not read again unless it is asked for', async () => {
  const { shop, context } = await startSync({ population: { customers: 30 } });
  const sync = context();
  await runBackfill(sync, customers, noStop(), { restart: false });
  shop.requests.clear();
  expect(await runBackfill(sync, customers, noStop(), { restart: false })).toMatchObject({ ranges: 0 });
  expect(shop.requests.count(search)).toBe(0);
  expect(await runBackfill(sync, customers, noStop(), { restart: true })).toMatchObject({
    ranges: 1,
    rangesLeft: 0,
  });
});

test('a backfill that was stopped goes on after the last committed page', async () => {
  const { shop, copy, context } = await startSync({ population: { customers: 1_000 } });
  const stop = pausable();
  let pages = 0;
  const first = context({
    pageSize: 20,
    onPage: () => {
      pages += 1;
      if (pages === 10) stop.ask();
    },
  });
  const stopped = await runBackfill(first, customers, stop, { restart: false });
  expect(stopped.status).toBe('interrupted');
  expect(stopped.rangesLeft).toBeGreaterThan(0);
  shop.requests.clear();
  let again = 0;
  const second = context({ pageSize: 20, onPage: ({ outcome }) => void (again += outcome.unchanged) });
  expect(await runBackfill(second, customers, noStop(), { restart: false })).toMatchObject({
    status: 'succeeded',
  });
  expect(again).toBe(0);
  await expectEqualSides(shop, copy.url);
});

test('two processes share one backfill and read no page twice', async () => {
  const { shop, copy, context } = await startSync({ population: { customers: 1_000 }, latencyMs: 3 });
  const read: string[] = [];
  const options = { pageSize: 20, onPage: ({ range }: { range: string }) => void read.push(range) };
  const results = await Promise.all([
    runBackfill(context(options), customers, noStop(), { restart: false, busyDelayMs: 10 }),
    runBackfill(context(options), customers, noStop(), { restart: false, busyDelayMs: 10 }),
  ]);
  expect(results.map(({ rangesLeft }) => rangesLeft)).toEqual([0, 0]);
  expect(read.length).toBe(pagesAsked(shop.requests.all()));
  await expectEqualSides(shop, copy.url);
  const plan = await findPlan(context(), customers);
  expect(plan?.completedAt).not.toBeNull();
});

test('a failure stops the other ranges, is recorded, and the next backfill goes on', async () => {
  const { shop, copy, context, store } = await startSync({ population: { customers: 600 } });
  shop.faults.add({
    match: 'customers/search',
    after: 8,
    times: 50,
    answer: { kind: 'answer', status: 500, body: '{}' },
  });
  const sync = context({ pageSize: 20 });
  await expect(runBackfill(sync, customers, noStop(), { restart: false })).rejects.toMatchObject({
    code: 'server_fault',
  });
  const [run] = await store.runs.recent('test', { kind: 'backfill' });
  expect(run?.status).toBe('failed');
  shop.faults.clear();
  await runBackfill(sync, customers, noStop(), { restart: false });
  await expectEqualSides(shop, copy.url);
});

test('customers that change or appear during a backfill are found by the pull after it', async () => {
  const { shop, copy, context } = await startSync({ population: { customers: 300 } });
  const ids = shop.customers.ids();
  let page = 0;
  const sync = context({
    pageSize: 20,
    onPage() {
      page += 1;
      // Behind, before and beyond where the ranges are.
      shop.customers.save(ids[page]!, { lastname: `Behind ${page}` });
      shop.customers.save(ids.at(-page)!, { lastname: `Ahead ${page}` });
      shop.customers.create({ firstname: `New ${page}` });
    },
  });
  await runBackfill(sync, customers, noStop(), { restart: false });
  await pullChanges(context(), customers, noStop());
  await expectEqualSides(shop, copy.url);
});

test('an empty shop is complete at once, and its first customer arrives by a pull', async () => {
  const { shop, copy, context } = await startSync({ population: { customers: 0 } });
  const sync = context();
  await runBackfill(sync, customers, noStop(), { restart: false });
  shop.customers.create({ email: 'first@example.com' });
  expect(await pullChanges(sync, customers, noStop())).toMatchObject({
    kind: 'pulled',
    result: { inserted: 1 },
  });
  await expectEqualSides(shop, copy.url);
});
