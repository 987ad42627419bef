import { expect, test } from 'vitest';
import { expectEqualSides } from '../../../testing/compare-copy.ts';
import { customers } from '../../../testing/customers.ts';
import { noStop, pausable, startSync } from '../../../testing/sync-harness.ts';
import { runBackfill } from '../backfill/backfill.ts';
import { followHints } from './follow-hints.ts';

async function filled(size: number) {
  const harness = await startSync({ population: { customers: size } });
  const sync = harness.context();
  await runBackfill(sync, customers, noStop(), { restart: false });
  harness.shop.requests.clear();
  const { store } = harness;
  return {
    ...harness,
    sync,
    ids: harness.shop.customers.ids(),
    follow: (stop = noStop()) => followHints(sync, customers, stop),
    hint: (kind: 'changed' | 'deleted', ...about: number[]) =>
      store.hints.add(
        'test',
        'customers',
        about.map((id) => ({ id, kind })),
      ),
    open: () => store.hints.count('test', 'customers'),
  };
}

test('what was hinted at is read again: changes of every kind, new records, deletions', async () => {
  const { shop, copy, store, ids, follow, hint, open } = await filled(60);
  shop.customers.save(ids[0]!, { firstname: 'Saved' });
  shop.customers.editAddress(shop.customers.all().find(({ addresses }) => addresses.length > 0)!.id, {
    city: 'Split',
  });
  shop.customers.subscribe(ids[2]!, !shop.customers.get(ids[2]!)!.extension_attributes!.is_subscribed);
  const created = shop.customers.create({ firstname: 'New' });
  shop.customers.remove(ids[4]!);
  await hint('changed', ...ids, created.id);
  // Whatever was said about it: the shop does not have it any more.
  await hint('deleted', ids[4]!);
  expect(await follow()).toMatchObject({
    kind: 'followed',
    result: { status: 'succeeded', hints: 61, inserted: 1, deleted: 1 },
  });
  await expectEqualSides(shop, copy.url);
  expect(await open()).toBe(0);
  expect(await store.changes.of({ shop: 'test', entity: 'customers', id: ids[0]! })).toMatchObject([
    { cause: 'hint' },
  ]);
  expect(await follow()).toEqual({ kind: 'idle' });
});

test('a lie changes nothing: the shop still has the record, or nobody ever had it', async () => {
  const { shop, copy, ids, follow, hint, open } = await filled(20);
  await hint('deleted', ids[3]!, 4_000_000_000);
  await hint('changed', 4_000_000_001);
  expect(await follow()).toMatchObject({
    kind: 'followed',
    result: { status: 'succeeded', hints: 3, inserted: 0, updated: 0, deleted: 0 },
  });
  await expectEqualSides(shop, copy.url);
  expect(await open()).toBe(0);
  // Ids that neither side has cost the shop no question of their own.
  expect(shop.requests.count('/customers/4000000000')).toBe(0);
});

test('so many deletions that something must be wrong are held by the brake, however they are hinted at', async () => {
  const { shop, copy, ids, follow, hint } = await filled(400);
  for (const id of ids.slice(0, 250)) shop.customers.remove(id);
  await hint('deleted', ...ids.slice(0, 250));
  expect(await follow()).toMatchObject({
    kind: 'followed',
    result: { status: 'incomplete', deleted: 0, reason: expect.stringContaining('magento-sync reconcile') },
  });
  const { rows } = await copy.database.pool.query(
    'select 1 from magento.customers where deleted_at is not null',
  );
  expect(rows).toEqual([]);
});

test('an attempt that dies leaves its hints open, and the next one follows them', async () => {
  const { shop, copy, store, sync, ids, follow, hint, open } = await filled(30);
  shop.customers.save(ids[0]!, { firstname: 'Saved' });
  shop.customers.remove(ids[1]!);
  await hint('changed', ids[0]!, ids[1]!);
  const dying = {
    ...sync,
    store: {
      ...store,
      hints: {
        ...store.hints,
        settle: async () => {
          throw new Error('killed here');
        },
      },
    },
  };
  await expect(followHints(dying, customers, noStop())).rejects.toThrow('killed here');
  expect(await open()).toBe(2);
  expect(await follow()).toMatchObject({ kind: 'followed', result: { hints: 2, deleted: 1 } });
  await expectEqualSides(shop, copy.url);
});

test('a hint that comes again while its record is read stays open', async () => {
  const { shop, copy, ids, sync, hint, open } = await filled(10);
  shop.customers.save(ids[0]!, { firstname: 'First' });
  await hint('changed', ids[0]!);
  const told = {
    ...sync,
    onPage: () => undefined,
    store: {
      ...sync.store,
      hints: {
        ...sync.store.hints,
        settle: async (...settled: Parameters<typeof sync.store.hints.settle>) => {
          await hint('changed', ids[0]!);
          return sync.store.hints.settle(...settled);
        },
      },
    },
  };
  await followHints(told, customers, noStop());
  expect(await open()).toBe(1);
  await expectEqualSides(shop, copy.url);
});

test('a pause ends it after the page at hand; the other hints stay open', async () => {
  const { context, ids, hint, open } = await filled(250);
  await hint('changed', ...ids);
  const stop = pausable();
  const attempt = await followHints(context({ onPage: () => stop.ask() }), customers, stop);
  expect(attempt).toMatchObject({ kind: 'followed', result: { status: 'interrupted', hints: 100 } });
  expect(await open()).toBe(150);
});
