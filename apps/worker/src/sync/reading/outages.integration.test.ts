import { isOutage, MagentoNetworkError } from '@magento-sync/magento-client';
import { type ProxiedAnswer, startMagentoShop, startProxy } from '@magento-sync/magento-testkit';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { customersOfCopy, expectEqualSides } from '../../../testing/compare-copy.ts';
import { customers } from '../../../testing/customers.ts';
import { noStop, startSync } from '../../../testing/sync-harness.ts';
import { runBackfill } from '../backfill/backfill.ts';
import type { SyncContext } from '../ports.ts';
import { refreshReferenceData } from '../reference-data/reference-data.ts';
import { sweep } from '../sweep/sweep.ts';
import { createOutageWait } from './outages.ts';
import { openPageSize, paceRules } from './page-size.ts';

const html = (status: number, title: string): ProxiedAnswer => ({
  status,
  headers: { 'content-type': 'text/html' },
  body: Buffer.from(`<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>`),
});

/** What a shop without its database answers, as recorded. */
async function databaseDown(): Promise<ProxiedAnswer> {
  await using shop = await startMagentoShop();
  shop.databaseDown(true);
  const answer = await fetch(`${shop.url}/rest/V1/store/websites`);
  const { status } = answer;
  return { status, headers: { 'content-type': 'text/html' }, body: Buffer.from(await answer.text()) };
}

/** A shop behind a proxy that is away for some requests from one on, and a patient worker with an adaptive page size. */
async function startAway(answer: ProxiedAnswer, from: number, requests: number) {
  const harness = await startSync({ population: { customers: 200 } });
  const sizes: number[] = [];
  let seen = 0;
  const proxy = await startProxy(harness.shop.url, {
    before({ url }) {
      if (!url.includes('/customers/') && !url.includes('/store/')) return undefined;
      const size = /pageSize%5D=(\d+)/.exec(url)?.[1];
      if (size && !url.includes('total_count')) sizes.push(Number(size));
      seen += 1;
      return seen > from && seen <= from + requests
        ? { ...answer, headers: { ...answer.headers } }
        : undefined;
    },
  });
  onTestFinished(() => proxy[Symbol.asyncDispose]());
  const said: string[] = [];
  const log = pino(
    { level: 'warn' },
    { write: (line: string) => void said.push((JSON.parse(line) as { msg: string }).msg) },
  );
  const base = { ...harness.context({ baseUrl: proxy.url, concurrency: 2 }), log };
  const pageSize = await openPageSize(base, paceRules(50, 50));
  const sync = (patienceMs: number): SyncContext => ({
    ...base,
    settings: { ...base.settings, pageSize },
    outages: createOutageWait(log, { patienceMs, firstDelayMs: 1 }),
  });
  return { ...harness, sync, sizes, said };
}

const backfill = (sync: SyncContext) => runBackfill(sync, customers, noStop(), { restart: false });

test.each([
  ['a web server without PHP', html(502, '502 Bad Gateway'), /502/],
  ['maintenance', html(503, 'Service Temporarily Unavailable'), /503/],
  ['a shop without its database', undefined, /database/i],
])('%s is waited for, said once, and makes no page smaller', async (_what, given, said) => {
  const answer = given ?? (await databaseDown());
  const shop = await startAway(answer, 2, 20);
  expect(await backfill(shop.sync(600_000))).toMatchObject({ status: 'succeeded' });
  await expectEqualSides(shop.shop, shop.copy.url);
  expect(new Set(shop.sizes)).toEqual(new Set([1, 50]));
  expect(shop.said).toHaveLength(2);
  expect(shop.said[0]).toMatch(/^Waiting for the shop, for up to 10m: /);
  expect(shop.said[0]).toMatch(said);
  expect(shop.said[1]).toMatch(/^The shop is back after /);
  expect(await shop.store.quarantine.list('test')).toEqual([]);
});

test('a sweep and the reference data wait too', async () => {
  const shop = await startAway(html(503, 'Service Temporarily Unavailable'), 8, 20);
  expect(await backfill(shop.sync(600_000))).toMatchObject({ status: 'succeeded' });
  expect(await sweep(shop.sync(600_000), customers, noStop(), { periodMs: 0 })).toMatchObject({
    result: { status: 'succeeded', passComplete: true },
  });
  const away = await startAway(html(502, '502 Bad Gateway'), 0, 15);
  expect(await refreshReferenceData(away.sync(600_000), noStop())).toMatchObject({
    status: 'succeeded',
  });
});

test('patience ends, and the run says why it failed', async () => {
  const shop = await startAway(html(503, 'Service Temporarily Unavailable'), 2, 100_000);
  await expect(backfill(shop.sync(50))).rejects.toThrow('503');
  expect((await shop.store.runs.recent('test', { kind: 'backfill' }))[0]).toMatchObject({ status: 'failed' });
});

test('a row over which PHP dies is not waited for', async () => {
  const { shop, copy, store, context } = await startSync({ population: { customers: 20 } });
  const id = shop.customers.ids()[7]!;
  const proxy = await startProxy(shop.url, {
    change(answer) {
      if (!new RegExp(`"id":${id}(?!,"customer_id)[,}]`).test(answer.body.toString())) return;
      Object.assign(answer, html(502, '502 Bad Gateway'));
    },
  });
  onTestFinished(() => proxy[Symbol.asyncDispose]());
  const outages = createOutageWait(pino({ level: 'silent' }), {
    patienceMs: 3_600_000,
    firstDelayMs: 600_000,
  });
  expect(await backfill({ ...context({ baseUrl: proxy.url }), outages })).toMatchObject({
    status: 'succeeded',
  });
  expect(await customersOfCopy(copy.url)).toHaveLength(19);
  expect(await store.quarantine.list('test')).toMatchObject([{ id }]);
});

test('a shop that stops to listen is waited for, an address at which nothing has answered yet is not', async () => {
  const refused = () => new MagentoNetworkError('connection refused', { mayHaveArrived: false });
  const silent = pino({ level: 'silent' });
  const { signal } = noStop();
  const never = createOutageWait(silent, { patienceMs: 3_600_000, firstDelayMs: 600_000 });
  await expect(never.through(() => Promise.reject(refused()), isOutage, signal)).rejects.toThrow('refused');
  const answers = ['well', refused(), refused(), 'back'];
  const patient = createOutageWait(silent, { patienceMs: 3_600_000, firstDelayMs: 1 });
  const ask = async () => {
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return answer;
  };
  expect(await patient.through(ask, isOutage, signal)).toBe('well');
  expect(await patient.through(ask, isOutage, signal)).toBe('back');
});
