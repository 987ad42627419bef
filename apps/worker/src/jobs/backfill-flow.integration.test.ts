import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { expectEqualSides } from '../../testing/compare-copy.ts';
import { customers } from '../../testing/customers.ts';
import { denyById, hideFromShortPages } from '../../testing/hidden-rows.ts';
import { quietConnection } from '../../testing/quiet-connection.ts';
import { noStop, startSync } from '../../testing/sync-harness.ts';
import { queueConnection } from '../queue-server/queue-connection.ts';
import { findPlan } from '../sync/backfill/backfill-plan.ts';
import type { SyncContext } from '../sync/ports.ts';
import { createProcessors } from './processors.ts';
import { lookAfterQueue } from './queue-keeper.ts';
import { openQueues } from './queues.ts';
import { startWorkers } from './workers.ts';

const patience = { interval: 50 };

/** A shop and an empty copy, with workers that run what is put into their queue. */
async function startWork(queueUrl: (copyUrl: string) => string) {
  const harness = await startSync({ population: { customers: 120 } });
  let later = 0;
  const sync: SyncContext = {
    ...harness.context({ pageSize: 5 }),
    clock: { now: () => new Date(Date.now() + later) },
  };
  const queues = openQueues(
    queueConnection(queueUrl(harness.copy.url), quietConnection),
    `test-${randomUUID()}`,
    sync.log,
  );
  onTestFinished(() => queues[Symbol.asyncDispose]());
  const processors = createProcessors({
    sync,
    queues,
    sweepPeriodMs: 86_400_000,
    kept: { historyMs: 1, feedMs: 1, runsMs: 1 },
    onTokenExpiry() {},
    async keepSecretsUnderNewestKey() {},
  });
  const workers = startWorkers(queues, processors, noStop(), pino({ level: 'silent' }), {
    concurrency: { fresh: 2, regular: 2, bulk: 2 },
    onJob() {},
  });
  onTestFinished(() => workers.close());
  return {
    ...harness,
    sync,
    queues,
    wait: (ms: number) => void (later += ms),
    look: () => lookAfterQueue({ sync, queues, table: [] }, new AbortController().signal),
    untilComplete: () =>
      expect
        .poll(async () => (await findPlan(sync, customers))?.completedAt ?? null, patience)
        .not.toBeNull(),
  };
}

describe.each([
  ['Redis', () => inject('redisUrl')],
  ['PostgreSQL', (copyUrl: string) => copyUrl],
])('a backfill in the queue on %s', (_name, queueUrl) => {
  test('ends with a pull once all ranges are complete', async () => {
    const { shop, copy, store, queues, untilComplete } = await startWork(queueUrl);
    await queues.add('pull', { entity: 'customers' });
    await untilComplete();
    await expectEqualSides(shop, copy.url);
    await expect
      .poll(async () => (await store.runs.recent('test', { kind: 'pull' }))[0]?.status, patience)
      .toBe('succeeded');
  });

  test('that failed for good is taken up again after a while, and closes only when every range is complete', async () => {
    const { shop, copy, store, sync, queues, wait, look, untilComplete } = await startWork(queueUrl);
    const denied = {
      kind: 'answer',
      status: 403,
      headers: { 'content-type': 'application/json' },
      body: '{"message":"no"}',
    } as const;
    shop.faults.add({ match: 'customers/search', after: 8, times: 1_000, answer: denied });
    await queues.add('pull', { entity: 'customers' });
    const parent = async () => (await queues.byName.regular.getJob('finish-backfill-customers'))?.getState();
    await expect.poll(parent, patience).toBe('failed');
    expect((await findPlan(sync, customers))?.completedAt).toBeNull();
    shop.faults.clear();
    await look();
    expect(await parent()).toBe('failed');
    wait(61_000);
    await expect
      .poll(async () => {
        await look();
        return (await store.runs.recent('test', { kind: 'backfill' })).length;
      }, patience)
      .toBe(2);
    await untilComplete();
    await expectEqualSides(shop, copy.url);
    const [second, first] = await store.runs.recent('test', { kind: 'backfill' });
    await expect.poll(async () => (await store.runs.find(second!.id))?.status, patience).toBe('succeeded');
    expect(first).toMatchObject({ status: 'failed' });
  });

  test('with a row that stays hidden lets the pulls begin, and is read again after an hour, not at once', async () => {
    const { shop, copy, store, sync, queues, wait, look, untilComplete } = await startWork(queueUrl);
    const hidden = shop.customers.ids()[60]!;
    hideFromShortPages(shop, [hidden]);
    denyById(shop, hidden);
    await queues.add('pull', { entity: 'customers' });
    await expect
      .poll(async () => (await store.runs.recent('test', { kind: 'pull' }))[0]?.status, patience)
      .toMatch(/succeeded|incomplete/);
    const runs = () => store.runs.recent('test', { kind: 'backfill' });
    expect(await runs()).toMatchObject([
      { status: 'incomplete', reason: expect.stringContaining(`It denies ${hidden}`) as string },
    ]);
    expect(await findPlan(sync, customers)).toMatchObject({ completedAt: null, readToEnd: true });
    wait(3_500_000);
    await look();
    expect(await runs()).toHaveLength(1);
    shop.faults.clear();
    wait(200_000);
    await look();
    await untilComplete();
    await expectEqualSides(shop, copy.url);
    await expect.poll(async () => (await runs())[0]?.status, patience).toBe('succeeded');
  });
});
