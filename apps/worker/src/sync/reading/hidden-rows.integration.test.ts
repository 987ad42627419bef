import { expect, test } from 'vitest';
import { customersOfCopy, expectEqualSides } from '../../../testing/compare-copy.ts';
import { customers } from '../../../testing/customers.ts';
import { startFilled, watermark } from '../../../testing/filled-sync.ts';
import { denyById, hideFromPages, hideFromShortPages } from '../../../testing/hidden-rows.ts';
import { noStop, type SyncHarness } from '../../../testing/sync-harness.ts';
import { pullChanges } from '../pull/pull.ts';
import { reconcile } from '../reconcile/reconcile.ts';
import { sweep } from '../sweep/sweep.ts';
import { verify } from '../verify/verify.ts';

const minute = 60_000;
const search = '/V1/customers/search';

async function pull(harness: SyncHarness, pageSize = 20) {
  const attempt = await pullChanges(harness.context({ pageSize }), customers, noStop());
  if (attempt.kind !== 'pulled') throw new Error(`The pull did not begin: ${attempt.kind}.`);
  return attempt.result;
}

/** Both sides are equal once nothing is hidden from whoever compares; the worker has read nothing since. */
async function expectWhole({ shop, copy }: SyncHarness): Promise<void> {
  shop.faults.clear();
  await expectEqualSides(shop, copy.url);
}

test.each([
  ['the middle of a full page', 60, 20, 7],
  ['the end of a page', 60, 20, 19],
  ['the short page at the end', 50, 20, 44],
  ['the very end', 50, 20, 49],
  ['the only page', 12, 20, 3],
])('a pull reads a row that is hidden from %s by its id', async (_where, size, pageSize, index) => {
  const harness = await startFilled(size);
  const { shop, store } = harness;
  const before = await watermark(harness);
  const ids = shop.customers.ids();
  shop.customers.saveMany(ids, { lastname: 'Changed' });
  hideFromShortPages(shop, [ids[index]!]);
  expect(await pull(harness, pageSize)).toMatchObject({ status: 'succeeded' });
  expect(await watermark(harness)).not.toBe(before);
  expect(await store.quarantine.list('test')).toMatchObject([
    { id: ids[index], httpStatus: 200, reason: expect.stringContaining('do not show it') as string },
  ]);
  await expectWhole(harness);
});

test('a hidden row costs later pulls one read of its own, and its silent edits arrive with them', async () => {
  const harness = await startFilled(60);
  const { shop, copy } = harness;
  const ids = shop.customers.ids();
  const hidden = ids[7]!;
  shop.customers.saveMany(ids, { lastname: 'Changed' });
  hideFromShortPages(shop, [hidden]);
  await pull(harness);
  shop.customers.updateSilently(hidden, { taxvat: 'HR1' });
  shop.customers.save(ids[30]!, { lastname: 'Later' });
  shop.requests.clear();
  expect(await pull(harness)).toMatchObject({ status: 'succeeded' });
  expect(shop.requests.count(`/V1/customers/${hidden}`)).toBe(1);
  expect(shop.requests.count(search)).toBeLessThanOrEqual(5);
  expect((await customersOfCopy(copy.url)).find(({ id }) => id === hidden)).toMatchObject({ taxvat: 'HR1' });

  // As soon as lists show it again, nothing is left of it.
  shop.faults.clear();
  shop.clock.advance(11 * minute);
  await pull(harness);
  expect(await harness.store.quarantine.list('test')).toEqual([]);
  await expectWhole(harness);
});

test('a pull names a hidden row that is denied by its id too, copies all others and keeps its watermark', async () => {
  const harness = await startFilled(50);
  const { shop, copy } = harness;
  const before = await watermark(harness);
  const ids = shop.customers.ids();
  const hidden = [ids[3]!, ids[44]!];
  hideFromShortPages(shop, hidden);
  denyById(shop, hidden[1]!);
  for (const lastname of ['Once', 'Twice']) {
    shop.customers.saveMany(ids, { lastname });
    const result = await pull(harness);
    expect(result.status).toBe('incomplete');
    expect(result.reason).toMatch(/the shop counts \d+ customers and shows \d+, /);
    expect(result.reason).toContain(`It denies ${hidden[1]} also when asked by this id.`);
    expect(await watermark(harness)).toBe(before);
    const fresh = (await customersOfCopy(copy.url)).filter((row) => row['lastname'] === lastname);
    expect(fresh.map(({ id }) => id)).toEqual(ids.filter((id) => id !== hidden[1]));
  }
  shop.faults.clear();
  shop.clock.advance(11 * minute);
  expect(await pull(harness)).toMatchObject({ status: 'succeeded' });
  await expectWhole(harness);
});

