import { randomUUID } from 'node:crypto';
import { startProxy } from '@magento-sync/magento-testkit';
import { pino } from 'pino';
import { expect, inject, onTestFinished, test } from 'vitest';
import { query } from '../../testing/cli-shop.ts';
import { customers } from '../../testing/customers.ts';
import { quietConnection } from '../../testing/quiet-connection.ts';
import { noStop, startSync } from '../../testing/sync-harness.ts';
import { queueConnection } from '../queue-server/queue-connection.ts';
import { runBackfill } from '../sync/backfill/backfill.ts';
import { createProcessors } from './processors.ts';
import { openQueues } from './queues.ts';
import { startWorkers } from './workers.ts';

const patience = { interval: 50 };

test('a sweep and a reconcile that take for ever delay neither a pull nor hints nor the token', async () => {
  const { shop, copy, store, context } = await startSync({ population: { customers: 60 } });
  await runBackfill(context(), customers, noStop(), { restart: false });

  let letGo = () => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  let holding = 0;
  const isFresh = (url: string) => /updated_at|%5Bin%5D|\[in\]|condition_type%5D=in|integration/.test(url);
  const proxy = await startProxy(shop.url, {
    async before({ url }) {
      if (isFresh(url)) return undefined;
      holding += 1;
      await held;
      return undefined;
    },
  });
  onTestFinished(() => proxy[Symbol.asyncDispose]());
  const sync = context({ baseUrl: proxy.url });
  const connection = queueConnection(inject('redisUrl'), quietConnection);
  const queues = openQueues(connection, `lanes-${randomUUID()}`, sync.log);
  onTestFinished(() => queues[Symbol.asyncDispose]());
  const processors = createProcessors({
    sync,
    queues,
    sweepPeriodMs: 86_400_000,
    kept: { historyMs: 1, feedMs: 1, runsMs: 1 },
    onTokenExpiry() {},
    async keepSecretsUnderNewestKey() {},
  });
  const done: string[] = [];
  const workers = startWorkers(queues, processors, noStop(), pino({ level: 'silent' }), {
    concurrency: { fresh: 1, regular: 2, bulk: 1 },
    onJob: ({ job, outcome }) => void done.push(`${job}: ${outcome}`),
  });
  onTestFinished(() => workers.close());
  onTestFinished(() => letGo());

  for (const job of ['sweep', 'reconcile', 'sweep', 'reconcile'] as const) {
    await queues.add(job, { entity: 'customers' });
  }
  await expect.poll(() => holding, patience).toBeGreaterThanOrEqual(2);
  const [first, second] = shop.customers.ids();
  shop.customers.save(first!, { firstname: 'Pulled' });
  await queues.add('refresh-token', {});
  await queues.add('pull', { entity: 'customers' });
  const named = (id: number) =>
    query(copy.url, 'select firstname from magento.customers where id = $1', [id]);
  await expect.poll(() => named(first!), patience).toEqual([{ firstname: 'Pulled' }]);
  await expect.poll(() => done, patience).toEqual(['refresh-token: completed', 'pull: completed']);

  shop.customers.updateSilently(second!, { firstname: 'Hinted' });
  await store.hints.add('test', 'customers', [{ id: second!, kind: 'changed' }], 'http');
  await queues.add('follow-hints', { entity: 'customers' });
  await expect.poll(() => named(second!), patience).toEqual([{ firstname: 'Hinted' }]);

  expect(done.filter((each) => /sweep|reconcile/.test(each))).toEqual([]);
  letGo();
  await expect.poll(() => done.filter((each) => /sweep|reconcile/.test(each)).length, patience).toBe(4);
});
