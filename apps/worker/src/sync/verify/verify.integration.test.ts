import { expect, test } from 'vitest';
import { expectEqualSides } from '../../../testing/compare-copy.ts';
import { customers } from '../../../testing/customers.ts';
import { noStop, startSync } from '../../../testing/sync-harness.ts';
import { runBackfill } from '../backfill/backfill.ts';
import type { PageReport } from '../ports.ts';
import { pullChanges } from '../pull/pull.ts';
import { type VerifyAttempt, type VerifyOptions, verify } from './verify.ts';
import type { Difference, VerifyResult } from './verify-report.ts';

const whole: VerifyOptions = { from: 0, share: 1, seed: 1, countsOnly: false, repair: false };

async function filled(size: number) {
  const harness = await startSync({ population: { customers: size } });
  const { shop, copy } = harness;
  const sync = harness.context();
  await runBackfill(sync, customers, noStop(), { restart: false });
  await pullChanges(sync, customers, noStop());
  shop.requests.clear();
  const sql = async (text: string, values: unknown[] = []) =>
    (await copy.database.pool.query<Record<string, unknown>>(text, values)).rows;
  const run = async (options: Partial<VerifyOptions> = {}, onPage?: (report: PageReport) => void) =>
    resultOf(
      await verify(onPage ? harness.context({ onPage }) : sync, customers, noStop(), {
        ...whole,
        ...options,
      }),
    );
  return { ...harness, sync, sql, run, ids: shop.customers.ids() };
}

function resultOf(attempt: VerifyAttempt): VerifyResult {
  if (attempt.kind !== 'verified') throw new Error(`The verification did not begin: ${attempt.kind}.`);
  return attempt.result;
}

test('equal sides are found equal by reading every page once, and nothing is written but when that was', async () => {
  const { shop, sql, run, ids } = await filled(1_000);
  await sql('update magento.customers set last_verified_at = null');
  await sql('delete from sync.verified_ranges');
  const before = await sql('select max(id) as id from sync.changes');
  const result = await run();
  expect(result).toMatchObject({
    verdict: 'equal',
    status: 'succeeded',
    differences: [],
    ranges: [{ inShop: 1_000, inCopy: 1_000, equal: 1_000 }],
  });
  expect(shop.requests.count('customers/search')).toBe(11);
  expect(await sql('select count(*) from magento.customers where last_verified_at is not null')).toEqual([
    { count: 0 },
  ]);
  expect(await sql('select after_id, up_to_id from sync.verified_ranges')).toEqual([
    { after_id: 0, up_to_id: ids.at(-1) },
  ]);
  expect(await sql('select max(id) as id from sync.changes')).toEqual(before);
  expect(await sql(`select rows_read, unchanged, status from sync.runs where kind = 'verify'`)).toEqual([
    { rows_read: 1_000, unchanged: 1_000, status: 'succeeded' },
  ]);
});

/** What somebody may do to the copy of customer $1, and as what it is found. */
const damages: readonly { sql: string; kind: string; fields: string[] }[] = [
  { sql: `update magento.customers set lastname = 'x' where id = $1`, kind: 'damaged', fields: ['lastname'] },
  {
    sql: `update magento.customers set source_updated_at = now() + interval '1 year' where id = $1`,
    kind: 'damaged',
    fields: ['source_updated_at'],
  },
  { sql: `update magento.customers set raw = '{}' where id = $1`, kind: 'damaged', fields: ['raw'] },
  {
    sql: `update magento.customers set content_hash = 'x' where id = $1`,
    kind: 'damaged',
    fields: ['content_hash'],
  },
  {
    sql: `update magento.customer_addresses set city = 'x' where customer_id = $1`,
    kind: 'damaged',
    fields: ['addresses.city'],
  },
  {
    sql: 'delete from magento.customer_addresses where customer_id = $1',
    kind: 'damaged',
    fields: ['addresses'],
  },
  {
    sql: `insert into magento.customer_addresses (shop, id, customer_id, street, default_billing, default_shipping, raw,
      first_seen_at, changed_at) values ('test', 999999, $1, '{}', false, false, '{}', now(), now())`,
    kind: 'damaged',
    fields: ['addresses'],
  },
  { sql: 'delete from magento.customers where id = $1', kind: 'missing', fields: [] },
  { sql: 'update magento.customers set deleted_at = now() where id = $1', kind: 'tombstoned', fields: [] },
  {
    sql: `update magento.customers set content_hash = 'x', lastname = 'x', raw = raw || '{"lastname":"x"}',
      source_updated_at = '2035-01-01' where id = $1`,
    kind: 'different',
    fields: ['lastname'],
  },
  { sql: 'update magento.customers set id = 7777 where id = $1', kind: 'missing', fields: [] },
];