test('a row that a list of it alone shows is not set aside', async () => {
  const harness = await startFilled(60);
  const { shop, store } = harness;
  const ids = shop.customers.ids();
  shop.customers.saveMany(ids, { lastname: 'Changed' });
  shop.faults.add({
    match: ({ target }) => target.includes(search) && !target.includes('condition_type%5D=in&'),
    times: Number.POSITIVE_INFINITY,
    answer: {
      kind: 'change',
      change: (body) => {
        const answer = JSON.parse(body) as { items?: { id: number }[] };
        return JSON.stringify({ ...answer, items: answer.items?.filter(({ id }) => id !== ids[7]) });
      },
    },
  });
  expect(await pull(harness)).toMatchObject({ status: 'succeeded' });
  expect(await store.quarantine.list('test')).toEqual([]);
  await expectWhole(harness);
});

test('more hidden rows than one walk looks for are read by the next ones', async () => {
  const harness = await startFilled(100);
  const { shop, store } = harness;
  const ids = shop.customers.ids();
  shop.customers.saveMany(ids, { lastname: 'Changed' });
  hideFromShortPages(
    shop,
    ids.filter((_id, index) => index % 3 === 0),
  );
  expect(await pull(harness)).toMatchObject({ status: 'incomplete' });
  expect(await store.quarantine.list('test')).toHaveLength(20);
  expect(await pull(harness)).toMatchObject({ status: 'succeeded' });
  expect(await store.quarantine.list('test')).toHaveLength(34);
  await expectWhole(harness);
});

test.each([
  ['short', (shop: SyncHarness['shop'], id: number) => hideFromShortPages(shop, [id])],
  ['full', hideFromPages],
])('a sweep reads rows hidden from %s pages by their ids and completes its pass', async (_kind, hide) => {
  const harness = await startFilled(200);
  const { shop } = harness;
  const ids = shop.customers.ids();
  for (const id of [ids[10]!, ids.at(-1)!]) shop.customers.updateSilently(id, { taxvat: 'HR7' });
  hide(shop, ids[10]!);
  const attempt = await sweep(harness.context({ pageSize: 20 }), customers, noStop(), { periodMs: 0 });
  expect(attempt).toMatchObject({ result: { status: 'succeeded', deleted: 0, passComplete: true } });
  await expectWhole(harness);
});

test('a reconcile finds deletions beside rows that are hidden, and takes none of these for deleted', async () => {
  const harness = await startFilled(300);
  const { shop, copy } = harness;
  const ids = shop.customers.ids();
  const [served, denied, unknown] = [ids[40]!, ids[140]!, ids[240]!];
  await copy.database.pool.query('delete from magento.customers where id = $1', [unknown]);
  hideFromShortPages(shop, [served, denied, unknown]);
  for (const id of [denied, unknown]) denyById(shop, id);
  shop.customers.remove(ids[41]!);
  shop.customers.remove(ids[241]!);
  const attempt = await reconcile(harness.context({ pageSize: 20 }), customers, noStop());
  expect(attempt).toMatchObject({ result: { status: 'incomplete', deleted: 2 } });
  const { reason } = (attempt as Extract<typeof attempt, { kind: 'reconciled' }>).result;
  expect(reason).toContain(`lists count 1 customers that it denies by their ids (${denied})`);
  expect(reason).toMatch(new RegExp(`It denies .*${unknown} also when asked`));
  const living = (await customersOfCopy(copy.url)).map(({ id }) => id);
  expect(living).toEqual(ids.filter((id) => ![ids[41], ids[241], unknown].includes(id)));

  shop.faults.clear();
  shop.clock.advance(11 * minute);
  expect(await reconcile(harness.context(), customers, noStop())).toMatchObject({
    result: { status: 'succeeded', added: 1 },
  });
  await expectWhole(harness);
});

test('a verification compares rows that are known to be hidden by their ids, and takes no other for equal', async () => {
  const harness = await startFilled(120);
  const { shop } = harness;
  const ids = shop.customers.ids();
  const [known, unknown] = [ids[10]!, ids[70]!];
  const compare = async (countsOnly = false) => {
    const whole = { from: 0, share: 1, seed: 1, countsOnly, repair: false };
    const attempt = await verify(harness.context({ pageSize: 20 }), customers, noStop(), whole);
    if (attempt.kind !== 'verified') throw new Error(`The verification did not begin: ${attempt.kind}.`);
    return attempt.result;
  };
  hideFromShortPages(shop, [known]);
  await sweep(harness.context({ pageSize: 20 }), customers, noStop(), { periodMs: 0 });
  expect(await compare()).toMatchObject({ verdict: 'equal', ranges: [{ inShop: 120, equal: 120 }] });
  expect(await compare(true)).toMatchObject({ verdict: 'equal' });

  shop.faults.clear();
  hideFromShortPages(shop, [known, unknown]);
  shop.customers.updateSilently(unknown, { taxvat: 'HR3' });
  const result = await compare();
  expect(result.verdict).not.toBe('equal');
  expect(result.differences).toMatchObject([{ id: unknown, kind: 'unlisted' }]);
  expect(result.reason).toMatch(/the shop counts \d+ customers and shows \d+/);
  await sweep(harness.context({ pageSize: 20 }), customers, noStop(), { periodMs: 0 });
  expect(await compare()).toMatchObject({ verdict: 'equal' });
  await expectWhole(harness);
});
