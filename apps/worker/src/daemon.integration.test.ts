import type { MagentoShop, ShopOptions } from '@magento-sync/magento-testkit';
import { Redis } from 'ioredis';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { startRestartablePostgres } from '../../../tests/services/postgres-server.ts';
import { runCommand, servedAddress, startCli } from '../testing/cli-process.ts';
import { environmentOf, smallPages, startCliShop } from '../testing/cli-shop.ts';
import { customersOfCopy, customersOfShop } from '../testing/compare-copy.ts';
import { startShopAndCopy } from '../testing/shop-and-copy.ts';

const patience = { interval: 200 };
const often = { PULL_EVERY: '1s' };

async function start(options: ShopOptions = { population: { customers: 10 } }) {
  const started = await startCliShop(options);
  const environment: Record<string, string> = { ...started.environment, ...often };
  return { ...started, environment };
}

async function untilEqual(shop: MagentoShop, url: string, within = patience): Promise<void> {
  const source = await customersOfShop(shop);
  await expect.poll(() => customersOfCopy(url).catch(() => []), within).toEqual(source);
}

function rename(shop: MagentoShop, firstname: string): void {
  shop.customers.save(shop.customers.ids()[0]!, { firstname });
}

describe.each([
  ['Redis', () => ({ QUEUE_URL: inject('redisUrl') })],
  ['PostgreSQL', () => ({})],
])('the daemon with its queue on %s', (_name, queue) => {
  test('fills an empty copy by itself, keeps it fresh, and ends in order', async () => {
    const { shop, url, environment } = await start({ population: { customers: 1_500 } });
    const daemon = await startCli(['daemon'], { ...environment, ...queue() });
    await untilEqual(shop, url);
    rename(shop, 'Changed');
    await untilEqual(shop, url);
    daemon.kill('SIGTERM');
    expect(await daemon.ended).toBe(0);
    expect(daemon.stdout).toContain('"reason":"SIGTERM"');
  });

  test('two at once share the work: no row of the backfill is written twice, no pull runs twice', async () => {
    const {
      shop,
      url,
      environment: plain,
      query,
    } = await start({ population: { customers: 2_000 }, latencyMs: 20 });
    const environment = {
      ...plain,
      ...queue(),
      ...smallPages,
    };
    const daemons = await Promise.all([startCli(['daemon'], environment), startCli(['daemon'], environment)]);
    await untilEqual(shop, url);
    rename(shop, 'Changed');
    await untilEqual(shop, url);
    for (const daemon of daemons) daemon.kill('SIGTERM');
    expect(await Promise.all(daemons.map(({ ended }) => ended))).toEqual([0, 0]);
    const runs = await query(
      'select kind, rows_read, inserted, started_at, finished_at from sync.runs order by started_at',
    );
    const backfills = runs.filter(({ kind }) => kind === 'backfill');
    expect(backfills.map((run) => Number(run['inserted']))).toEqual([2_000]);
    // Where a range was split, the page that its reader was at may reach behind its new end; no other page is read twice.
    const ranges = await query(`select range from sync.checkpoints where kind = 'backfill'`);
    expect(Number(backfills[0]?.['rows_read'])).toBeLessThanOrEqual(2_000 + 20 * ranges.length);
    const pulls = runs.filter(({ kind }) => kind === 'pull');
    for (const [index, pull] of pulls.entries()) {
      if (index > 0)
        expect(Number(pull['started_at'])).toBeGreaterThanOrEqual(Number(pulls[index - 1]!['finished_at']));
    }
  });

  test('one that is killed in the middle of the backfill is replaced by the next', async () => {
    const {
      shop,
      url,
      environment: plain,
      query,
    } = await start({ population: { customers: 2_000 }, latencyMs: 30 });
    const environment = {
      ...plain,
      ...queue(),
      ...smallPages,
    };
    const killed = await startCli(['daemon'], environment);
    await expect.poll(() => shop.requests.count('customers/search'), patience).toBeGreaterThan(30);
    killed.kill('SIGKILL');
    await killed.ended;
    await startCli(['daemon'], environment);
    await untilEqual(shop, url);
    await expect
      .poll(
        () => query(`select 1 from sync.checkpoints where kind = 'backfill' and completed_at is null`),
        patience,
      )
      .toEqual([]);
  });
});

test('a second signal ends the daemon at once, as a failure', async () => {
  const { shop, url, environment } = await start();
  const daemon = await startCli(['daemon'], {
    ...environment,
    SHUTDOWN_GRACE: '10m',
    SHUTDOWN_DEADLINE: '11m',
  });
  await untilEqual(shop, url);
  shop.faults.add({ match: 'customers/search', answer: { kind: 'delay', milliseconds: 600_000 } });
  await expect.poll(() => shop.faults.struck, patience).toBe(1);
  daemon.kill('SIGTERM');
  await daemon.untilOutput('shutting down');
  daemon.kill('SIGTERM');
  expect(await daemon.ended).toBe(1);
  expect(daemon.stderr).toContain('A second signal (SIGTERM)');
});

