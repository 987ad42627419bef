import { expect, test } from 'vitest';
import { expectEqualSides } from '../../../testing/compare-copy.ts';
import { customers } from '../../../testing/customers.ts';
import { noStop, pausable, startSync } from '../../../testing/sync-harness.ts';
import { withWrites } from '../../../testing/with-writes.ts';
import { runBackfill } from '../backfill/backfill.ts';
import type { SyncContext } from '../ports.ts';
import { pullChanges } from '../pull/pull.ts';
import { sweep } from './sweep.ts';

async function filled(size: number) {
  const harness = await startSync({ population: { customers: size } });
  const sync = harness.context();
  await runBackfill(sync, customers, noStop(), { restart: false });
  await pullChanges(sync, customers, noStop());
  return { ...harness, sync, ids: harness.shop.customers.ids() };
}

test('a sweep finds what moves no updated_at, which a pull does not', async () => {
  const { shop, copy, sync, ids } = await filled(400);
  const withAddress = shop.customers.all().find(({ addresses }) => addresses.length > 1)!;
  shop.customers.editAddress(withAddress.id, { city: 'Split' });
  shop.customers.deleteAddress(withAddress.id, withAddress.addresses[1]!.id);
  shop.customers.addAddress(ids[3]!);
  shop.customers.subscribe(ids[5]!, !shop.customers.get(ids[5]!)!.extension_attributes!.is_subscribed);
  shop.customers.updateSilently(ids[7]!, { taxvat: 'HR1' });
  await pullChanges(sync, customers, noStop());
  await expect(expectEqualSides(shop, copy.url)).rejects.toThrow('to deeply equal');

  const attempt = await sweep(sync, customers, noStop(), { periodMs: 0 });
  expect(attempt).toMatchObject({
    kind: 'swept',
    result: { status: 'succeeded', rows: 400, updated: 4, inserted: 0 },
  });
  await expectEqualSides(shop, copy.url);
});

test('sweeps and pulls ask for the next page while one is written; what was not written is read again', async () => {
  const { shop, copy, context, ids } = await filled(60);
  shop.clock.advance(60 * 60_000);
  shop.customers.saveMany(ids, { lastname: 'Changed' });
  for (const read of [pullOf, sweepOf]) {
    const pages = () => shop.requests.all().filter(({ query }) => query.includes('[pageSize]=20')).length;
    shop.requests.clear();
    let writes = 0;
    const dying = withWrites(context({ pageSize: 20 }), async () => {
      writes += 1;
      if (writes === 2) throw new Error('killed');
      // Written only when the page behind it was asked for.
      await expect.poll(pages, { interval: 5 }).toBeGreaterThan(writes);
    });
    await expect(read(dying)).rejects.toThrow('killed');
    for (const id of ids.slice(30)) shop.customers.updateSilently(id, { taxvat: `HR${writes}` });
    await sweepOf(context({ pageSize: 20 }));
    await expectEqualSides(shop, copy.url);
  }
});

const pullOf = (context: SyncContext) => pullChanges(context, customers, noStop());
const sweepOf = (context: SyncContext) => sweep(context, customers, noStop(), { periodMs: 0 });

test('a sweep finds deletions between, before and behind the rows it is shown', async () => {
  const { shop, copy, sync, ids } = await filled(300);
  for (const id of [ids[0]!, ids[99]!, ids[100]!, ids.at(-1)!]) shop.customers.remove(id);
  const attempt = await sweep(sync, customers, noStop(), { periodMs: 0 });
  expect(attempt).toMatchObject({ kind: 'swept', result: { status: 'succeeded', deleted: 4 } });
  await expectEqualSides(shop, copy.url);
});

test('a sweep that was stopped goes on after its last page', async () => {
  const { shop, context, copy } = await filled(500);
  const stop = pausable();
  let pages = 0;
  const period = { periodMs: 1 };
  const first = await sweep(
    context({
      onPage() {
        pages += 1;
        if (pages === 2) stop.ask();
      },
    }),
    customers,
    stop,
    period,
  );
  expect(first).toMatchObject({ kind: 'swept', result: { status: 'interrupted', rows: 200 } });
  shop.requests.clear();
  const second = await sweep(context(), customers, noStop(), period);
  expect(second).toMatchObject({
    kind: 'swept',
    result: { status: 'succeeded', rows: 300, passComplete: true },
  });
  await expectEqualSides(shop, copy.url);
});

test('a long period reads a slice and leaves the rest for later', async () => {
  const { context } = await filled(500);
  const day = { periodMs: 86_400_000 };
  const first = await sweep(context(), customers, noStop(), day);
  expect(first).toMatchObject({
    kind: 'swept',
    result: { status: 'succeeded', pages: 1, passComplete: false },
  });
  expect(await sweep(context(), customers, noStop(), day)).toEqual({ kind: 'idle' });
});
