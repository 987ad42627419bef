import type { MagentoShop } from '@magento-sync/magento-testkit';
import { expect, test } from 'vitest';
import { expectEqualSides } from '../../../testing/compare-copy.ts';
import { customers } from '../../../testing/customers.ts';
import { noStop, startSync } from '../../../testing/sync-harness.ts';
import { runBackfill } from '../backfill/backfill.ts';
import { sweep } from '../sweep/sweep.ts';
import { openPageSize, paceRules, pageLimitName, pageTroubleName } from './page-size.ts';

const limited = { maximumPageSize: 45, defaultPageSize: 20, listLength: 20 };
const always = Number.POSITIVE_INFINITY;

/** Page sizes that the shop was asked for, in order; those of walks alone. */
function sizesAsked(shop: MagentoShop): number[] {
  return shop.requests
    .all()
    .filter(
      ({ query }) => query.includes('entity_id') && query.includes('=gt') && !query.includes('total_count'),
    )
    .map(({ query }) => Number(new URLSearchParams(query).get('searchCriteria[pageSize]')));
}

test('a shop that refuses large pages is read in pages as large as it allows, also by the next process', async () => {
  const { shop, copy, store, context } = await startSync({
    release: '2.4.3',
    population: { customers: 200 },
    inputLimits: limited,
  });
  const pageSize = await openPageSize(context(), paceRules(300, 300));
  const result = await runBackfill(context({ pageSize }), customers, noStop(), { restart: false });
  expect(result).toMatchObject({ status: 'succeeded' });
  expect(sizesAsked(shop)).toEqual([300, 45, 45, 45, 45, 45]);
  await expect
    .poll(async () => (await store.capabilities.get('test', pageLimitName))?.value)
    .toEqual({ max: 45, how: 'refused' });

  shop.requests.clear();
  const known = await openPageSize(context(), paceRules(300, 300));
  await sweep(context({ pageSize: known }), customers, noStop(), { periodMs: 0 });
  expect(Math.max(...sizesAsked(shop))).toBe(45);
  // The comparison asks for large pages.
  shop.setInputLimits(undefined);
  await expectEqualSides(shop, copy.url);
});

test('a shop that cuts pages without a word is read whole', async () => {
  const { shop, copy, store, context } = await startSync({ population: { customers: 130 } });
  const cut = (body: string) => {
    const answer = JSON.parse(body) as { items: unknown[] };
    return JSON.stringify({ ...answer, items: answer.items.slice(0, 30) });
  };
  shop.faults.add({ match: '=gt', times: always, answer: { kind: 'change', change: cut } });
  const pageSize = await openPageSize(context(), paceRules(100, 300));
  const result = await runBackfill(context({ pageSize }), customers, noStop(), { restart: false });
  expect(result).toMatchObject({ status: 'succeeded' });
  shop.faults.clear();
  await expectEqualSides(shop, copy.url);
  expect(sizesAsked(shop)).toEqual([100, 100, 30, 30, 30, 30, 30]);
  await expect
    .poll(async () => (await store.capabilities.get('test', pageLimitName))?.value)
    .toEqual({ max: 30, how: 'cut' });
});

test('slow pages become smaller, and larger again when the shop has recovered', async () => {
  const { shop, copy, context } = await startSync({ population: { customers: 500 } });
  shop.faults.add({ match: '=gt', times: 2, answer: { kind: 'delay', milliseconds: 2_200 } });
  const rules = { ...paceRules(40, 60), targetMs: 2_000 };
  const pageSize = await openPageSize(context(), rules);
  await runBackfill(context({ pageSize, concurrency: 1 }), customers, noStop(), { restart: false });
  await expectEqualSides(shop, copy.url);
  const sizes = sizesAsked(shop);
  expect(sizes.slice(0, 3)).toEqual([40, 20, 10]);
  expect(sizes.at(-1)).toBeGreaterThan(10);
  expect(Math.max(...sizes.slice(1))).toBeLessThanOrEqual(60);
});

