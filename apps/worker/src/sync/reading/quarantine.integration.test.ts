import { expect, test } from 'vitest';
import { customersOfCopy, expectEqualSides } from '../../../testing/compare-copy.ts';
import { customers } from '../../../testing/customers.ts';
import { failListsWith } from '../../../testing/hidden-rows.ts';
import { noStop, type SyncHarness, startSync } from '../../../testing/sync-harness.ts';
import { runBackfill } from '../backfill/backfill.ts';
import { pullChanges } from '../pull/pull.ts';
import { reconcile } from '../reconcile/reconcile.ts';
import { sweep } from '../sweep/sweep.ts';

const minute = 60_000;
const search = '/V1/customers/search';

async function idsOfCopy({ copy }: SyncHarness): Promise<number[]> {
  return (await customersOfCopy(copy.url)).map(({ id }) => id);
}

function quarantined({ store }: SyncHarness) {
  return store.quarantine.list('test', { entity: 'customers' });
}

test('a backfill goes on past rows that fail, and they are copied as soon as the shop is repaired', async () => {
  const harness = await startSync({ population: { customers: 400 } });
  const { shop, copy, context } = harness;
  const ids = shop.customers.ids();
  // The first, two neighbours, and the newest one, from which the backfill is planned.
  const guilty = [ids[0]!, ids[150]!, ids[151]!, ids.at(-1)!];
  for (const id of guilty) shop.poison.add(id);
  const result = await runBackfill(context({ pageSize: 50 }), customers, noStop(), { restart: false });
  expect(result).toMatchObject({ status: 'succeeded', rangesLeft: 0 });
  expect(await idsOfCopy(harness)).toEqual(ids.filter((id) => !guilty.includes(id)));
  const entries = await quarantined(harness);
  expect(entries.map(({ id }) => id)).toEqual(guilty);
  for (const entry of entries) {
    expect(entry).toMatchObject({ httpStatus: 500, reportId: expect.stringMatching(/^webapi-/) as string });
    expect(entry.reason).toContain('neither lists with it nor its own answer');
  }

  shop.poison.clear();
  shop.clock.advance(6 * minute);
  await pullChanges(context(), customers, noStop());
  expect(await quarantined(harness)).toEqual([]);
  await expectEqualSides(shop, copy.url);
});

test('rows that begin to fail later stop no pull, sweep or reconcile and are never taken for deleted', async () => {
  const harness = await startSync({ population: { customers: 300 } });
  const { shop, context } = harness;
  const ids = shop.customers.ids();
  await runBackfill(context(), customers, noStop(), { restart: false });
  shop.clock.advance(180 * minute);
  shop.customers.saveMany(ids.slice(0, 150), { lastname: 'Changed' });
  for (const id of [ids[0]!, ids[40]!]) shop.poison.add(id);
  expect(await pullChanges(context(), customers, noStop())).toMatchObject({
    result: { status: 'succeeded', updated: 148 },
  });
  // In the middle, and the newest row: what the survey of the sweep asks for.
  for (const id of [ids[200]!, ids.at(-1)!]) shop.poison.add(id);
  expect(await sweep(context(), customers, noStop(), { periodMs: 0 })).toMatchObject({
    result: { status: 'succeeded', deleted: 0, passComplete: true },
  });
  shop.customers.remove(ids[250]!);
  shop.poison.add(ids[249]!);
  expect(await reconcile(context(), customers, noStop())).toMatchObject({
    result: { status: 'succeeded', deleted: 1 },
  });
  expect(await idsOfCopy(harness)).toEqual(ids.filter((id) => id !== ids[250]));
  const known = (await quarantined(harness)).map(({ id }) => id);
  expect(known).toEqual(expect.arrayContaining([ids[0], ids[40], ids[200], ids.at(-1)]));

  // What is known costs nothing any more until it is due, or a sweep begins anew: full pages without it.
  shop.requests.clear();
  await pullChanges(context(), customers, noStop());
  expect(shop.requests.count(search)).toBeLessThanOrEqual(5);
});

test('a row that only fails in lists is read by its id, at every run', async () => {
  const harness = await startSync({ population: { customers: 120 } });
  const { shop, copy, context } = harness;
  const id = shop.customers.ids()[33]!;
  failListsWith(shop, id);
  const result = await runBackfill(context({ pageSize: 50 }), customers, noStop(), { restart: false });
  expect(result.status).toBe('succeeded');
  expect(await quarantined(harness)).toMatchObject([
    {
      id,
      httpStatus: 200,
      reportId: 'webapi-65f1c0d2a3b4c',
      reason: expect.stringContaining('by its id') as string,
    },
  ]);
  shop.customers.updateSilently(id, { taxvat: 'HR9' });
  await sweep(context(), customers, noStop(), { periodMs: 0 });
  expect((await customersOfCopy(copy.url)).find((row) => row.id === id)).toMatchObject({ taxvat: 'HR9' });
  shop.faults.clear();
  await sweep(context(), customers, noStop(), { periodMs: 0 });
  await expectEqualSides(shop, copy.url);
});

