import { createTestDatabase } from '@magento-sync/db/testing';
import { startMagentoShop } from '@magento-sync/magento-testkit';
import { expect, inject, onTestFinished, test } from 'vitest';
import { administrator } from '../apps/worker/testing/sync-harness.ts';
import { startWorker } from './chaos/worker-process.ts';
import { installedProgram } from './services/program.ts';

test(`the program as it is installed fills a copy, pulls and proves it on Node ${process.versions.node}`, async () => {
  const shop = await startMagentoShop({ population: { customers: 60 } });
  const copy = await createTestDatabase(inject('postgresUrls')['18']);
  onTestFinished(async () => {
    await shop.stop();
    await copy[Symbol.asyncDispose]();
  });
  const environment = {
    MAGENTO_BASE_URL: shop.url,
    MAGENTO_SHOP: 'smoke',
    MAGENTO_USERNAME: administrator.username,
    MAGENTO_PASSWORD: administrator.password,
    MAGENTO_REQUESTS_PER_SECOND: '500',
    DATABASE_URL: copy.url,
  };
  const succeeds = async (command: string) => {
    await using worker = await startWorker([command], environment, installedProgram);
    expect([command, await worker.ended, worker.complaint]).toEqual([command, 0, expect.any(String)]);
  };
  await succeeds('migrate');
  await succeeds('backfill');
  shop.customers.save(shop.customers.ids()[0]!, { firstname: 'Renamed' });
  await succeeds('pull');
  await succeeds('verify');
  const { rows } = await copy.database.pool.query<{ rows: number; renamed: number }>(
    `select count(*)::int as rows, count(*) filter (where firstname = 'Renamed')::int as renamed from magento.customers`,
  );
  expect(rows).toEqual([{ rows: 60, renamed: 1 }]);
});

test('stack traces name the TypeScript sources', async () => {
  const environment = {
    MAGENTO_BASE_URL: 'http://127.0.0.1:9',
    MAGENTO_USERNAME: 'nobody',
    MAGENTO_PASSWORD: 'nothing',
    DATABASE_URL: 'postgres://nobody:nothing@127.0.0.1:9/nowhere',
    LOG_LEVEL: 'debug',
  };
  await using worker = await startWorker(['pull'], environment, installedProgram);
  expect(await worker.ended).toBe(1);
  expect(worker.complaint).toMatch(/apps\/worker\/src\/[\w/-]+\.ts:\d+/);
});

test('as the first process of a container it ends at a signal that comes while it starts', async () => {
  // The kernel would drop the signal where nobody listens; here it would end the process by itself and not with a code.
  const first = `
    const { pid } = process;
    Object.defineProperty(process, 'pid', { value: 1 });
    process.once('newListener', () => queueMicrotask(() => process.kill(pid, 'SIGTERM')));
    setInterval(() => {}, 60_000);
  `;
  const options = `--import=data:text/javascript,${encodeURIComponent(first)}`;
  await using worker = await startWorker(['--version'], { NODE_OPTIONS: options }, installedProgram);
  expect([await worker.ended, worker.complaint]).toEqual([143, '']);
});