test('a gateway that gives up on large pages ends no backfill', async () => {
  const { shop, copy, store, context } = await startSync({ population: { customers: 60 } });
  const isLarge = ({ query }: { query: string }) => /pageSize%5D=(?:[3-9]\d|\d{3})&/.test(query);
  shop.faults.add({
    match: isLarge,
    times: always,
    answer: {
      kind: 'answer',
      status: 504,
      body: '<html><title>504 Gateway Time-out</title></html>',
      afterMs: 2_100,
    },
  });
  const pageSize = await openPageSize(context(), paceRules(100, 100), { entity: 'customers' });
  const result = await runBackfill(context({ pageSize }), customers, noStop(), { restart: false });
  expect(result).toMatchObject({ status: 'succeeded' });
  // Each size is tried once: a page that was too slow is not asked for again as it was.
  expect(sizesAsked(shop)).toEqual([100, 50, 25, 25, 25]);
  shop.faults.clear();

  // The next process begins where this one has arrived, and forgets it by and by.
  const noted = async () => (await store.capabilities.get('test', pageTroubleName('customers')))?.value;
  await expect.poll(noted).toEqual({ rows: 25 });
  const sizeAfter = async (days: number) => {
    const later = { now: () => new Date(Date.now() + days * 86_400_000) };
    const opened = { ...context(), clock: later };
    return (await openPageSize(opened, paceRules(100, 100), { entity: 'customers' })).current();
  };
  expect(await Promise.all([0, 1, 2, 300].map(sizeAfter))).toEqual([25, 50, 100, 100]);
  const other = await openPageSize(context(), paceRules(100, 100), { entity: 'orders' });
  expect(other.current()).toBe(100);
  const next = await openPageSize(context(), paceRules(100, 100), { entity: 'customers' });
  for (let page = 0; page < 30; page += 1) {
    const asked = next.current();
    next.observe({ asked, rows: asked, durationMs: 1, bytes: 1_000 });
  }
  await expect.poll(noted).toEqual({ rows: null });
  await expectEqualSides(shop, copy.url);
});

test('an outage makes no page smaller', async () => {
  const { shop, copy, context } = await startSync({ population: { customers: 60 } });
  for (const status of [502, 504]) {
    shop.faults.add({ match: '=gt', times: 1, answer: { kind: 'answer', status, body: '<html></html>' } });
  }
  const pageSize = await openPageSize(context(), paceRules(40, 40));
  const result = await runBackfill(context({ pageSize, concurrency: 1 }), customers, noStop(), {
    restart: false,
  });
  expect(result).toMatchObject({ status: 'succeeded' });
  expect(new Set(sizesAsked(shop))).toEqual(new Set([40]));
  await expectEqualSides(shop, copy.url);
});

test('lists of ids and single records keep to the limit too', async () => {
  const { shop, context } = await startSync({
    release: '2.4.3',
    population: { customers: 120 },
    inputLimits: limited,
  });
  const pageSize = await openPageSize(context(), paceRules(300, 300));
  const sync = context({ pageSize });
  await runBackfill(sync, customers, noStop(), { restart: false });
  const ids = shop.customers.ids();
  const fresh = context({ pageSize: await openPageSize(context(), paceRules(300, 300)) });
  const listed: number[] = [];
  const everyId = { afterId: 0, upToId: null };
  for await (const page of customers.idPages(fresh, everyId, noStop())) listed.push(...page.ids);
  expect(listed).toEqual(ids);
  for (const id of ids) shop.customers.editAddress(id, { city: 'Hvar' });
  const runId = await fresh.store.runs.start({
    shop: 'test',
    entity: 'customers',
    kind: 'verify',
    details: {},
  });
  const reread = await customers.reread(fresh, ids, { runId, cause: 'verify' }, noStop().signal);
  expect(reread).toMatchObject({ gone: [] });
  expect(reread.outcome.updated + reread.outcome.unchanged).toBe(120);
});
