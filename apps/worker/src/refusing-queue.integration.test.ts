import type { MagentoShop } from '@magento-sync/magento-testkit';
import { Redis } from 'ioredis';
import { expect, inject, onTestFinished, test } from 'vitest';
import { startRedis } from '../../../tests/services/redis-server.ts';
import { runCommand, servedAddress, startCli } from '../testing/cli-process.ts';
import { query, startCliShop } from '../testing/cli-shop.ts';
import { customersOfCopy, customersOfShop } from '../testing/compare-copy.ts';

const patience = { interval: 200 };

/** A server of the queue, and how to make it refuse and serve again. */
interface Trouble {
  readonly queueUrl: string;
  /** Whether its jobs can't even be counted then. */
  readonly countsFail: boolean;
  /** Whether only a person can cure it, so that a daemon does not start with it. */
  readonly endsTheStart?: true;
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
    endsTheStart: true,
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

/** Lives through the trouble at the start, while running, and at the end. */
async function playTrouble(trouble: Trouble): Promise<void> {
  const { shop, url, environment } = await startCliShop({ population: { customers: 10 } });
  if (!trouble.endsTheStart) await trouble.refuse();
  const daemon = await startCli(['daemon'], {
    ...environment,
    QUEUE_URL: trouble.queueUrl,
    PULL_EVERY: '1s',
    HTTP_PORT: '0',
  });
  const begun = performance.now();
  const address = await servedAddress(daemon);
  const metrics = async () => (await fetch(`${address}/metrics`)).text();
  const warnings = () => daemon.stdout.split('\n').filter((line) => /"level":[456]0/.test(line));
  const answers = async () => {
    for (let look = 0; look < 5; look++) {
      expect(await metrics()).toContain('magento_sync_rows_total');
      expect((await fetch(`${address}/livez`)).status).toBe(200);
      await fetch(`${address}/readyz`);
    }
  };
  const stale = /magento_sync_gauges_stale\{source="queue",shop="[^"]+"\} 1/;
  if (!trouble.endsTheStart) {
    await daemon.untilOutput('the queue cannot be used yet; waiting for it');
    await answers();
    expect(await metrics()).toMatch(stale);
    expect((await fetch(`${address}/readyz`)).status).toBe(503);
    await trouble.serve();
  }
  await untilEqual(shop, url);

  const before = warnings().length;
  await trouble.refuse();
  await expect.poll(() => warnings().length, patience).toBeGreaterThan(before);
  await answers();
  if (trouble.countsFail) await expect.poll(metrics, patience).toMatch(stale);
  shop.customers.save(shop.customers.ids()[0]!, { firstname: 'Changed meanwhile' });
  await trouble.serve();
  await untilEqual(shop, url);

  await trouble.refuse();
  daemon.kill('SIGTERM');
  expect(await daemon.ended).toBe(0);
  expect(warnings().length).toBeLessThan(40 + (performance.now() - begun) / 2_000);
  expect(daemon.stderr.split('\n').length).toBeLessThan(10);
}

const troubles = {
  'a Redis that is away': redisThatIsAway,
  'a Redis that hangs': redisThatHangs,
  'a Redis that is full': redisThatIsFull,
  'a Redis that takes rights away': redisThatTakesRightsAway,
  'a PostgreSQL that gives no connections': postgresWithoutConnections,
};

test('a queue that refuses fills no log, hides no metrics, holds up neither start nor shutdown, and is used when it serves', async () => {
  // Side by side, because all of them mostly wait.
  const played = Object.entries(troubles).map(async ([what, begin]) => {
    const outcome = await begin()
      .then(playTrouble)
      .catch((error: Error) => error.stack);
    return [what, outcome] as const;
  });
  expect((await Promise.all(played)).filter(([, failure]) => failure !== undefined)).toEqual([]);
});

test('a daemon that waits for its queue ends at a signal', async () => {
  const { environment } = await startCliShop({ population: { customers: 1 } });
  const server = await startRedis();
  await server.stop();
  const daemon = await startCli(['daemon'], { ...environment, QUEUE_URL: server.url });
  await daemon.untilOutput('the queue cannot be used yet; waiting for it');
  daemon.kill('SIGTERM');
  expect(await daemon.ended).toBe(0);
});

test('a queue that only a person can cure ends the start', async () => {
  const { environment } = await startCliShop({ population: { customers: 1 } });
  const trouble = await redisThatTakesRightsAway();
  await trouble.refuse();
  const wrongPassword = trouble.queueUrl.replace('secret', 'wrong');
  for (const [queueUrl, cure] of [
    [trouble.queueUrl, 'ACL SETUSER'],
    [wrongPassword, 'Correct the user and password in QUEUE_URL'],
  ] as const) {
    const daemon = await runCommand(['daemon'], { ...environment, QUEUE_URL: queueUrl });
    expect(daemon).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(cure) });
  }
});