test('what somebody did to the copy is found by kind and field, and repaired', async () => {
  const { shop, copy, sql, run } = await filled(300);
  const able = shop.customers.all().filter(({ addresses }) => addresses.length > 0);
  const expected: Difference[] = [];
  for (const [index, { sql: text, kind, fields }] of damages.entries()) {
    const { id } = able[index]!;
    await sql(text, [id]);
    expected.push({ id, kind: kind as Difference['kind'], fields });
  }
  // The last damage left a row that the shop does not have.
  expected.push({ id: 7777, kind: 'gone', fields: [] });
  expect(await run()).toMatchObject({ verdict: 'different', status: 'incomplete', differences: expected });
  const repaired = await run({ repair: true });
  expect(repaired).toMatchObject({ verdict: 'equal', repaired: expected.length, found: expected });
  expect(await run()).toMatchObject({ verdict: 'equal', found: [] });
  await expectEqualSides(shop, copy.url);
  // Once in each of the first two verifications, and once before it was marked.
  expect(shop.requests.count('/rest/V1/customers/7777?')).toBe(3);
});

test('what the shop has in no updated_at is named by field, never by value', async () => {
  const { shop, copy, run, ids } = await filled(300);
  const owner = shop.customers.all().find(({ addresses }) => addresses.length > 0)!.id;
  shop.customers.editAddress(owner, { city: 'Hvar' });
  shop.customers.updateSilently(ids[200]!, { taxvat: 'HR-SECRET', firstname: 'Ivana' });
  const result = await run();
  expect(result.differences).toEqual([
    { id: owner, kind: 'different', fields: ['addresses'] },
    { id: ids[200], kind: 'different', fields: ['firstname', 'taxvat'] },
  ]);
  expect(JSON.stringify(result)).not.toMatch(/HR-SECRET|Hvar|Ivana/);
  expect(await run({ repair: true })).toMatchObject({ verdict: 'equal', repaired: 2 });
  await expectEqualSides(shop, copy.url);
});

test('a shop that lives meanwhile raises no false alarm', async () => {
  const { shop, copy, run, ids } = await filled(600);
  let page = 0;
  const result = await run({}, ({ cause }) => {
    if (cause !== 'verify') return;
    page += 1;
    // Before and behind the reader: changed, new, and stamped without a change.
    for (const id of [ids[3]!, ids[page * 60]!, ids.at(-2)!])
      shop.customers.save(id, { lastname: `At ${page}` });
    shop.customers.failLogin(ids[10]!);
    shop.customers.create({ firstname: `New ${page}` });
  });
  expect(page).toBeGreaterThan(5);
  expect(result).toMatchObject({ verdict: 'equal', differences: [] });
  await expectEqualSides(shop, copy.url);
});

test('a row that never stands still is looked at three times and then counts; others are settled at once', async () => {
  const { shop, sql, run, ids } = await filled(300);
  shop.customers.updateSilently(ids[5]!, { taxvat: 'HR1' });
  shop.customers.save(ids[7]!, { lastname: 'Edit' });
  let edits = 0;
  const result = await run({}, ({ cause, rows }) => {
    // Behind every page of the comparison and at the end of every pull, but never so that a pull has no end.
    if (cause === 'verify' || rows < 100) shop.customers.save(ids[7]!, { lastname: `Edit ${(edits += 1)}` });
  });
  expect(result.differences).toEqual([
    { id: ids[5], kind: 'different', fields: ['taxvat'] },
    { id: ids[7], kind: 'different', fields: ['lastname'] },
  ]);
  expect(await sql(`select count(*) from sync.runs where kind = 'pull'`)).toEqual([{ count: 1 + 3 }]);
});

test('deletions are told from rows that are only not listed; the brake holds a repair back', async () => {
  const { shop, sql, run, ids } = await filled(300);
  const hidden = shop.customers.remove(ids[1]!);
  shop.customers.remove(ids[2]!);
  shop.faults.add({
    match: ({ path }) => path === `/rest/V1/customers/${hidden.id}`,
    times: 50,
    answer: {
      kind: 'answer',
      status: 200,
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify(hidden),
    },
  });
  expect((await run()).differences).toEqual([
    { id: ids[1], kind: 'unlisted', fields: [] },
    { id: ids[2], kind: 'gone', fields: [] },
  ]);
  for (const id of ids.slice(3, 60)) shop.customers.remove(id);
  const held = await run({ repair: true });
  expect(held).toMatchObject({ verdict: 'different', repaired: 0 });
  expect(held.reason).toContain('magento-sync reconcile --allow-share');
  expect(await sql('select count(*) from magento.customers where deleted_at is not null')).toEqual([
    { count: 0 },
  ]);
});

test('a page that is cut short, a refused read or a foreign 404 proves nothing and ends the verification', async () => {
  const { shop, sql, run, ids } = await filled(300);
  const json = { 'content-type': 'application/json; charset=utf-8' };
  const cut = { items: shop.customers.all().slice(0, 40), total_count: 300 };
  shop.faults.add({
    match: 'customers/search',
    times: 10,
    answer: { kind: 'answer', status: 200, headers: json, body: JSON.stringify(cut) },
  });
  await expect(run()).rejects.toThrow('did not answer what was asked for');
  shop.faults.clear();
  shop.customers.remove(ids[9]!);
  shop.faults.add({
    match: ({ path }) => path === `/rest/V1/customers/${ids[9]}`,
    times: 10,
    answer: { kind: 'answer', status: 404, headers: { 'content-type': 'text/html' }, body: '<h1>404</h1>' },
  });
  await expect(run()).rejects.toThrow(/404/);
  expect(await sql(`select status from sync.runs where kind = 'verify'`)).toEqual([
    { status: 'failed' },
    { status: 'failed' },
  ]);
});
