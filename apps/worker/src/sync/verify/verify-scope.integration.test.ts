import { expect, test } from 'vitest';
import { customers } from '../../../testing/customers.ts';
import { noStop, pausable, startSync } from '../../../testing/sync-harness.ts';
import { runBackfill } from '../backfill/backfill.ts';
import { pullChanges } from '../pull/pull.ts';
import { type VerifyAttempt, type VerifyOptions, verify } from './verify.ts';
import { chooseSome } from './verify-ranges.ts';
import type { VerifyResult } from './verify-report.ts';

const whole: VerifyOptions = { from: 0, share: 1, seed: 1, countsOnly: false, repair: false };

async function filled(size: number) {
  const harness = await startSync({ population: { customers: size } });
  const sync = harness.context();
  await runBackfill(sync, customers, noStop(), { restart: false });
  await pullChanges(sync, customers, noStop());
  harness.shop.requests.clear();
  const run = async (options: Partial<VerifyOptions> = {}) =>
    resultOf(await verify(sync, customers, noStop(), { ...whole, ...options }));
  return { ...harness, sync, run, ids: harness.shop.customers.ids() };
}

function resultOf(attempt: VerifyAttempt): VerifyResult {
  if (attempt.kind !== 'verified') throw new Error(`The verification did not begin: ${attempt.kind}.`);
  return attempt.result;
}

test('the same seed chooses the same ranges, another seed others, and all shares are kept', () => {
  const items = Array.from({ length: 200 }, (_, index) => index);
  const some = chooseSome(items, 0.1, 7);
  expect(some).toHaveLength(20);
  expect(some).toEqual(some.toSorted((one, other) => one - other));
  expect(chooseSome(items, 0.1, 7)).toEqual(some);
  expect(chooseSome(items, 0.1, 8)).not.toEqual(some);
  expect(chooseSome(items.slice(0, 3), 0.01, 8)).toHaveLength(1);
});

test('a sample reads about its share and finds what lies in it', async () => {
  const { shop, run, ids } = await filled(1_000);
  const result = await run({ share: 0.3, seed: 5 });
  const rows = result.ranges.reduce((sum, { inShop }) => sum + inShop, 0);
  expect(rows).toBe(300);
  expect(result).toMatchObject({ verdict: 'equal', share: 0.3, seed: 5 });
  expect(shop.requests.count('customers/search')).toBeLessThan(10);
  for (const id of ids) shop.customers.updateSilently(id, { taxvat: 'X' });
  const found = (await run({ share: 0.3, seed: 5 })).differences.map(({ id }) => id);
  expect(found).toHaveLength(300);
  const inRanges = ids.filter((id) =>
    result.ranges.some(({ afterId, upToId }) => id > afterId && (upToId === null || id <= upToId)),
  );
  expect(found).toEqual(inRanges);
});

test('counts alone cost a request a range, find rows too many and too few, and not what hides from them', async () => {
  const { shop, copy, run, ids } = await filled(400);
  expect(await run({ countsOnly: true })).toMatchObject({
    verdict: 'equal',
    ranges: [{ inShop: 400, inCopy: 400, equal: null }],
  });
  expect(shop.requests.all()).toHaveLength(1);
  shop.customers.updateSilently(ids[3]!, { taxvat: 'X' });
  expect(await run({ countsOnly: true })).toMatchObject({ verdict: 'equal' });
  await copy.database.pool.query('delete from magento.customers where id = $1', [ids[8]]);
  expect((await run({ countsOnly: true })).differences).toEqual([
    { id: ids[3], kind: 'different', fields: ['taxvat'] },
    { id: ids[8], kind: 'missing', fields: [] },
  ]);
});

test('a new customer is pulled and is no difference of counts', async () => {
  const { shop, run } = await filled(150);
  shop.customers.create();
  expect(await run({ countsOnly: true })).toMatchObject({
    verdict: 'equal',
    ranges: [{ inShop: 151, inCopy: 151, equal: null }],
  });
});

test('one that is asked to stop says where to go on and what looked different until then', async () => {
  const { shop, context, ids } = await filled(500);
  shop.customers.updateSilently(ids[20]!, { taxvat: 'X' });
  shop.customers.updateSilently(ids[420]!, { taxvat: 'X' });
  const stop = pausable();
  let pages = 0;
  const onPage = () => {
    pages += 1;
    if (pages === 2) stop.ask();
  };
  const first = resultOf(await verify(context({ onPage }), customers, stop, whole));
  expect(first).toMatchObject({
    status: 'interrupted',
    verdict: 'unproven',
    from: ids[199],
    suspects: [ids[20]],
  });
  const rest = resultOf(await verify(context(), customers, noStop(), { ...whole, from: first.from! }));
  expect(rest.ranges).toMatchObject([{ afterId: ids[199], inShop: 300 }]);
  expect(rest.differences.map(({ id }) => id)).toEqual([ids[420]]);
});

test('before a backfill there is nothing to compare, and two at once do not run', async () => {
  const { context } = await startSync({ population: { customers: 10 } });
  expect(await verify(context(), customers, noStop(), whole)).toEqual({ kind: 'needs-backfill' });
  const { sync, context: another } = await filled(10);
  await sync.locks.run('verify:test:customers', noStop().signal, async () => {
    expect(await verify(another(), customers, noStop(), whole)).toEqual({ kind: 'busy' });
  });
});
