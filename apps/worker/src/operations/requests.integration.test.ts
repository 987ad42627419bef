import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { customers } from '../../testing/customers.ts';
import { quietConnection } from '../../testing/quiet-connection.ts';
import { noStop, startSync } from '../../testing/sync-harness.ts';
import { holdWhilePaused } from '../jobs/held-work.ts';
import { createProcessors } from '../jobs/processors.ts';
import { lookAfterQueue } from '../jobs/queue-keeper.ts';
import { openQueues } from '../jobs/queues.ts';
import { startWorkers } from '../jobs/workers.ts';
import { queueConnection } from '../queue-server/queue-connection.ts';
import { runBackfill } from '../sync/backfill/backfill.ts';
import { findPlan } from '../sync/backfill/backfill-plan.ts';
import { ActRefusedError } from './acts.ts';
import { cancelWork } from './cancel.ts';
import { watchPauses } from './pause-watch.ts';
import { pauseWork, resumeWork } from './pauses.ts';
import { requestedKinds, requestResync, requestRetry, requestWork } from './requests.ts';

const patience = { interval: 50 };
const anna = { by: 'anna', via: 'page', why: 'ticket 17' } as const;

/** A copy, filled unless said otherwise, and a worker that does what it is asked for. */
async function startWork({ population = 30, isFilled = true } = {}) {
  const harness = await startSync({ population: { customers: population } });
  const sync = harness.context(isFilled ? {} : { pageSize: 5 });
  if (isFilled) await runBackfill(sync, customers, noStop(), { restart: false });
  const queue = queueConnection(harness.copy.url, quietConnection);
  const queues = openQueues(queue, `test-${randomUUID()}`, sync.log);
  onTestFinished(() => queues[Symbol.asyncDispose]());
  const pauses = watchPauses(sync, { everyMs: 50 });
  onTestFinished(() => pauses[Symbol.dispose]());
  const processors = createProcessors({
    sync,
    queues,
    sweepPeriodMs: 86_400_000,
    kept: { historyMs: 1, feedMs: 1, runsMs: 1 },
    onTokenExpiry() {},
    async keepSecretsUnderNewestKey() {},
  });
  const workers = startWorkers(
    queues,
    holdWhilePaused(processors, { pauses, sync }),
    noStop(),
    pino({ level: 'silent' }),
    { concurrency: { fresh: 2, regular: 2, bulk: 2 }, onJob() {} },
  );
  onTestFinished(() => workers.close());
  const acts = async () =>
    (await harness.store.acts.recent('test')).map(
      ({ act, by, why, outcome }) => `${act} ${by} ${why} ${outcome}`,
    );
  const look = () => lookAfterQueue({ sync, queues, table: [] }, new AbortController().signal);
  /** Jobs that wait, run, or wait for others. */
  const jobs = async () =>
    Object.values(await queues.counts())
      .flatMap((counts) => Object.entries(counts))
      .reduce((sum, [state, count]) => sum + (/completed|failed/.test(state) ? 0 : count), 0);
  return { ...harness, sync, operations: { ...sync, queues }, acts, look, jobs };
}

test('what the page asks for is done by a daemon, and the act says how it ended', async () => {
  const { shop, copy, store, operations, acts } = await startWork();
  const [edited, deleted, aside] = shop.customers.ids();
  shop.customers.updateSilently(edited!, { firstname: 'Grace' });
  for (const kind of requestedKinds) {
    await requestWork(operations, anna, { kind, entity: 'customers' });
    await expect.poll(async () => (await acts())[0], patience).toBe(`${kind} anna ticket 17 done`);
  }
  const { rows } = await copy.database.pool.query('select firstname from magento.customers where id = $1', [
    edited,
  ]);
  expect(rows).toEqual([{ firstname: 'Grace' }]);

  shop.customers.remove(deleted!);
  await requestResync(operations, anna, { entity: 'customers', ids: [deleted!] });
  await expect.poll(async () => (await acts())[0], patience).toBe('resync anna ticket 17 done');
  await store.quarantine.add({
    shop: 'test',
    entity: 'customers',
    id: aside!,
    reason: 'The shop cannot serve it.',
    nextAttemptAt: new Date('2100-01-01'),
  });
  expect(await requestRetry(operations, anna, { entity: 'customers' })).toEqual([aside]);
  await expect.poll(async () => (await acts())[0], patience).toBe('quarantine retry anna ticket 17 done');
  expect(await store.quarantine.list('test')).toEqual([]);
});

test('what cannot be asked for is refused, recorded and not put into the queue', async () => {
  const { shop, operations, acts } = await startWork();
  await pauseWork(operations, anna, { entity: 'customers', kind: 'verify' });
  const refused = [
    () => requestWork(operations, anna, { kind: 'verify', entity: 'customers' }),
    () => requestRetry(operations, anna, { entity: 'customers' }),
    () => requestRetry(operations, anna, { entity: 'customers', ids: [1] }),
    () => requestResync(operations, anna, { entity: 'customers', ids: [] }),
    () => requestResync(operations, anna, { entity: 'customers', ids: [-1] }),
    () =>
      requestResync(operations, anna, {
        entity: 'customers',
        ids: Array.from({ length: 1_001 }, (_, id) => id + 1),
      }),
    () => pauseWork(operations, { ...anna, why: ' ' }, {}),
    () => pauseWork(operations, anna, { entity: 'customers', kind: 'reference-data' }),
    () => pauseWork(operations, anna, { until: new Date(shop.clock.now()) }),
  ];
  for (const ask of refused) await expect(ask()).rejects.toBeInstanceOf(ActRefusedError);
  expect((await acts()).filter((act) => act.endsWith('refused'))).toHaveLength(refused.length);
  expect(
    Object.values(await operations.queues.counts()).map(({ waiting, active }) => [waiting, active]),
  ).toEqual([
    [0, 0],
    [0, 0],
    [0, 0],
  ]);
});

