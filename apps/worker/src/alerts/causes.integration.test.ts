import { expect, test } from 'vitest';
import { customers } from '../../testing/customers.ts';
import { startFilled } from '../../testing/filled-sync.ts';
import { hideFromShortPages } from '../../testing/hidden-rows.ts';
import { noStop } from '../../testing/sync-harness.ts';
import { readCopyState } from '../copy-state.ts';
import { readFailedSignIns } from '../sign-in.ts';
import { pullChanges } from '../sync/pull/pull.ts';
import { reconcile } from '../sync/reconcile/reconcile.ts';
import { refreshReferenceData } from '../sync/reference-data/reference-data.ts';
import { verify } from '../sync/verify/verify.ts';
import { findConditions } from './conditions.ts';
import { alertRules } from './rules.ts';

const minute = 60_000;
const hour = 60 * minute;
const limits = {
  pullEveryMs: 5 * minute,
  sweepPeriodMs: 24 * hour,
  sweepAllPeriodMs: 720 * hour,
  reconcileEveryMs: hour,
  referenceDataEveryMs: 24 * hour,
};

test('every alert comes from its cause, stands under what it follows from, and ends with it', async () => {
  const harness = await startFilled(45);
  const { shop, store, copy } = harness;
  const context = harness.context();
  const { pool } = copy.database;
  const pull = () => pullChanges(context, customers, noStop());
  const reconciled = () => reconcile(context, customers, noStop());
  const seen = new Set<string>();
  /** What holds now; behind an arrow what it follows from. */
  const holding = async () => {
    const now = context.clock.now();
    // The shop's clock runs hours ahead of that of PostgreSQL, which stamps these.
    for (const stamp of ['runs set finished_at', 'quarantine set first_failed_at']) {
      const [, , column] = stamp.split(' ');
      const text = `update sync.${stamp} = $1 where ${column} < now() + interval '1 hour'`;
      await pool.query(text, [now]);
    }
    const state = await readCopyState(context);
    const failed = await readFailedSignIns(copy.database, 'test', now);
    return findConditions(state, failed, limits, now)
      .map(({ name, subject, follows }) => {
        seen.add(name);
        return `${name} ${subject}${follows ? ` < ${follows.name}` : ''}`;
      })
      .toSorted();
  };

  await pull();
  await reconciled();
  await refreshReferenceData(context, noStop());
  expect(await holding()).toEqual([]);

  // Nothing runs.
  shop.clock.advance(30 * minute);
  expect(await holding()).toEqual(['PullOverdue customers']);

  // The shop is away: whatever fails then stands under that.
  shop.maintenance(true);
  for (const attempt of [pull, reconciled, () => refreshReferenceData(context, noStop())])
    await expect(attempt()).rejects.toThrow(/maintenance/i);
  const away = [
    'PullOverdue customers < ShopUnreachable',
    'RunsFail pull customers < ShopUnreachable',
    'RunsFail reconcile customers < ShopUnreachable',
    'RunsFail reference-data reference-data < ShopUnreachable',
    'ShopUnreachable shop',
  ];
  expect(await holding()).toEqual(away);
  shop.clock.advance(96 * hour);
  expect(await holding()).toEqual(
    [
      ...away,
      'NoReconcile customers < ShopUnreachable',
      'NoReferenceData reference-data < ShopUnreachable',
      'RowsNotCompared customers < ShopUnreachable',
    ].toSorted(),
  );
  shop.maintenance(false);
  await pull();
  const left = await holding();
  expect(left).not.toContain('ShopUnreachable shop');
  expect(left).toContain('NoReconcile customers < RunsFail');
  await reconciled();
  await refreshReferenceData(context, noStop());
  await verify(context, customers, noStop(), { from: 0, share: 1, seed: 1, countsOnly: false, repair: true });
  expect(await holding()).toEqual([]);

  // Drift: an edit past everything, found by a verification.
  const ids = shop.customers.ids();
  shop.customers.updateSilently(ids[3]!, { taxvat: 'DE1' });
  const whole = { from: 0, share: 1, seed: 1, countsOnly: false };
  await verify(context, customers, noStop(), { ...whole, repair: false });
  expect(await holding()).toEqual(['RunsFail verify customers < SidesDiffer', 'SidesDiffer customers']);
  await verify(context, customers, noStop(), { ...whole, repair: true });
  expect(await holding()).toEqual([]);

  // Records over which the shop fails: some, then many.
  shop.clock.advance(20 * minute);
  shop.poison.add(ids[7]!);
  shop.customers.saveMany(ids, { lastname: 'Changed' });
  await pull();
  expect(await holding()).toEqual(['Quarantine customers']);
  const aside = { shop: 'test', entity: 'customers', reason: 'x', nextAttemptAt: new Date(0) };
  for (const id of ids.slice(20, 29)) await store.quarantine.add({ ...aside, id });
  expect(await holding()).toEqual(['Quarantine customers < QuarantineGrows', 'QuarantineGrows customers']);
  shop.poison.clear();
  shop.clock.advance(2 * hour);
  await pull();
  await reconciled();
  expect(await holding()).toEqual([]);

  // A row that the shop counts and shows nobody: the run is incomplete.
  hideFromShortPages(shop, [ids[9]!]);
  shop.faults.add({
    match: ({ path }) => path.endsWith(`/V1/customers/${ids[9]}`),
    times: Number.POSITIVE_INFINITY,
    answer: shop.faults.presets.noSuchCustomer(ids[9]!),
  });
  shop.clock.advance(20 * minute);
  shop.customers.saveMany(ids, { lastname: 'Hidden' });
  await pull();
  expect((await holding()).filter((each) => !each.startsWith('PullOverdue'))).toEqual([
    expect.stringMatching(/^RunsFail pull customers/),
  ]);
  shop.faults.clear();
  await pull();
  expect(await holding()).toEqual([]);

  // More vanish than may.
  for (const id of ids.slice(0, 30)) shop.customers.remove(id);
  await reconciled();
  expect(await holding()).toEqual(['BrakeHolds reconcile customers', expect.stringMatching(/^Warning /)]);

  // A consumer of the feed falls behind, and is overtaken.
  await store.outbox.acknowledge('test', 'crm', 0n);
  await pool.query(
    `insert into sync.outbox (shop, entity, entity_id, operation, cause, changed_fields)
     select 'test', 'customers', number, 'updated', 'pull', '{}' from generate_series(1, 10000) number`,
  );
  expect(await holding()).toContain('FeedBehind crm');
  await store.outbox.prune('test', new Date(Date.now() + hour));
  expect(await holding()).toContain('FeedOverrun crm');

  // A pause that somebody has forgotten, and a sign-in that is refused.
  await store.pauses.put({ shop: 'test', entity: 'all', kind: 'sweep', by: 'bo', why: 'x', until: null });
  shop.clock.advance(48 * hour);
  expect(await holding()).toContain('PausedLong all sweep');
  // Those of the sign-in and of settings have tests of their own.
  const others = ['SignInRefused', 'Misconfigured', 'ConfigRefused'];
  expect([...seen].toSorted()).toEqual(
    Object.keys(alertRules)
      .filter((name) => !others.includes(name))
      .toSorted(),
  );
});
