import type { MagentoShop } from '@magento-sync/magento-testkit';
import { Redis } from 'ioredis';
import { expect, inject, onTestFinished, test } from 'vitest';
import { startRedis } from '../../../tests/services/redis-server.ts';
import { servedAddress, startCli } from '../testing/cli-process.ts';
import { query, startCliShop } from '../testing/cli-shop.ts';
import { customersOfCopy, customersOfShop } from '../testing/compare-copy.ts';

const patience = { timeout: 100_000, interval: 200 };
const testTimeout = 240_000;

/** A server of the queue, and how to make it refuse and serve again. */
interface Trouble {
  readonly queueUrl: string;
  /** Whether its jobs can't even be counted then. */
  readonly countsFail: boolean;
  refuse(): Promise<unknown>;
  serve(): Promise<unknown>;
}

async function redisThatIsAway(): Promise<Trouble> {
  const server = await startRedis();
  onTestFinished(() => server.stop());
  return { queueUrl: server.url, countsFail: true, refuse: server.kill, serve: server.restart };
}

async function redisThatHangs(): Promise<Trouble> {
  const server = await startRedis();
  onTestFinished(() => server.stop());
  return {
    queueUrl: server.url,
    countsFail: true,
    refuse: async () => server.hang(),
    serve: async () => server.goOn(),
  };
}

async function redisThatIsFull(): Promise<Trouble> {
  const server = await startRedis();
  const admin = new Redis(server.url);
  onTestFinished(async () => {
    admin.disconnect();
    await server.stop();
  });
  return {
    queueUrl: server.url,
    countsFail: false,
    refuse: () => admin.config('SET', 'maxmemory', '1kb'),
    serve: () => admin.config('SET', 'maxmemory', '0'),
  };
}

async function redisThatTakesRightsAway(): Promise<Trouble> {
  const server = await startRedis();
  const admin = new Redis(server.url);
  onTestFinished(async () => {
    admin.disconnect();
    await server.stop();
  });
  const setUser = (...rules: string[]) => admin.call('ACL', 'SETUSER', 'worker', ...rules);
  await setUser('on', '>secret', '~*', '&*', '+@all');
  return {
    queueUrl: server.url.replace('redis://', 'redis://worker:secret@'),
    countsFail: true,
    refuse: () => setUser('-eval', '-evalsha'),
    serve: () => setUser('+eval', '+evalsha'),
  };
}

async function postgresWithoutConnections(): Promise<Trouble> {
  const admin = inject('postgresUrls')['15'];
  const name = `queue_${Math.random().toString(36).slice(2)}`;
  await query(admin, `create role ${name} login password 'secret'`);
  await query(admin, `create database ${name} owner ${name}`);
  onTestFinished(async () => {
    await query(admin, `drop database ${name} with (force)`);
    await query(admin, `drop role ${name}`);
  });
  const url = new URL(admin);
  url.username = name;
  url.password = 'secret';
  url.pathname = `/${name}`;
  return {
    queueUrl: url.href,
    countsFail: true,
    async refuse() {
      await query(admin, `alter role ${name} connection limit 0`);
      await query(admin, 'select pg_terminate_backend(pid) from pg_stat_activity where usename = $1', [name]);
    },
    serve: () => query(admin, `alter role ${name} connection limit -1`),
  };
}

async function untilEqual(shop: MagentoShop, url: string): Promise<void> {
  const source = await customersOfShop(shop);
  await expect.poll(() => customersOfCopy(url).catch(() => []), patience).toEqual(source);
}

test.each([
  ['a Redis that is away', redisThatIsAway],
  ['a Redis that hangs', redisThatHangs],
  ['a Redis that is full', redisThatIsFull],
  ['a Redis that takes rights away', redisThatTakesRightsAway],
  ['a PostgreSQL that gives no connections', postgresWithoutConnections],
])(
  '%s fills no log, hides no metrics, holds up no shutdown, and is used again when it serves',
  async (_what, begin) => {
    const trouble = await begin();
    const { shop, url, environment } = await startCliShop({ population: { customers: 10 } });
    const daemon = await startCli(['daemon'], {
      ...environment,
      QUEUE_URL: trouble.queueUrl,
      PULL_EVERY: '1s',
      HTTP_PORT: '0',
    });
    const address = await servedAddress(daemon);
    const metrics = async () => (await fetch(`${address}/metrics`)).text();
    const warnings = () => daemon.stdout.split('\n').filter((line) => /"level":[456]0/.test(line));
    await untilEqual(shop, url);

    await trouble.refuse();
    await expect.poll(warnings, patience).not.toEqual([]);
    for (let look = 0; look < 5; look++) {
      expect(await metrics()).toContain('magento_sync_rows_total');
      expect((await fetch(`${address}/livez`)).status).toBe(200);
      await fetch(`${address}/readyz`);
    }
    const stale = /magento_sync_gauges_stale\{source="queue",shop="[^"]+"\} 1/;
    if (trouble.countsFail) await expect.poll(metrics, patience).toMatch(stale);
    shop.customers.save(shop.customers.ids()[0]!, { firstname: 'Changed meanwhile' });
    await trouble.serve();
    await untilEqual(shop, url);

    await trouble.refuse();
    daemon.kill('SIGTERM');
    expect(await daemon.ended).toBe(0);
    expect(warnings().length).toBeLessThan(40);
    expect(daemon.stderr.split('\n').length).toBeLessThan(10);
  },
  testTimeout,
);
