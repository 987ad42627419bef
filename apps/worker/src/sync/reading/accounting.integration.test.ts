import { expect, test } from 'vitest';
import { customersOfCopy, expectEqualSides } from '../../../testing/compare-copy.ts';
import { customers } from '../../../testing/customers.ts';
import { startFilled, watermark } from '../../../testing/filled-sync.ts';
import { denyById, hideFromPages } from '../../../testing/hidden-rows.ts';
import { noStop, startSync } from '../../../testing/sync-harness.ts';
import { runBackfill } from '../backfill/backfill.ts';
import { findPlan } from '../backfill/backfill-plan.ts';
import { pullChanges } from '../pull/pull.ts';
import { sweep } from '../sweep/sweep.ts';

/** Ends everything at once after the first page, as a crash does. */
function crashAfterFirstPage() {
  const crash = new AbortController();
  const stop = { signal: crash.signal, pause: new AbortController().signal };
  return { stop, onPage: () => crash.abort() };
}

test('a pull from whose pages an unreadable row is hidden is incomplete, copies the others and keeps its watermark', async () => {
  const harness = await startFilled(60);
  const { shop, copy, store } = harness;
  const before = await watermark(harness);
  const ids = shop.customers.ids();
  shop.customers.saveMany(ids, { lastname: 'Changed' });
  hideFromPages(shop, ids[7]!);
  denyById(shop, ids[7]!);
  const attempt = await pullChanges(harness.context({ pageSize: 20 }), customers, noStop());
  expect(attempt).toMatchObject({ kind: 'pulled', result: { status: 'incomplete' } });
  const [run] = await store.runs.recent('test', { kind: 'pull' });
  expect(run).toMatchObject({
    status: 'incomplete',
    reason: expect.stringMatching(/counts 21 customers and shows 20.*A module.*reads it again/) as string,
  });
  expect(await watermark(harness)).toBe(before);
  const copied = await customersOfCopy(copy.url);
  expect(copied.filter(({ lastname }) => lastname === 'Changed')).toHaveLength(59);

  shop.faults.clear();
  expect(await pullChanges(harness.context(), customers, noStop())).toMatchObject({
    result: { status: 'succeeded', rows: 60 },
  });
  await expectEqualSides(shop, copy.url);
  expect(await watermark(harness)).not.toBe(before);
});

test('a backfill from whose pages an unreadable row is hidden leaves that range to be read again', async () => {
  const { shop, copy, context } = await startSync({ population: { customers: 500 } });
  const hidden = shop.customers.ids()[30]!;
  hideFromPages(shop, hidden);
  denyById(shop, hidden);
  const sync = context({ pageSize: 20 });
  const left = await runBackfill(sync, customers, noStop(), { restart: false });
  // As they are by now: what was left of some was split among readers.
  const { length: ranges } = (await findPlan(sync, customers))?.ranges ?? [];
  expect(left).toMatchObject({
    status: 'incomplete',
    rangesLeft: 1,
    reason: expect.stringContaining(`1 of ${ranges} ranges do not add up`) as string,
  });
  expect((await customersOfCopy(copy.url)).map(({ id }) => id)).not.toContain(hidden);
  shop.faults.clear();
  expect(await runBackfill(sync, customers, noStop(), { restart: false })).toMatchObject({
    status: 'succeeded',
    ranges: 1,
  });
  await expectEqualSides(shop, copy.url);
});

test('a pull that crashed over a hidden row does not go on behind it', async () => {
  const harness = await startFilled(60);
  const { shop, copy } = harness;
  const ids = shop.customers.ids();
  shop.customers.saveMany(ids, { lastname: 'Changed' });
  hideFromPages(shop, ids[7]!);
  const { stop, onPage } = crashAfterFirstPage();
  await expect(pullChanges(harness.context({ pageSize: 20, onPage }), customers, stop)).rejects.toThrow(
    /abort/i,
  );
  shop.faults.clear();
  await pullChanges(harness.context({ pageSize: 20 }), customers, noStop());
  await expectEqualSides(shop, copy.url);
});

test('a backfill that crashed over a hidden row does not go on behind it', async () => {
  const { shop, copy, context } = await startSync({ population: { customers: 150 } });
  hideFromPages(shop, shop.customers.ids()[7]!);
  const { stop, onPage } = crashAfterFirstPage();
  const crashed = context({ pageSize: 20, concurrency: 1, onPage });
  await expect(runBackfill(crashed, customers, stop, { restart: false })).rejects.toThrow(/abort/i);
  shop.faults.clear();
  await runBackfill(context({ pageSize: 20 }), customers, noStop(), { restart: false });
  await expectEqualSides(shop, copy.url);
});

test('a sweep from whose pages an unreadable row is hidden deletes nothing, compares the others and does not complete its pass', async () => {
  const harness = await startFilled(200);
  const { shop, copy, store } = harness;
  const ids = shop.customers.ids();
  shop.customers.updateSilently(ids.at(-1)!, { taxvat: 'HR7' });
  hideFromPages(shop, ids[10]!);
  denyById(shop, ids[10]!);
  const attempt = await sweep(harness.context({ pageSize: 20 }), customers, noStop(), { periodMs: 0 });
  expect(attempt).toMatchObject({
    kind: 'swept',
    result: {
      status: 'incomplete',
      updated: 1,
      deleted: 0,
      passComplete: false,
      reason: expect.stringMatching(/counts 21 customers and shows 20/) as string,
    },
  });
  shop.faults.clear();
  await expectEqualSides(shop, copy.url);
  const [checkpoint] = await store.checkpoints.list({ shop: 'test', kind: 'sweep' });
  expect(checkpoint?.state).toMatchObject({ afterId: 0, completedAt: null });
});

test('a shop that changes rows of this very second after every page is not incomplete', async () => {
  const harness = await startFilled(120);
  const { shop, copy } = harness;
  const ids = shop.customers.ids();
  shop.clock.freeze(true);
  shop.customers.saveMany(ids.slice(0, 60), { lastname: 'Changed' });
  let page = 0;
  const sync = harness.context({
    pageSize: 10,
    onPage() {
      page += 1;
      // Sorts before, among and behind what was read; from the second half, so that new rows come into the window.
      if (page < 30)
        shop.customers.save(ids[page % 2 === 0 ? page : 60 + page]!, { lastname: `Edit ${page}` });
    },
  });
  expect(await pullChanges(sync, customers, noStop())).toMatchObject({ result: { status: 'succeeded' } });
  await pullChanges(harness.context(), customers, noStop());
  await expectEqualSides(shop, copy.url);
});
