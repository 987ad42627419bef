import { expect, test } from 'vitest';
import { expectEqualSides } from '../../../testing/compare-copy.ts';
import { customers } from '../../../testing/customers.ts';
import { hideFromLists } from '../../../testing/hidden-rows.ts';
import { noStop, type SyncHarness, startSync } from '../../../testing/sync-harness.ts';
import { runBackfill } from '../backfill/backfill.ts';
import { pullChanges } from '../pull/pull.ts';
import { sweep } from '../sweep/sweep.ts';
import { reconcile } from './reconcile.ts';

const day = 86_400_000;

async function filled(size: number) {
  const harness = await startSync({ population: { customers: size } });
  await runBackfill(harness.context(), customers, noStop(), { restart: false });
  harness.shop.clock.advance(60_000);
  return { ...harness, ids: harness.shop.customers.ids() };
}

function query({ copy }: Pick<SyncHarness, 'copy'>, sql: string) {
  return copy.database.pool.query<Record<string, unknown>>(sql);
}

test('a role that lost a website is not eaten page by page: the sweep marks nothing and compares on', async () => {
  const harness = await filled(400);
  const { shop, context, ids } = harness;
  // Two or three a page: few enough to be believed each time.
  const lost = ids.filter((_, index) => index % 4 === 0);
  for (const id of lost) shop.customers.remove(id);
  shop.customers.updateSilently(ids.at(-1)!, { taxvat: 'HR7' });
  const attempt = await sweep(context({ pageSize: 10 }), customers, noStop(), { periodMs: 0 });
  expect(attempt).toMatchObject({
    kind: 'swept',
    result: {
      status: 'incomplete',
      deleted: 0,
      updated: 1,
      reason: expect.stringMatching(/100 of 400 customers are missing.*--allow-share 25/) as string,
    },
  });
});

test('deletions of one day add up for the brake, whoever finds them, and are forgotten after it', async () => {
  const harness = await filled(400);
  const { shop, context, ids } = harness;
  for (const id of ids.slice(0, 15)) shop.customers.remove(id);
  expect(await sweep(context(), customers, noStop(), { periodMs: 0 })).toMatchObject({
    result: { deleted: 15 },
  });
  for (const id of ids.slice(15, 25)) shop.customers.remove(id);
  const held = await reconcile(context(), customers, noStop());
  expect(held).toMatchObject({
    result: {
      status: 'incomplete',
      deleted: 0,
      reason: expect.stringContaining('10 of 385 customers are missing in the shop, after 15 that') as string,
    },
  });
  await query(harness, `update sync.runs set started_at = started_at - interval '25 hours'`);
  expect(await reconcile(context(), customers, noStop())).toMatchObject({ result: { deleted: 10 } });
});

test('what a person has agreed to is not held against the next deletion', async () => {
  const { shop, context, ids } = await filled(400);
  for (const id of ids.slice(0, 100)) shop.customers.remove(id);
  expect(await reconcile(context(), customers, noStop(), { allowedShare: 0.25 })).toMatchObject({
    result: { status: 'succeeded', deleted: 100 },
  });
  shop.customers.remove(ids[200]!);
  expect(await reconcile(context(), customers, noStop())).toMatchObject({
    result: { status: 'succeeded', deleted: 1 },
  });
});

test('a row that lists and counts leave out, and that its own route serves, is not deleted and is reported', async () => {
  const harness = await filled(300);
  const { shop, context, ids } = harness;
  hideFromLists(shop, ids[20]!);
  expect(await reconcile(context(), customers, noStop())).toMatchObject({
    result: {
      status: 'incomplete',
      deleted: 0,
      reason: expect.stringContaining(`serves by their ids (${ids[20]})`) as string,
    },
  });
  const swept = await sweep(context(), customers, noStop(), { periodMs: 0 });
  expect(swept).toMatchObject({ result: { status: 'incomplete', deleted: 0, passComplete: false } });
  shop.faults.clear();
  await expectEqualSides(shop, harness.copy.url);
});

test('reconcile reads rows again that the shop has and the copy has lost', async () => {
  const harness = await filled(900);
  const { shop, copy, context, ids } = harness;
  await query(harness, `delete from magento.customers where id in (${ids[100]}, ${ids[101]}, ${ids[700]})`);
  expect(await reconcile(context(), customers, noStop())).toMatchObject({
    result: { status: 'succeeded', added: 3, deleted: 0 },
  });
  await expectEqualSides(shop, copy.url);
});