test('after the grace a request that hangs is cut off and the daemon still ends in order', async () => {
  const { shop, url, environment, query } = await start();
  const daemon = await startCli(['daemon'], { ...environment, SHUTDOWN_GRACE: '500ms' });
  await untilEqual(shop, url);
  shop.faults.add({ match: 'customers/search', answer: { kind: 'delay', milliseconds: 600_000 } });
  await expect.poll(() => shop.faults.struck, patience).toBe(1);
  daemon.kill('SIGTERM');
  expect(await daemon.ended).toBe(0);
  const [run] = await query(`select status from sync.runs where kind = 'pull' order by id desc limit 1`);
  expect(run).toEqual({ status: 'interrupted' });
});

test('a newer version that migrates the tables past a running daemon ends it', async () => {
  const { shop, url, environment, query } = await start();
  const daemon = await startCli(['daemon'], environment);
  await untilEqual(shop, url);
  await query(`insert into sync.migrations (name, digest) values ('9998_later', 'x')`);
  await query(
    `insert into sync.migrations (name, digest, ends_older_workers) values ('9999_ending', 'x', true)`,
  );
  expect(await daemon.ended).toBe(1);
  expect(daemon.stderr).toContain(
    'The database was migrated by a newer version (unknown here: 9999_ending). Start that version or a later one',
  );
});

test('a queue that was flushed is filled again', async () => {
  const { shop, url, environment } = await start();
  await startCli(['daemon'], { ...environment, QUEUE_URL: inject('redisUrl') });
  await untilEqual(shop, url);
  const redis = new Redis(inject('redisUrl'));
  onTestFinished(() => redis.disconnect());
  const keys = await redis.keys(`magento-sync:${environment['MAGENTO_SHOP']}-*`);
  expect(keys.length).toBeGreaterThan(0);
  await redis.del(...keys);
  rename(shop, 'After the flush');
  await untilEqual(shop, url);
});

test('a PostgreSQL that restarts is found again, also as the queue, and named when it comes back as a standby', async () => {
  const server = await startRestartablePostgres();
  onTestFinished(() => server[Symbol.asyncDispose]());
  const { shop } = await startShopAndCopy({ population: { customers: 10 } });
  const environment = { ...environmentOf(shop, server.url), ...often };
  const daemon = await startCli(['daemon'], environment);
  await untilEqual(shop, server.url);
  await server.stop();
  rename(shop, 'While it was down');
  await server.start();
  // A job that could not be put back stays the dead connection's until its lock has ended and was looked for twice.
  await untilEqual(shop, server.url, patience);
  expect((await customersOfCopy(server.url))[0]).toMatchObject({ firstname: 'While it was down' });

  daemon.kill('SIGTERM');
  expect(await daemon.ended).toBe(0);
  await server.becomeStandby();
  const said = 'DATABASE_URL leads to a standby, which only repeats what its primary server does';
  const doctor = await runCommand(['doctor'], environment);
  expect(doctor.exitCode).toBe(1);
  expect(doctor.stdout).toMatch(new RegExp(`^PROBLEM postgresql .*${said}`, 'm'));
  expect(doctor.stdout).toMatch(new RegExp(`^PROBLEM queue .*${said}`, 'm'));
  for (const command of ['daemon', 'backfill', 'migrate']) {
    const { exitCode, stderr } = await runCommand([command], environment);
    expect({ command, exitCode, stderr }).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining(said),
    });
  }
});

test('health and metrics are served, and the readiness ends with the first signal', async () => {
  const { shop, url, environment } = await start();
  const daemon = await startCli(['daemon'], {
    ...environment,
    HTTP_PORT: '0',
    // Longer than anybody waits here: it is still shutting down when it is asked.
    SHUTDOWN_GRACE: '10m',
    SHUTDOWN_DEADLINE: '11m',
  });
  const address = await servedAddress(daemon);
  const get = (path: string) => fetch(`${address}${path}`);
  await untilEqual(shop, url);
  await expect.poll(async () => (await get('/readyz')).status, patience).toBe(200);
  expect((await get('/livez')).status).toBe(200);
  const metrics = await (await get('/metrics')).text();
  expect(metrics).toMatch(
    /magento_sync_rows_total\{entity="customers",cause="backfill",outcome="inserted",shop="test-\w+"\} 10/,
  );
  expect(metrics).toContain('magento_sync_token_expires_at_seconds');
  shop.faults.add({ match: 'customers/search', answer: { kind: 'delay', milliseconds: 600_000 } });
  await expect.poll(() => shop.faults.struck, patience).toBe(1);
  daemon.kill('SIGTERM');
  await daemon.untilOutput('shutting down');
  expect((await get('/readyz')).status).toBe(503);
});
