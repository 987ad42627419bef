import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase } from '@magento-sync/db/testing';
import { startEmbeddedPostgres } from '@magento-sync/embedded-postgres';
import { type MagentoShop, type ShopOptions, startMagentoShop } from '@magento-sync/magento-testkit';
import { Redis } from 'ioredis';
import pg from 'pg';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { startCli } from '../testing/cli-process.ts';
import { customersOfCopy, customersOfShop } from '../testing/compare-copy.ts';
import { administrator } from '../testing/sync-harness.ts';

const patience = { timeout: 45_000, interval: 100 };

async function startShop(options: ShopOptions): Promise<MagentoShop> {
  const shop = await startMagentoShop(options);
  onTestFinished(() => shop.stop());
  return shop;
}

async function emptyCopy(): Promise<string> {
  const copy = await createTestDatabase(inject('postgresUrls')['18']);
  onTestFinished(() => copy[Symbol.asyncDispose]());
  return copy.url;
}

function environmentOf(shop: MagentoShop, databaseUrl: string): Record<string, string> {
  return {
    MAGENTO_BASE_URL: shop.url,
    // Every test has a name, and with it queues, of its own.
    MAGENTO_SHOP: `test-${Math.random().toString(36).slice(2)}`,
    MAGENTO_USERNAME: administrator.username,
    MAGENTO_PASSWORD: administrator.password,
    MAGENTO_REQUESTS_PER_SECOND: '1000',
    DATABASE_URL: databaseUrl,
    PULL_EVERY: '1s',
    LOG_FORMAT: 'json',
  };
}

async function untilEqual(shop: MagentoShop, url: string): Promise<void> {
  const source = await customersOfShop(shop);
  await expect.poll(() => customersOfCopy(url).catch(() => []), patience).toEqual(source);
}

function rename(shop: MagentoShop, firstname: string): void {
  shop.customers.save(shop.customers.ids()[0]!, { firstname });
}

describe.each([
  ['Redis', () => ({ QUEUE_URL: inject('redisUrl') })],
  ['PostgreSQL', () => ({})],
])('the daemon with its queue on %s', (_name, queue) => {
  test('fills an empty copy by itself, keeps it fresh, and ends in order', async () => {
    const shop = await startShop({ population: { customers: 1_500 } });
    const url = await emptyCopy();
    const daemon = await startCli(['daemon'], { ...environmentOf(shop, url), ...queue() });
    await untilEqual(shop, url);
    rename(shop, 'Changed');
    await untilEqual(shop, url);
    daemon.kill('SIGTERM');
    expect(await daemon.ended).toBe(0);
    expect(daemon.stdout).toContain('"reason":"SIGTERM"');
  });

  test('two at once share the work: no page of the backfill is read twice, no pull runs twice', async () => {
    const shop = await startShop({ population: { customers: 2_000 }, latencyMs: 20 });
    const url = await emptyCopy();
    const environment = {
      ...environmentOf(shop, url),
      ...queue(),
      MAGENTO_PAGE_SIZE: '20',
      MAGENTO_MAX_PAGE_SIZE: '20',
    };
    const daemons = await Promise.all([startCli(['daemon'], environment), startCli(['daemon'], environment)]);
    await untilEqual(shop, url);
    rename(shop, 'Changed');
    await untilEqual(shop, url);
    for (const daemon of daemons) daemon.kill('SIGTERM');
    expect(await Promise.all(daemons.map(({ ended }) => ended))).toEqual([0, 0]);
    const runs = await query(
      url,
      'select kind, rows_read, started_at, finished_at from sync.runs order by started_at',
    );
    const backfills = runs.filter(({ kind }) => kind === 'backfill');
    expect(backfills.map((run) => Number(run['rows_read']))).toEqual([2_000]);
    const pulls = runs.filter(({ kind }) => kind === 'pull');
    for (const [index, pull] of pulls.entries()) {
      if (index > 0)
        expect(Number(pull['started_at'])).toBeGreaterThanOrEqual(Number(pulls[index - 1]!['finished_at']));
    }
  });

  test('one that is killed in the middle of the backfill is replaced by the next', async () => {
    const shop = await startShop({ population: { customers: 2_000 }, latencyMs: 30 });
    const url = await emptyCopy();
    const environment = {
      ...environmentOf(shop, url),
      ...queue(),
      MAGENTO_PAGE_SIZE: '20',
      MAGENTO_MAX_PAGE_SIZE: '20',
    };
    const killed = await startCli(['daemon'], environment);
    await expect.poll(() => shop.requests.count('customers/search'), patience).toBeGreaterThan(30);
    killed.kill('SIGKILL');
    await killed.ended;
    await startCli(['daemon'], environment);
    await untilEqual(shop, url);
    await expect
      .poll(
        () => query(url, `select 1 from sync.checkpoints where kind = 'backfill' and completed_at is null`),
        patience,
      )
      .toEqual([]);
  });
});

