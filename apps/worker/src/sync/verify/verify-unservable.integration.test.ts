import { expect, test } from 'vitest';
import { customers } from '../../../testing/customers.ts';
import { noStop, startSync } from '../../../testing/sync-harness.ts';
import { runBackfill } from '../backfill/backfill.ts';
import type { PageReport } from '../ports.ts';
import { pullChanges } from '../pull/pull.ts';
import { type VerifyOptions, verify } from './verify.ts';
import type { VerifyResult } from './verify-report.ts';

const whole: VerifyOptions = { from: 0, share: 1, seed: 1, countsOnly: false, repair: false };

async function filled(size: number) {
  const harness = await startSync({ population: { customers: size } });
  const sync = harness.context();
  await runBackfill(sync, customers, noStop(), { restart: false });
  await pullChanges(sync, customers, noStop());
  const run = async (options: Partial<VerifyOptions> = {}, onPage?: (report: PageReport) => void) => {
    const context = onPage ? harness.context({ onPage }) : sync;
    const attempt = await verify(context, customers, noStop(), { ...whole, ...options });
    if (attempt.kind !== 'verified') throw new Error(`The verification did not begin: ${attempt.kind}.`);
    return attempt.result satisfies VerifyResult;
  };
  return { ...harness, sync, run, ids: harness.shop.customers.ids() };
}

test('a row that Magento cannot serve leaves the result unproven, and hides no difference beside it', async () => {
  const { shop, store, run, ids } = await filled(250);
  shop.poison.add(ids[50]!);
  const unreadable = { id: ids[50]!, kind: 'unreadable', fields: [] };
  expect(await run()).toMatchObject({
    verdict: 'unproven',
    status: 'incomplete',
    differences: [unreadable],
    ranges: [{ inShop: 249, inCopy: 250, equal: 249 }],
  });
  expect(await store.quarantine.list('test')).toMatchObject([
    { id: ids[50], reportId: expect.any(String) as string },
  ]);
  expect(await run({ countsOnly: true })).toMatchObject({ verdict: 'unproven', differences: [unreadable] });

  shop.customers.updateSilently(ids[60]!, { taxvat: 'X' });
  const different = { id: ids[60]!, kind: 'different', fields: ['taxvat'] };
  expect(await run()).toMatchObject({ verdict: 'different', differences: [unreadable, different] });
  expect(await run({ repair: true })).toMatchObject({
    verdict: 'unproven',
    repaired: 1,
    differences: [unreadable],
  });
});

test('a row that becomes unservable between two looks is not taken for a difference', async () => {
  const { shop, run, ids } = await filled(250);
  shop.customers.updateSilently(ids[60]!, { taxvat: 'X' });
  shop.customers.updateSilently(ids[70]!, { taxvat: 'X' });
  const result = await run({}, ({ cause }) => {
    if (cause === 'pull') shop.poison.add(ids[60]!);
  });
  expect(result).toMatchObject({
    verdict: 'different',
    differences: [
      { id: ids[60], kind: 'unreadable' },
      { id: ids[70], kind: 'different' },
    ],
  });
});

test('rows that the shop counts and does not show are never taken for equal', async () => {
  const { shop, copy, run, ids } = await filled(250);
  const hidden = ids[120]!;
  await copy.database.pool.query('delete from magento.customers where id = $1', [hidden]);
  shop.faults.add({
    match: 'customers/search',
    times: 1_000,
    answer: {
      kind: 'change',
      // As a module that filters the rows of a full page: the next row moves up, the count stays.
      change: (body) => {
        const answer = JSON.parse(body) as { items?: { id: number }[] };
        const { items = [] } = answer;
        if (!items.some(({ id }) => id === hidden)) return body;
        const next = shop.customers.get(items.at(-1)!.id + 1)!;
        return JSON.stringify({ ...answer, items: [...items.filter(({ id }) => id !== hidden), next] });
      },
    },
  });
  const result = await run();
  expect(result).toMatchObject({ verdict: 'unproven', status: 'incomplete', differences: [] });
  expect(result.reason).toMatch(/the shop counts \d+ customers and shows \d+/);
});