test('what was asked for before a pause waits in the queue until that ends', async () => {
  const { operations, acts, store } = await startWork();
  await pauseWork(operations, anna, { kind: 'verify' });
  const act = await store.acts.begin({
    shop: 'test',
    act: 'verify',
    by: 'anna',
    via: 'page',
    why: 'ticket 17',
  });
  await operations.queues.add('verify', { entity: 'customers', act });
  await expect.poll(async () => (await operations.queues.counts()).bulk['delayed'], patience).toBe(1);
  expect(await acts()).toContain('verify anna ticket 17 begun');
  expect(await store.runs.recent('test', { kind: 'verify' })).toEqual([]);
  await resumeWork(operations, anna, {});
  const [kept] = await operations.queues.byName.bulk.getDelayed();
  await kept?.promote();
  await expect.poll(acts, patience).toContain('verify anna ticket 17 done');
});

test('a cancelled backfill ends in the daemon and rests, whatever its schedules say, until it is resumed', async () => {
  const { shop, store, sync, operations, acts, look, jobs } = await startWork({
    population: 300,
    isFilled: false,
  });
  const backfills = () => store.runs.recent('test', { kind: 'backfill' });
  shop.faults.add({
    match: 'customers/search',
    after: 8,
    times: Number.POSITIVE_INFINITY,
    answer: shop.faults.presets.slow(1_000),
  });
  await operations.queues.add('pull', { entity: 'customers' });
  await expect.poll(async () => (await backfills())[0]?.rowsRead ?? 0, patience).toBeGreaterThan(0);
  const [run] = await backfills();
  const { runs, sentence } = await cancelWork(operations, anna, { run: run!.id });
  expect([runs, sentence]).toEqual([
    [run!.id],
    expect.stringMatching(/backfill of customers\) is cancelled: .* No daemon goes on with it by itself/),
  ]);
  await expect.poll(jobs, patience).toBe(0);
  shop.faults.clear();

  // Neither the look at the queue nor the next pull by schedule begins it again.
  await look();
  await operations.queues.add('pull', { entity: 'customers' });
  await expect.poll(jobs, patience).toBe(0);
  await look();
  expect(await jobs()).toBe(0);
  expect((await findPlan(sync, customers))?.completedAt).toBeNull();
  expect(await backfills()).toMatchObject([
    { id: run!.id, status: 'cancelled', reason: 'Cancelled by anna: ticket 17' },
  ]);
  expect((await acts())[0]).toBe('cancel anna ticket 17 done');
  await expect(cancelWork(operations, anna, { run: run!.id })).rejects.toThrow(
    /has ended already: cancelled/,
  );

  const { sentence: resumed } = await resumeWork(operations, anna, { entity: 'customers' });
  expect(resumed).toBe('The backfill of customers goes on; it was cancelled by anna: ticket 17.');
  await look();
  await expect
    .poll(async () => (await findPlan(sync, customers))?.completedAt, patience)
    .toBeInstanceOf(Date);
  await expect.poll(async () => (await backfills())[0]?.status, patience).toBe('succeeded');
  const [second] = await backfills();
  // From its checkpoints: not everything is read again.
  expect(second!.rowsRead).toBeLessThan(300);
  await expect(cancelWork(operations, anna, { backfillOf: 'customers' })).rejects.toThrow(
    'nothing to cancel',
  );
});

test('work that somebody asked for and somebody else cancels is not tried again, and its act says so', async () => {
  const { shop, store, operations, acts, jobs } = await startWork();
  shop.faults.add({
    match: 'customers/',
    times: Number.POSITIVE_INFINITY,
    answer: shop.faults.presets.slow(1_000),
  });
  const ids = Array.from({ length: 500 }, (_, index) => 1_000 + index);
  await requestResync(operations, anna, { entity: 'customers', ids });
  const resyncs = () => store.runs.recent('test', { kind: 'resync' });
  await expect.poll(async () => (await resyncs()).length, patience).toBe(1);
  const [run] = await resyncs();
  await cancelWork(operations, { ...anna, by: 'bo' }, { run: run!.id });
  await expect.poll(async () => (await acts())[1], patience).toBe('resync anna ticket 17 incomplete');
  expect(await resyncs()).toMatchObject([{ status: 'cancelled', reason: 'Cancelled by bo: ticket 17' }]);
  expect(await jobs()).toBe(0);
  expect(await store.pauses.active('test')).toEqual([]);
  for (const refused of [{ run: 999_999 }, { run: run!.id }])
    await expect(cancelWork(operations, anna, refused)).rejects.toBeInstanceOf(ActRefusedError);
  await expect(cancelWork(operations, { ...anna, why: ' ' }, { run: run!.id })).rejects.toThrow('Say why');
});
