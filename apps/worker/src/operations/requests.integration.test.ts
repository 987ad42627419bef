import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { customers } from '../../testing/customers.ts';
import { quietConnection } from '../../testing/quiet-connection.ts';
import { noStop, startSync } from '../../testing/sync-harness.ts';
import { holdWhilePaused } from '../jobs/held-work.ts';
import { createProcessors } from '../jobs/processors.ts';
import { openQueues } from '../jobs/queues.ts';
import { startWorkers } from '../jobs/workers.ts';
import { queueConnection } from '../queue-server/queue-connection.ts';
import { runBackfill } from '../sync/backfill/backfill.ts';
import { ActRefusedError } from './acts.ts';
import { watchPauses } from './pause-watch.ts';
import { pauseWork, resumeWork } from './pauses.ts';
import { requestedKinds, requestResync, requestRetry, requestWork } from './requests.ts';

const patience = { interval: 50 };
const anna = { by: 'anna', via: 'page', why: 'ticket 17' } as const;

/** A filled copy, and a worker that does what it is asked for. */
async function startWork() {
  const harness = await startSync({ population: { customers: 30 } });
  const sync = harness.context();
  await runBackfill(sync, customers, noStop(), { restart: false });
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
  return { ...harness, operations: { ...sync, queues }, acts };
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