test('pages that only fail when they are large are read smaller, and nobody is blamed', async () => {
  const harness = await startSync({ population: { customers: 200 } });
  const { shop, copy, context } = harness;
  shop.faults.add({
    match: ({ target }) => Number(/page_?size%?\]?[^=]*=(\d+)/i.exec(decodeURIComponent(target))?.[1]) > 30,
    times: Number.POSITIVE_INFINITY,
    answer: { kind: 'answer', status: 500, body: 'Allowed memory size exhausted' },
  });
  const result = await runBackfill(context(), customers, noStop(), { restart: false });
  expect(result.status).toBe('succeeded');
  expect(shop.faults.struck).toBeGreaterThan(0);
  expect(await quarantined(harness)).toEqual([]);
  shop.faults.clear();
  await expectEqualSides(shop, copy.url);
});

test('a GET that fails while deletions are confirmed leaves that row alone and confirms the others', async () => {
  const harness = await startSync({ population: { customers: 300 } });
  const { shop, context } = harness;
  const ids = shop.customers.ids();
  await runBackfill(context(), customers, noStop(), { restart: false });
  shop.customers.remove(ids[20]!);
  shop.customers.remove(ids[21]!);
  shop.faults.add({
    match: `/rest/V1/customers/${ids[20]}`,
    times: Number.POSITIVE_INFINITY,
    answer: {
      kind: 'answer',
      status: 500,
      body: '{"message":"Internal Error. Report ID: webapi-0123456789abc"}',
    },
  });
  expect(await reconcile(context(), customers, noStop())).toMatchObject({
    result: { status: 'succeeded', missing: 2, deleted: 1 },
  });
  expect(await idsOfCopy(harness)).toContain(ids[20]);
  expect(await quarantined(harness)).toMatchObject([{ id: ids[20], reportId: 'webapi-0123456789abc' }]);
  shop.faults.clear();
  shop.clock.advance(6 * minute);
  await reconcile(context(), customers, noStop());
  expect(await quarantined(harness)).toEqual([]);
  expect(await idsOfCopy(harness)).not.toContain(ids[20]);
});

test.each([
  ['more rows than can be set aside', 60, /One more of the customers .* not single records/],
  ['all rows', 120, /first rows and the newest one .* not single records/],
])('%s are a broken module: the run fails and says so', async (_which, count, said) => {
  const harness = await startSync({ population: { customers: 120 } });
  const { shop, context, store } = harness;
  for (const id of shop.customers.ids().slice(0, count)) shop.poison.add(id);
  const backfill = runBackfill(context({ pageSize: 4 }), customers, noStop(), { restart: false });
  await expect(backfill).rejects.toThrow(said);
  const [run] = await store.runs.recent('test', { kind: 'backfill' });
  expect(run).toMatchObject({
    status: 'failed',
    reason: expect.stringContaining('Repair it first') as string,
  });
});

test('a newsletter subscription is what lists say, and unknown where only the route of single records can be read', async () => {
  const harness = await startSync({ population: { customers: 30 }, subscriptionsByStore: true });
  const { shop, copy, context } = harness;
  const [listed = 0, alone = 0] = shop.customers.ids();
  for (const id of [listed, alone]) shop.customers.subscribe(id, true);
  const flags = async () => {
    const { rows } = await copy.database.pool.query<{ is_subscribed: boolean | null }>(
      'select is_subscribed from magento.customers where id = any($1) order by id',
      [[listed, alone]],
    );
    return rows.map(({ is_subscribed }) => is_subscribed);
  };
  await runBackfill(context(), customers, noStop(), { restart: false });
  expect(await flags()).toEqual([true, true]);
  failListsWith(shop, alone);
  await sweep(context(), customers, noStop(), { periodMs: 0 });
  expect(await flags()).toEqual([true, null]);
  shop.faults.clear();
  await sweep(context(), customers, noStop(), { periodMs: 0 });
  expect(await flags()).toEqual([true, true]);
});

test('a shop that refuses every search by stamps is named at once, and no row is set aside for it', async () => {
  const harness = await startSync({ population: { customers: 60 } });
  const { shop, context } = harness;
  await runBackfill(context(), customers, noStop(), { restart: false });
  shop.requests.clear();
  shop.faults.add({
    match: ({ query }) => query.includes('updated_at') && query.includes('=gt'),
    times: Number.POSITIVE_INFINITY,
    answer: {
      kind: 'answer',
      status: 500,
      headers: { 'content-type': 'application/json' },
      body: '{"message":"Internal Error. Details are available in Magento log file. Report ID: webapi-1"}',
    },
  });
  await expect(pullChanges(context(), customers, noStop())).rejects.toThrow('Report ID');
  expect(await quarantined(harness)).toEqual([]);
  expect(shop.requests.all().length).toBeLessThan(60);
});
