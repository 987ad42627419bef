import { pino } from 'pino';
import { expect, inject, onTestFinished, test } from 'vitest';
import { customers } from '../testing/customers.ts';
import { quietConnection } from '../testing/quiet-connection.ts';
import { noStop, startSync } from '../testing/sync-harness.ts';
import { shareCopyState } from './copy-state.ts';
import { createGaugeRefresh } from './gauges.ts';
import type { RouteRequest } from './http/route.ts';
import { metricsRoute } from './http/routes/metrics.ts';
import { openQueues, type Queues } from './jobs/queues.ts';
import { createMetrics } from './metrics.ts';
import { queueConnection } from './queue-server/queue-connection.ts';
import { runBackfill } from './sync/backfill/backfill.ts';
import { pullChanges } from './sync/pull/pull.ts';
import { reconcile } from './sync/reconcile/reconcile.ts';
import { verify } from './sync/verify/verify.ts';

test('the gauges tell what PostgreSQL knows', async () => {
  const { shop, context, store } = await startSync({ population: { customers: 60 } });
  const sync = context();
  const queues = openQueues(
    queueConnection(inject('redisUrl'), quietConnection),
    `gauges-${process.pid}`,
    sync.log,
  );
  onTestFinished(() => queues[Symbol.asyncDispose]());
  await runBackfill(sync, customers, noStop(), { restart: false });
  await pullChanges(sync, customers, noStop());
  const ids = shop.customers.ids();
  shop.customers.remove(ids[4]!);
  await reconcile(sync, customers, noStop());
  shop.customers.updateSilently(ids[8]!, { taxvat: 'X' });
  const whole = { from: 0, share: 1, seed: 1, countsOnly: false, repair: false };
  await verify(sync, customers, noStop(), whole);
  const later = new Date(Date.now() + 60_000);
  await store.quarantine.add({
    shop: 'test',
    entity: 'customers',
    id: 99,
    reason: 'x',
    nextAttemptAt: later,
  });
  await store.outbox.acknowledge('test', 'crm', 0n);

  const metrics = createMetrics('test');
  await createGaugeRefresh({ metrics, sync, copyState: shareCopyState(sync) }, queues)();
  const text = await metrics.registry.metrics();
  for (const line of [
    'magento_sync_copy_rows{entity="customers",state="living",shop="test"} 59',
    'magento_sync_copy_rows{entity="customers",state="deleted",shop="test"} 1',
    'magento_sync_quarantined_rows{entity="customers",shop="test"} 1',
    'magento_sync_verify_differences{entity="customers",shop="test"} 1',
    'magento_sync_runs{entity="customers",kind="verify",status="incomplete",shop="test"} 1',
    'magento_sync_runs{entity="customers",kind="reconcile",status="succeeded",shop="test"} 1',
    'magento_sync_feed_behind_entries{consumer="crm",shop="test"} 61',
    'magento_sync_page_size_rows{shop="test"} 100',
  ]) {
    expect(text).toContain(line);
  }
  expect(text).toMatch(/magento_sync_oldest_unverified_seconds\{entity="customers",shop="test"\} \d/);
  expect(text).toMatch(
    /magento_sync_last_success_age_seconds\{entity="customers",kind="backfill",shop="test"\} -?\d/,
  );
  expect(text).not.toContain('magento_sync_last_success_age_seconds{entity="customers",kind="verify"');
});

test('a source that hangs or fails keeps its last values, is called stale, and holds up no other', async () => {
  const { context } = await startSync({ population: { customers: 3 } });
  const failures: string[] = [];
  const log = pino({ level: 'error' }, { write: (line) => void failures.push(line) });
  const sync = { ...context(), log };
  const metrics = createMetrics('test');
  let counts: () => Promise<Awaited<ReturnType<Queues['counts']>>> = async () => ({
    fresh: { waiting: 7 },
    regular: {},
    bulk: {},
  });
  const route = metricsRoute(
    () => metrics.registry.metrics(),
    createGaugeRefresh({ metrics, sync, copyState: shareCopyState(sync) }, { counts: () => counts() }),
  );
  const ask = async () => {
    const { body } = await route.answer({} as RouteRequest);
    return String(body)
      .split('\n')
      .filter((line) => /^magento_sync_(gauges_stale|queue_jobs)/.test(line));
  };
  const line = (source: string, stale: 0 | 1) =>
    `magento_sync_gauges_stale{source="${source}",shop="test"} ${stale}`;
  const seven = 'magento_sync_queue_jobs{queue="fresh",state="waiting",shop="test"} 7';
  expect((await ask()).toSorted()).toEqual(
    [line('progress', 0), line('copy', 0), line('queue', 0), seven].toSorted(),
  );

  let settle: (error: Error) => void = () => {};
  let reads = 0;
  counts = () => {
    reads += 1;
    return new Promise((_, reject) => {
      settle = reject;
    });
  };
  for (let time = 0; time < 3; time++) {
    const lines = await ask();
    expect(lines).toContain(line('queue', 1));
    expect(lines).toContain(line('progress', 0));
    expect(lines).toContain(seven);
  }
  expect(reads).toBe(1);
  settle(new Error('the queue is away'));
  counts = async () => ({ fresh: { waiting: 8 }, regular: {}, bulk: {} });
  await expect.poll(ask).toContain(line('queue', 0));
  expect(failures.map((text) => (JSON.parse(text) as { source: string }).source)).toEqual(['queue']);
});