test('a second signal ends the daemon at once, as a failure', async () => {
  const shop = await startShop({ population: { customers: 10 } });
  const url = await emptyCopy();
  const daemon = await startCli(['daemon'], { ...environmentOf(shop, url), SHUTDOWN_GRACE: '20s' });
  await untilEqual(shop, url);
  shop.faults.add({ match: 'customers/search', answer: { kind: 'delay', milliseconds: 60_000 } });
  await expect.poll(() => shop.faults.struck, patience).toBe(1);
  daemon.kill('SIGTERM');
  await daemon.untilOutput('shutting down');
  daemon.kill('SIGTERM');
  expect(await daemon.ended).toBe(1);
  expect(daemon.stderr).toContain('A second signal (SIGTERM)');
});

test('after the grace a request that hangs is cut off and the daemon still ends in order', async () => {
  const shop = await startShop({ population: { customers: 10 } });
  const url = await emptyCopy();
  const daemon = await startCli(['daemon'], { ...environmentOf(shop, url), SHUTDOWN_GRACE: '500ms' });
  await untilEqual(shop, url);
  shop.faults.add({ match: 'customers/search', answer: { kind: 'delay', milliseconds: 60_000 } });
  await expect.poll(() => shop.faults.struck, patience).toBe(1);
  daemon.kill('SIGTERM');
  expect(await daemon.ended).toBe(0);
  const [run] = await query(url, `select status from sync.runs where kind = 'pull' order by id desc limit 1`);
  expect(run).toEqual({ status: 'interrupted' });
});

test('a queue that was flushed is filled again', async () => {
  const shop = await startShop({ population: { customers: 10 } });
  const url = await emptyCopy();
  const environment: Record<string, string> = { ...environmentOf(shop, url), QUEUE_URL: inject('redisUrl') };
  await startCli(['daemon'], environment);
  await untilEqual(shop, url);
  const redis = new Redis(inject('redisUrl'));
  onTestFinished(() => redis.disconnect());
  const keys = await redis.keys(`magento-sync:${environment['MAGENTO_SHOP']}-*`);
  expect(keys.length).toBeGreaterThan(0);
  await redis.del(...keys);
  rename(shop, 'After the flush');
  await untilEqual(shop, url);
});

test('a PostgreSQL that restarts is found again, also as the queue', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'magento-sync-restart-'));
  const server = await startEmbeddedPostgres({ dataDirectory: folder });
  onTestFinished(async () => {
    await stopServer(folder);
    await rm(folder, { recursive: true, force: true });
  });
  const shop = await startShop({ population: { customers: 10 } });
  await startCli(['daemon'], environmentOf(shop, server.url));
  await untilEqual(shop, server.url);
  await stopServer(folder);
  rename(shop, 'While it was down');
  await startEmbeddedPostgres({ dataDirectory: folder, settings: { port: new URL(server.url).port } });
  await untilEqual(shop, server.url);
  expect((await customersOfCopy(server.url))[0]).toMatchObject({ firstname: 'While it was down' });
});

test('health and metrics are served, and the readiness ends with the first signal', async () => {
  const shop = await startShop({ population: { customers: 10 } });
  const url = await emptyCopy();
  const daemon = await startCli(['daemon'], {
    ...environmentOf(shop, url),
    HTTP_PORT: '0',
    SHUTDOWN_GRACE: '20s',
  });
  await daemon.untilOutput('serving /livez');
  const port = /"port":([1-9]\d*)/.exec(daemon.stdout)?.[1];
  const get = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);
  await untilEqual(shop, url);
  await expect.poll(async () => (await get('/readyz')).status, patience).toBe(200);
  expect((await get('/livez')).status).toBe(200);
  const metrics = await (await get('/metrics')).text();
  expect(metrics).toMatch(
    /magento_sync_rows_total\{entity="customers",cause="backfill",outcome="inserted",shop="test-\w+"\} 10/,
  );
  expect(metrics).toContain('magento_sync_token_expires_at_seconds');
  shop.faults.add({ match: 'customers/search', answer: { kind: 'delay', milliseconds: 5_000 } });
  await expect.poll(() => shop.faults.struck, patience).toBe(1);
  daemon.kill('SIGTERM');
  await daemon.untilOutput('shutting down');
  expect((await get('/readyz')).status).toBe(503);
  expect(await daemon.ended).toBe(0);
});

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Ends the server the fast way: connections are cut, the data is kept. */
async function stopServer(folder: string): Promise<void> {
  const [pid] = (await readFile(join(folder, 'postgres', 'postmaster.pid'), 'utf8').catch(() => '')).split(
    '\n',
  );
  if (!pid) return;
  process.kill(Number(pid), 'SIGINT');
  await expect
    .poll(() => readFile(join(folder, 'postgres', 'postmaster.pid')).catch(() => 'gone'), patience)
    .toBe('gone');
}
