import pg from 'pg';
import { expect, test } from 'vitest';
import { expectEqualSides } from '../../../testing/compare-copy.ts';
import { customers } from '../../../testing/customers.ts';
import { noStop, startSync } from '../../../testing/sync-harness.ts';
import { runBackfill } from '../backfill/backfill.ts';
import { pullChanges } from '../pull/pull.ts';
import { reconcile } from './reconcile.ts';

async function filled(size: number, keep: 'tombstone' | 'erase' = 'tombstone') {
  const harness = await startSync({ population: { customers: size } });
  const sync = harness.context({ deletions: { keep, maxShare: 0.05 } });
  await runBackfill(sync, customers, noStop(), { restart: false });
  await pullChanges(sync, customers, noStop());
  harness.shop.requests.clear();
  return { ...harness, sync, ids: harness.shop.customers.ids() };
}

async function row(url: string, id: number): Promise<Record<string, unknown> | undefined> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<Record<string, unknown>>(
    'select * from magento.customers where id = $1',
    [id],
  );
  await client.end();
  return rows[0];
}

test('one request is enough when nothing is missing', async () => {
  const { shop, sync } = await filled(1_200);
  expect(await reconcile(sync, customers, noStop())).toMatchObject({
    result: { status: 'succeeded', counts: 1, deleted: 0 },
  });
  expect(shop.requests.all()).toHaveLength(1);
});

test('deletions are found, each confirmed by a read of its own, and marked', async () => {
  const { shop, copy, sync, ids } = await filled(1_200);
  const gone = [ids[0]!, ids[500]!, ids[501]!, ids.at(-1)!];
  for (const id of gone) shop.customers.remove(id);
  expect(await reconcile(sync, customers, noStop())).toMatchObject({
    result: { status: 'succeeded', missing: 4, deleted: 4 },
  });
  for (const id of gone) {
    expect(shop.requests.count(`/rest/V1/customers/${id}?`)).toBe(1);
    expect(await row(copy.url, id)).toMatchObject({
      deleted_at: expect.any(Date) as Date,
      email: expect.any(String) as string,
    });
  }
  await expectEqualSides(shop, copy.url);
});

test('a 404 that is not Magento’s own marks nothing', async () => {
  const { shop, copy, sync, ids } = await filled(400);
  const id = ids[10]!;
  shop.customers.remove(id);
  shop.faults.add({
    match: `/rest/V1/customers/${id}`,
    times: 50,
    answer: {
      kind: 'answer',
      status: 404,
      headers: { 'content-type': 'text/html' },
      body: '<h1>404 Not Found</h1>',
    },
  });
  await expect(reconcile(sync, customers, noStop())).rejects.toThrow(/404/);
  expect(await row(copy.url, id)).toMatchObject({ deleted_at: null });
});

test('a read that was refused marks nothing', async () => {
  const { shop, copy, sync, ids } = await filled(400);
  const id = ids[10]!;
  shop.customers.remove(id);
  shop.faults.add({
    match: `/rest/V1/customers/${id}`,
    times: 50,
    answer: {
      kind: 'answer',
      status: 401,
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: '{"message":"The consumer isn\'t authorized to access %resources.","parameters":{"resources":"Magento_Customer::customer"}}',
    },
  });
  await expect(reconcile(sync, customers, noStop())).rejects.toThrow('Magento_Customer::customer');
  expect(await row(copy.url, id)).toMatchObject({ deleted_at: null });
});

test('the brake holds when too many would vanish, and lets go when a person agrees', async () => {
  const { shop, copy, sync, ids } = await filled(400);
  for (const id of ids.slice(0, 100)) shop.customers.remove(id);
  const held = await reconcile(sync, customers, noStop());
  expect(held).toMatchObject({
    result: {
      status: 'incomplete',
      deleted: 0,
      reason: expect.stringContaining('magento-sync reconcile --allow-share 25') as string,
    },
  });
  expect(await row(copy.url, ids[0]!)).toMatchObject({ deleted_at: null });
  expect(await reconcile(sync, customers, noStop(), { allowedShare: 0.25 })).toMatchObject({
    result: { status: 'succeeded', deleted: 100 },
  });
  await expectEqualSides(shop, copy.url);
});

test('erase removes personal data and leaves id and time', async () => {
  const { shop, copy, sync, ids } = await filled(300, 'erase');
  shop.customers.remove(ids[20]!);
  await reconcile(sync, customers, noStop());
  expect(await row(copy.url, ids[20]!)).toMatchObject({
    id: String(ids[20]),
    email: null,
    firstname: null,
    lastname: null,
    raw: null,
    deleted_at: expect.any(Date) as Date,
  });
});

test('a customer that comes back from a backup lives again', async () => {
  const { shop, copy, sync, ids } = await filled(300);
  const removed = shop.customers.remove(ids[20]!);
  await reconcile(sync, customers, noStop());
  shop.customers.restore(removed);
  shop.customers.save(removed.id);
  await pullChanges(sync, customers, noStop());
  await expectEqualSides(shop, copy.url);
});

test('a shop that hides too many rows is not searched for them', async () => {
  const { shop, sync, ids } = await filled(1_200);
  for (const id of ids.slice(0, 200)) shop.customers.remove(id);
  expect(await reconcile(sync, customers, noStop())).toMatchObject({
    result: { status: 'incomplete', counts: 1, missing: 200, deleted: 0 },
  });
  expect(shop.requests.count('/rest/V1/customers/search')).toBeLessThanOrEqual(5);
});

test('what was marked before a process died stays marked, the next one does the rest, and wrong counts are corrected', async () => {
  const { shop, copy, store, sync, ids } = await filled(4_500);
  const gone = ids.slice(100, 300);
  for (const id of gone) shop.customers.remove(id);
  await copy.database.pool.query(
    `insert into sync.row_count_changes (shop, table_name, block, living, deleted, erased)
     values ($1, 'customers', 0, 3, 0, 0)`,
    [sync.shop],
  );
  const stop = new AbortController();
  const marked = async () =>
    (await copy.database.pool.query('select from magento.customers where deleted_at is not null')).rowCount;
  const dying = reconcile(
    {
      ...sync,
      store: {
        ...sync.store,
        // As if the process had been killed between two portions.
        copyOf: (entity) => {
          const its = sync.store.copyOf(entity);
          return {
            ...its,
            tombstone: async (deletion) => {
              if ((await marked()) !== 0) stop.abort(new Error('killed'));
              stop.signal.throwIfAborted();
              return its.tombstone(deletion);
            },
          };
        },
      },
    },
    customers,
    noStop(),
  );
  await expect(dying).rejects.toThrow('killed');
  expect(await marked()).toBe(100);
  expect(await reconcile(sync, customers, noStop())).toMatchObject({ result: { deleted: 100 } });
  const totals = await store.copyOf(customers.definition).totals(sync.shop);
  expect(totals).toMatchObject({ live: 4_300, deleted: 200 });
  await expectEqualSides(shop, copy.url);
});
