import { type ProxiedAnswer, startProxy } from '@magento-sync/magento-testkit';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { expectEqualSides } from '../../../testing/compare-copy.ts';
import { customers } from '../../../testing/customers.ts';
import { noStop, startSync } from '../../../testing/sync-harness.ts';
import { attentionNeeded } from '../../attention.ts';
import { readCopyState } from '../../copy-state.ts';
import { runBackfill } from '../backfill/backfill.ts';
import type { SyncContext } from '../ports.ts';
import { pullChanges } from '../pull/pull.ts';
import { reconcile } from '../reconcile/reconcile.ts';
import { sweep } from '../sweep/sweep.ts';

const hour = 3_600_000;
const periods = { pullEveryMs: hour, sweepPeriodMs: 24 * hour };

const shifted = (stamp: string, ms: number) =>
  new Date(Date.parse(`${stamp.replace(' ', 'T')}Z`) + ms).toISOString().slice(0, 19).replace('T', ' ');

/** A log that keeps its warnings. */
function listeningLog() {
  const said: string[] = [];
  const write = (line: string) => void said.push((JSON.parse(line) as { msg: string }).msg);
  return { said, log: pino({ level: 'warn' }, { write }) };
}

/**
 * A shop whose database is behind its web server: answers and filters know stamps as that database writes them.
 *
 * Answers repeat filters as they were asked, or as converted for the shop.
 */
async function startLate(ms: number, repeats: 'asked' | 'converted') {
  const harness = await startSync({ population: { customers: 30 } });
  const late = (body: string, by: number) =>
    body.replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, (stamp) => shifted(stamp, by));
  const proxy = await startProxy(harness.shop.url, {
    before(request) {
      request.url = request.url.replace(/\d{4}-\d\d-\d\d%20\d\d%3A\d\d%3A\d\d/g, (stamp) =>
        encodeURIComponent(shifted(decodeURIComponent(stamp), ms)),
      );
      return undefined;
    },
    change(answer: ProxiedAnswer) {
      const [rows, repeated = ''] = answer.body.toString().split(/(?="search_criteria":)/);
      const said = repeats === 'asked' ? late(repeated, -ms) : repeated;
      answer.body = Buffer.from(late(rows ?? '', -ms) + said);
    },
  });
  onTestFinished(() => proxy[Symbol.asyncDispose]());
  const { said, log } = listeningLog();
  const sync = (overlapMs = hour / 6): SyncContext => ({
    ...harness.context({ baseUrl: proxy.url, overlapMs }),
    log,
  });
  const attention = async () =>
    attentionNeeded(
      await readCopyState({ ...harness, ...sync() }),
      periods,
      new Date(harness.shop.clock.now()),
    );
  return { ...harness, sync, said, attention };
}

test.each([
  [3, '4h', 'converted'],
  [5, '6h', 'asked'],
  [5, '6h', 'converted'],
  [11.5, '12h', 'converted'],
] as const)(
  'stamps that are %d hours late are found by the next slice of the sweep and said, overlap %s, filters repeated as %s',
  async (hours, overlap, repeats) => {
    const { shop, store, sync, said, attention } = await startLate(hours * hour, repeats);
    const ids = shop.customers.ids();
    await runBackfill(sync(), customers, noStop(), { restart: false });
    await pullChanges(sync(), customers, noStop());
    await sweep(sync(), customers, noStop(), { periodMs: 0 });
    shop.clock.advance(2 * 60_000);
    shop.customers.save(ids[16]!, { lastname: 'Late' });
    expect(await pullChanges(sync(), customers, noStop())).toMatchObject({ result: { rows: 0 } });

    const slice = await sweep(sync(), customers, noStop(), { periodMs: 24 * hour });
    const warning = expect.stringMatching(
      new RegExp(`^Changes of customers are stamped up to ${Math.floor(hours)}h.*PULL_OVERLAP=${overlap}`),
    ) as string;
    expect(slice).toMatchObject({ kind: 'swept', result: { status: 'succeeded', updated: 1, rows: 1 } });
    expect(said).toEqual([warning]);
    expect((await store.runs.recent('test', { kind: 'sweep', limit: 1 }))[0]).toMatchObject({
      details: { warnings: [warning] },
    });

    // Nothing is late any more, and nothing says that it will not be again.
    expect(await sweep(sync(), customers, noStop(), { periodMs: 24 * hour })).toEqual({ kind: 'idle' });
    expect(await attention()).toContainEqual(warning);
    expect(said).toHaveLength(1);

    const wide = Number.parseInt(overlap, 10) * hour;
    shop.clock.advance(2 * 60_000);
    shop.customers.save(ids[17]!, { lastname: 'Later' });
    expect(await pullChanges(sync(wide), customers, noStop())).toMatchObject({ result: { updated: 1 } });
    await sweep(sync(wide), customers, noStop(), { periodMs: 24 * hour });
    expect(await attention()).not.toContainEqual(warning);
  },
);

