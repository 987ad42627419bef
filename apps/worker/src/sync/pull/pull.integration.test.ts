import { expect, test } from 'vitest';
import { expectEqualSides } from '../../../testing/compare-copy.ts';
import { customers } from '../../../testing/customers.ts';
import { startFilled, watermark } from '../../../testing/filled-sync.ts';
import { noStop, pausable, type SyncHarness, startSync } from '../../../testing/sync-harness.ts';
import { pullChanges } from './pull.ts';
import { stampOf } from './watermark.ts';

const minute = 60_000;

function first({ shop }: SyncHarness): number {
  return shop.customers.ids()[0]!;
}

test('without a watermark a pull asks for a backfill and reads nothing', async () => {
  const { shop, context } = await startSync({ population: { customers: 3 } });
  expect(await pullChanges(context(), customers, noStop())).toEqual({ kind: 'needs-backfill' });
  expect(shop.requests.all()).toEqual([]);
});

test('a change arrives, and a second pull does not write it again', async () => {
  const harness = await startFilled(50);
  const sync = harness.context();
  harness.shop.customers.save(7, { firstname: 'Grace' });
  const first = await pullChanges(sync, customers, noStop());
  expect(first).toMatchObject({ kind: 'pulled', result: { rows: 1, updated: 1, unchanged: 0 } });
  const second = await pullChanges(sync, customers, noStop());
  expect(second).toMatchObject({ kind: 'pulled', result: { updated: 0, unchanged: 1 } });
  await expectEqualSides(harness.shop, harness.copy.url);
});

test('hundreds of rows that share one second are read over several pages', async () => {
  const harness = await startFilled(250);
  harness.shop.clock.freeze(true);
  harness.shop.customers.saveMany(harness.shop.customers.ids(), { lastname: 'Import' });
  const attempt = await pullChanges(harness.context({ pageSize: 20 }), customers, noStop());
  expect(attempt).toMatchObject({ result: { rows: 250, updated: 250 } });
  await expectEqualSides(harness.shop, harness.copy.url);
});

test('a row that is committed late is read by the next pull', async () => {
  const harness = await startFilled(50);
  const { shop } = harness;
  const late = shop.customers.saveLate(3, { lastname: 'Late' });
  shop.clock.advance(9 * minute);
  shop.customers.save(4, { lastname: 'Later stamp, earlier commit' });
  await pullChanges(harness.context(), customers, noStop());
  late.commit();
  await pullChanges(harness.context(), customers, noStop());
  await expectEqualSides(shop, harness.copy.url);
});

test('the watermark follows a change of this moment up to the clock of the shop minus the overlap', async () => {
  const harness = await startFilled(20);
  harness.shop.clock.freeze(true);
  harness.shop.customers.save(first(harness), { lastname: 'Now' });
  await pullChanges(harness.context(), customers, noStop());
  const reached = await watermark(harness);
  expect(reached <= stampOf(new Date(harness.shop.clock.now() - 10 * minute))).toBe(true);
  expect(reached > stampOf(new Date(harness.shop.clock.now() - 11 * minute))).toBe(true);
});

test('a stamp from the future is copied but does not move the watermark', async () => {
  const harness = await startFilled(20);
  const { shop } = harness;
  shop.clock.freeze(true);
  shop.clock.setDatabaseSkew(48 * 60 * minute);
  shop.customers.failLogin(first(harness));
  await pullChanges(harness.context(), customers, noStop());
  // No further than on a shop where nothing happened.
  expect((await watermark(harness)) <= stampOf(new Date(shop.clock.now() - 70 * minute))).toBe(true);
  await expectEqualSides(shop, harness.copy.url);
  shop.customers.save(first(harness), { lastname: 'After the future' });
  await pullChanges(harness.context(), customers, noStop());
  await expectEqualSides(shop, harness.copy.url);
});

test('a pull that was stopped goes on after its last page and keeps its watermark until it is complete', async () => {
  const harness = await startFilled(100);
  const { shop } = harness;
  shop.customers.saveMany(shop.customers.ids(), { lastname: 'Changed' });
  const before = await watermark(harness);
  const stop = pausable();
  const stopped = await pullChanges(
    harness.context({ pageSize: 20, onPage: () => stop.ask() }),
    customers,
    stop,
  );
  expect(stopped).toMatchObject({ kind: 'pulled', result: { status: 'interrupted', rows: 20 } });
  expect(await watermark(harness)).toBe(before);
  const rest = await pullChanges(harness.context({ pageSize: 20 }), customers, noStop());
  // The rest, and then a pull of its own that reads all of them again and finds nothing to write.
  expect(rest).toMatchObject({ result: { status: 'succeeded', rows: 180, updated: 80, unchanged: 100 } });
  await expectEqualSides(shop, harness.copy.url);
});

test('a row that changes again behind a stopped pull is not lost', async () => {
  const harness = await startFilled(100);
  const { shop } = harness;
  shop.customers.saveMany(shop.customers.ids(), { lastname: 'Changed' });
  const stop = pausable();
  await pullChanges(harness.context({ pageSize: 20, onPage: () => stop.ask() }), customers, stop);
  const late = shop.customers.saveLate(2, { lastname: 'Late' });
  shop.clock.advance(30 * minute);
  await pullChanges(harness.context({ pageSize: 20 }), customers, noStop());
  // Committed more than the overlap after its stamp, but within it after the pull began.
  late.commit();
  await pullChanges(harness.context(), customers, noStop());
  await expectEqualSides(shop, harness.copy.url);
});

test('a pull that is running is not started a second time', async () => {
  const harness = await startFilled(40);
  harness.shop.customers.saveMany(harness.shop.customers.ids(), { lastname: 'Changed' });
  const second: unknown[] = [];
  const sync = harness.context({
    pageSize: 20,
    onPage: () => second.push(pullChanges(harness.context(), customers, noStop())),
  });
  expect(await pullChanges(sync, customers, noStop())).toMatchObject({ kind: 'pulled' });
  expect(await Promise.all(second)).toContainEqual({ kind: 'busy' });
});

test('a token that ends in the middle of a pull is renewed once', async () => {
  const harness = await startFilled(60);
  const { shop } = harness;
  shop.customers.saveMany(shop.customers.ids(), { lastname: 'Changed' });
  shop.requests.clear();
  let pages = 0;
  const sync = harness.context({
    pageSize: 20,
    onPage() {
      pages += 1;
      if (pages !== 2) return;
      shop.revokeAdminTokens();
      // A revocation also ends tokens of the same second.
      shop.clock.advance(2_000);
    },
  });
  expect(await pullChanges(sync, customers, noStop())).toMatchObject({ result: { rows: 60 } });
  expect(shop.requests.count('/integration/admin/token', 'POST')).toBe(2);
  await expectEqualSides(shop, harness.copy.url);
});

test('an abort in the middle of a request ends the pull and is recorded as an interruption', async () => {
  const harness = await startFilled(60);
  const { shop, store } = harness;
  shop.customers.saveMany(shop.customers.ids(), { lastname: 'Changed' });
  shop.faults.add({ match: 'customers/search', answer: { kind: 'delay', milliseconds: 30_000 }, after: 1 });
  const abort = new AbortController();
  const sync = harness.context({ pageSize: 20, onPage: () => abort.abort() });
  const stop = { signal: abort.signal, pause: new AbortController().signal };
  await expect(pullChanges(sync, customers, stop)).rejects.toThrow(/abort/i);
  const [run] = await store.runs.recent('test', { kind: 'pull' });
  expect(run).toMatchObject({ status: 'interrupted', rowsRead: 20 });
});
