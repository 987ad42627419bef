import { expect, test } from 'vitest';
import { customersOfCopy, expectEqualSides } from '../../../testing/compare-copy.ts';
import { customers } from '../../../testing/customers.ts';
import { denyById, hideFromShortPages } from '../../../testing/hidden-rows.ts';
import { noStop, pausable, startSync } from '../../../testing/sync-harness.ts';
import { attentionNeeded } from '../../attention.ts';
import { readCopyState } from '../../copy-state.ts';
import { runBackfill } from '../backfill/backfill.ts';
import { findPlan } from '../backfill/backfill-plan.ts';
import { pullChanges } from '../pull/pull.ts';
import { sweep } from '../sweep/sweep.ts';
import { verify } from '../verify/verify.ts';
import { openPageSize, paceRules, pageLimitName } from './page-size.ts';

const again = { restart: false };

/** Numbers that depend on the seed alone. */
function seededNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

test.each([
  ['first, neighbours, and the newest', 500, [0, 30, 31, 499]],
  ['on the only page', 7, [3]],
  ['all there are', 2, [0, 1]],
])('a backfill reads hidden rows by their ids: %s', async (_which, size, hidden) => {
  const { shop, copy, store, context } = await startSync({ population: { customers: size } });
  const ids = shop.customers.ids();
  hideFromShortPages(
    shop,
    hidden.map((index) => ids[index]!),
  );
  const result = await runBackfill(context({ pageSize: 20 }), customers, noStop(), again);
  expect(result).toMatchObject({ status: 'succeeded', rangesLeft: 0 });
  // Also when the newest row is hidden it is known how far the ids go.
  if (size > 200) expect(result.ranges).toBeGreaterThan(1);
  const aside = await store.quarantine.list('test');
  expect(aside.map(({ id }) => id)).toEqual(hidden.map((index) => ids[index]));
  shop.faults.clear();
  await expectEqualSides(shop, copy.url);
});

test.each([1, 2, 3, 4, 5, 6])('a backfill and a pull are whole whatever is hidden: seed %i', async (seed) => {
  const below = seededNumbers(seed);
  const size = 1 + below(220);
  const harness = await startSync({ population: { customers: size } });
  const { shop, copy } = harness;
  const ids = shop.customers.ids();
  hideFromShortPages(
    shop,
    Array.from({ length: 1 + below(8) }, () => ids[below(size)]!),
  );
  const sync = () => harness.context({ pageSize: 1 + below(40) });
  expect(await runBackfill(sync(), customers, noStop(), again)).toMatchObject({ status: 'succeeded' });
  shop.clock.advance(180 * 60_000);
  // Others are hidden from now on, and some of those that were are shown.
  shop.faults.clear();
  hideFromShortPages(
    shop,
    Array.from({ length: 1 + below(8) }, () => ids[below(size)]!),
  );
  shop.customers.saveMany(
    ids.filter(() => below(3) > 0),
    { lastname: `Seed ${seed}` },
  );
  expect(await pullChanges(sync(), customers, noStop())).toMatchObject({ result: { status: 'succeeded' } });
  shop.faults.clear();
  await expectEqualSides(shop, copy.url);
});

test('a limit that cuts pages without a word is still found, although rows are hidden, and everything is read', async () => {
  const { shop, copy, store, context } = await startSync({ population: { customers: 150 } });
  const ids = shop.customers.ids();
  const hidden = [ids[5]!, ids[100]!, ids.at(-1)!];
  hideFromShortPages(shop, hidden, 30);
  const pageSize = await openPageSize(context(), paceRules(100, 300));
  const result = await runBackfill(context({ pageSize }), customers, noStop(), again);
  expect(result).toMatchObject({ status: 'succeeded' });
  await expect
    .poll(async () => (await store.capabilities.get('test', pageLimitName))?.value)
    .toEqual({ max: 30, how: 'cut' });
  shop.faults.clear();
  await expectEqualSides(shop, copy.url);
});

test('pulls, sweeps and comparisons begin after a backfill in which a row stays hidden, and it stays incomplete', async () => {
  const harness = await startSync({ population: { customers: 300 } });
  const { shop, copy, store, context } = harness;
  const ids = shop.customers.ids();
  const hidden = ids[250]!;
  hideFromShortPages(shop, [hidden]);
  denyById(shop, hidden);
  const sync = context({ pageSize: 20 });
  const result = await runBackfill(sync, customers, noStop(), again);
  expect(result).toMatchObject({ status: 'incomplete', rangesLeft: 1, readToEnd: true });
  expect(result.reason).toContain(`It denies ${hidden} also when asked by this id.`);
  expect(await findPlan(sync, customers)).toMatchObject({ completedAt: null, readToEnd: true });

  shop.clock.advance(180 * 60_000);
  shop.customers.saveMany(
    ids.filter((id) => id !== hidden),
    { lastname: 'Fresh' },
  );
  expect(await pullChanges(sync, customers, noStop())).toMatchObject({
    kind: 'pulled',
    result: { status: 'succeeded' },
  });
  const rows = await customersOfCopy(copy.url);
  expect(rows.map(({ id }) => id)).toEqual(ids.filter((id) => id !== hidden));
  expect(new Set(rows.map((row) => row['lastname']))).toEqual(new Set(['Fresh']));
  const swept = await sweep(sync, customers, noStop(), { periodMs: 0 });
  expect(swept).toMatchObject({ kind: 'swept', result: { status: 'incomplete', deleted: 0 } });
  const whole = { from: 0, share: 1, seed: 1, countsOnly: false, repair: false };
  expect(await verify(sync, customers, noStop(), whole)).toMatchObject({
    kind: 'verified',
    result: { verdict: 'unproven' },
  });

  const periods = { pullEveryMs: 300_000, sweepPeriodMs: 86_400_000 };
  const attention = attentionNeeded(
    await readCopyState({ shop: 'test', store, clock: sync.clock }),
    periods,
    sync.clock.now(),
  );
  expect(attention.join('\n')).toMatch(/read to its end, and 1 of \d+ ranges do not add up/);
  expect(attention.join('\n')).toContain(`It denies ${hidden} also`);

  // The next backfill reads that range alone again, from its start.
  shop.faults.clear();
  shop.requests.clear();
  expect(await runBackfill(sync, customers, noStop(), again)).toMatchObject({
    status: 'succeeded',
    ranges: 1,
    rangesLeft: 0,
  });
  await expectEqualSides(shop, copy.url);
});

test('a backfill that is stopped behind a hidden row has not been read to its end', async () => {
  const { shop, context } = await startSync({ population: { customers: 300 } });
  const hidden = shop.customers.ids()[30]!;
  hideFromShortPages(shop, [hidden]);
  denyById(shop, hidden);
  const stop = pausable();
  let pages = 0;
  const onPage = () => {
    pages += 1;
    if (pages === 4) stop.ask();
  };
  const sync = context({ pageSize: 20, concurrency: 1, onPage });
  expect(await runBackfill(sync, customers, stop, again)).toMatchObject({
    status: 'interrupted',
    rangesLeft: expect.toSatisfy((left: number) => left > 0) as number,
    readToEnd: false,
  });
  expect(await pullChanges(context(), customers, noStop())).toEqual({ kind: 'needs-backfill' });
});