test('stamps of a clock that is right raise no warning, and take one back', async () => {
  const { shop, copy, store, context } = await startSync({ population: { customers: 30 } });
  const { said, log } = listeningLog();
  const sync = { ...context(), log };
  await runBackfill(sync, customers, noStop(), { restart: false });
  await store.capabilities.put(
    'test',
    'late_stamps_customers',
    { lagMs: 5 * hour, warning: 'Late.' },
    new Date(),
  );
  for (const id of shop.customers.ids().slice(0, 9)) {
    shop.clock.advance(60_000);
    shop.customers.save(id, { lastname: 'Now' });
    await pullChanges(sync, customers, noStop());
  }
  await sweep(sync, customers, noStop(), { periodMs: 0 });
  expect(await store.capabilities.get('test', 'late_stamps_customers')).toBeUndefined();
  expect(said).toEqual([]);
  await expectEqualSides(shop, copy.url);
});

test('a shop that shows no customer, or far fewer than before, is a warning until it shows them again', async () => {
  const harness = await startSync({ population: { customers: 0 } });
  const { shop, store, context } = harness;
  const { said, log } = listeningLog();
  const sync = { ...context(), log };
  const attention = async () =>
    attentionNeeded(await readCopyState({ ...harness, ...sync }), periods, new Date(shop.clock.now()));
  const none = expect.stringMatching(
    /^The shop shows this account no customers at all\. Check that the role/,
  ) as string;
  await runBackfill(sync, customers, noStop(), { restart: false });
  expect(said).toEqual([none]);
  expect(await attention()).toContainEqual(none);
  expect((await store.runs.recent('test', { kind: 'backfill' }))[0]).toMatchObject({
    details: { warnings: [none] },
  });

  for (let made = 0; made < 40; made += 1) {
    shop.customers.create({
      email: `new${made}@example.com`,
      firstname: 'New',
      lastname: 'One',
      website_id: 1,
    });
  }
  await pullChanges(sync, customers, noStop());
  await sweep(sync, customers, noStop(), { periodMs: 0 });
  expect(await attention()).not.toContainEqual(none);

  for (const id of shop.customers.ids().slice(0, 30)) shop.customers.remove(id);
  await reconcile(sync, customers, noStop());
  const few = /^The shop shows this account only 10 customers, and the copy has 40\. Check that the role/;
  expect(await attention()).toContainEqual(expect.stringMatching(few));
  expect(said.filter((line) => few.test(line))).toHaveLength(1);
});

test('a trigger that changes rows on their way is a warning until it is gone', async () => {
  const harness = await startSync({ population: { customers: 30 } });
  const { shop, copy, store, context } = harness;
  const { said, log } = listeningLog();
  const sync = { ...context(), log };
  const attention = async () =>
    attentionNeeded(await readCopyState({ ...harness, ...sync }), periods, new Date(shop.clock.now()));
  await copy.database.pool.query(`
    create function public.fold() returns trigger language plpgsql as 'begin new.email := lower(new.email); return new; end';
    create trigger fold before insert or update on magento.customers for each row execute function public.fold();`);
  const warning = expect.stringMatching(
    /^Somebody has altered tables of the copy: the trigger fold on magento\.customers .*DROP TRIGGER fold ON magento\.customers;$/,
  ) as string;
  await runBackfill(sync, customers, noStop(), { restart: false });
  expect(said).toEqual([warning]);
  expect(await attention()).toContainEqual(warning);
  expect((await store.runs.recent('test', { kind: 'backfill' }))[0]).toMatchObject({
    details: { warnings: [warning] },
  });

  await copy.database.pool.query('drop trigger fold on magento.customers');
  await sweep(sync, customers, noStop(), { periodMs: 0 });
  expect(await attention()).not.toContainEqual(warning);
});