test('a customer restored from a backup, with its old stamp, lives again by the next sweep', async () => {
  const { shop, copy, context, ids } = await filled(200);
  const removed = shop.customers.remove(ids[20]!);
  await reconcile(context(), customers, noStop());
  shop.clock.advance(3_600_000);
  shop.customers.restore(removed);
  await pullChanges(context(), customers, noStop());
  await expect(expectEqualSides(shop, copy.url)).rejects.toThrow('to deeply equal');
  await sweep(context(), customers, noStop(), { periodMs: 0 });
  await expectEqualSides(shop, copy.url);
});

test('another person under the id of a deleted one replaces it, by a pull and by a sweep', async () => {
  const harness = await filled(200);
  const { shop, copy, context, ids } = harness;
  const [pulled, swept] = [ids[20]!, ids[30]!];
  const old = shop.customers.remove(swept);
  shop.customers.remove(pulled);
  await reconcile(context(), customers, noStop());
  shop.clock.advance(60_000);
  shop.customers.create({ id: pulled, email: 'grace@example.com' });
  await pullChanges(context(), customers, noStop());
  shop.customers.restore({ ...old, email: 'ada@example.com', created_at: '2020-01-01 00:00:00' });
  await sweep(context(), customers, noStop(), { periodMs: 0 });
  await expectEqualSides(shop, copy.url);
  const { rows } = await query(
    harness,
    `select entity_id from sync.changes where operation = 'replace' order by 1`,
  );
  expect(rows.map(({ entity_id: id }) => Number(id))).toEqual([pulled, swept]);
});

test('when tombstones are to be erased from now on, the old ones lose their personal data everywhere', async () => {
  const harness = await filled(200);
  const { shop, copy, context, ids } = harness;
  const secret = 'very-personal';
  const id = shop.customers.all().find(({ addresses }) => addresses.length > 0)!.id;
  shop.customers.editAddress(id, { city: secret });
  shop.customers.save(id, { firstname: secret });
  await pullChanges(context(), customers, noStop());
  shop.customers.save(id, { lastname: secret });
  shop.clock.advance(60_000);
  await pullChanges(context(), customers, noStop());
  shop.customers.remove(id);
  await reconcile(context(), customers, noStop());

  const erasing = context({ deletions: { keep: 'erase', maxShare: 0.05 } });
  expect(await reconcile(erasing, customers, noStop())).toMatchObject({ result: { status: 'succeeded' } });
  const tables = await query(
    harness,
    `select table_schema || '.' || table_name as name from information_schema.tables
     where table_schema in ('magento', 'sync') and table_type = 'BASE TABLE'`,
  );
  for (const { name } of tables.rows) {
    const found = await query(
      harness,
      `select 1 from ${String(name)} t where to_jsonb(t)::text like '%${secret}%'`,
    );
    expect([name, found.rowCount]).toEqual([name, 0]);
  }
  const { rows } = await query(
    harness,
    `select deleted_at, erased_at, email from magento.customers where id = ${id}`,
  );
  expect(rows).toEqual([
    { deleted_at: expect.any(Date) as Date, erased_at: expect.any(Date) as Date, email: null },
  ]);
  await expectEqualSides(shop, copy.url);
  // Old deletions that are erased do not count for the brake.
  for (const gone of ids.filter((other) => other !== id).slice(0, 9)) shop.customers.remove(gone);
  expect(await reconcile(erasing, customers, noStop())).toMatchObject({ result: { deleted: 9 } });
});

test('the second pass of a sweep compares every row again, also when it is read in slices', async () => {
  const { shop, copy, context, ids } = await filled(300);
  const period = { periodMs: day };
  const slice = async () => {
    shop.clock.advance(day / 4);
    return sweep(context({ pageSize: 50 }), customers, noStop(), period);
  };
  const finishPass = async () => {
    for (let slices = 0; slices < 8; slices++) {
      const attempt = await slice();
      if (attempt.kind === 'swept' && attempt.result.passComplete) return;
    }
    throw new Error('The pass did not end within two periods.');
  };
  await finishPass();
  for (const id of [ids[10]!, ids[120]!, ids[250]!]) shop.customers.updateSilently(id, { taxvat: 'HR2' });
  await finishPass();
  await expectEqualSides(shop, copy.url);
});
