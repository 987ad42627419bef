import { randomBytes } from 'node:crypto';
import { type ProxiedAnswer, type ShopOptions, startProxy } from '@magento-sync/magento-testkit';
import { Redis } from 'ioredis';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { startRedis } from '../../../../tests/services/redis-server.ts';
import { runCommand } from '../../testing/cli-process.ts';
import { startCliShop } from '../../testing/cli-shop.ts';
import { administrator } from '../../testing/sync-harness.ts';
import type { Diagnosis } from './diagnose.ts';

const checks = [
  'configuration',
  'postgresql',
  'connections',
  'queue',
  'address',
  'sign-in',
  'right Magento_Customer::customer',
  'right Magento_Customer::group',
  'right Magento_Backend::store',
  'clock',
  'cache',
];

const start = (options: ShopOptions = {}) => startCliShop({ population: { customers: 3 }, ...options });

/** The finding of every check, and that the exit code agrees with them. */
async function findingsOf(environment: Record<string, string>): Promise<Map<string, string>> {
  const { exitCode, stdout } = await runCommand(['doctor', '--json'], environment);
  const { healthy, findings } = JSON.parse(stdout) as Diagnosis;
  expect(exitCode).toBe(healthy ? 0 : 1);
  return new Map(findings.map(({ check, outcome, detail }) => [check, `${outcome}: ${detail}`]));
}

function problemsOf(findings: Map<string, string>): string[] {
  return [...findings.entries()].filter(([, text]) => text.startsWith('problem')).map(([check]) => check);
}

test('all is well: a line for every check, and no secret', async () => {
  const { environment } = await start();
  const { exitCode, stdout } = await runCommand(['doctor'], {
    ...environment,
    QUEUE_URL: inject('redisUrl'),
  });
  expect(exitCode).toBe(0);
  for (const check of checks) expect(stdout).toMatch(new RegExp(`^ok +${check} `, 'm'));
  expect(stdout).toContain('MAGENTO_PASSWORD = [hidden]');
  expect(stdout).not.toContain(administrator.password);
  expect(stdout).toContain('All is well.');
});

test('a database that has never been used gets its tables, and the token is shared', async () => {
  const { shop, copy, environment } = await start();
  await copy.database.pool.query('drop schema magento, sync cascade');
  const complete = { ...environment, TOKEN_ENCRYPTION_KEY: randomBytes(32).toString('base64') };
  expect((await findingsOf(complete)).get('postgresql')).toMatch(/^ok: PostgreSQL 18\S*, tables created$/);
  expect((await findingsOf(complete)).get('postgresql')).toContain('tables up to date');
  expect(shop.requests.count('/integration/admin/token')).toBe(1);
});

describe('what is wrong is said with its cure', () => {
  test('the configuration: everything else is skipped', async () => {
    const findings = await findingsOf({ MAGENTO_BASE_URL: 'shop.example.com' });
    expect(problemsOf(findings)).toEqual(['configuration']);
    expect(findings.get('clock')).toBe('skipped: the configuration comes first');
    const { stdout } = await runCommand(['doctor'], { MAGENTO_BASE_URL: 'shop.example.com' });
    expect(stdout).toMatch(/PROBLEM configuration +MAGENTO_BASE_URL must be a web address/);
    expect(stdout).toMatch(/PROBLEM configuration +MAGENTO_USERNAME is missing/);
  });

  test('PostgreSQL is not there: nobody signs in without the count of refused logins', async () => {
    const { shop, environment } = await start();
    const wrong = { ...environment, DATABASE_URL: 'postgres://sync:pg-secret@127.0.0.1:1/sync' };
    const findings = await findingsOf(wrong);
    expect(problemsOf(findings)).toEqual(['postgresql']);
    expect(findings.get('postgresql')).toContain('Nothing answers at 127.0.0.1:1; start PostgreSQL');
    expect(findings.get('address')).toMatch(/^ok/);
    expect(shop.requests.count('/integration/admin/token')).toBe(0);
    expect(JSON.stringify([...findings])).not.toContain('pg-secret');
  });

  test.each([
    ['older', `delete from sync.migrations where name > '0001'`, 'run "magento-sync migrate"'],
    [
      'newer',
      `insert into sync.migrations (name, digest, ends_older_workers) values ('9999_later', 'x', true)`,
      'Start that version',
    ],
  ])('tables of an %s version', async (_what, sql, cure) => {
    const { copy, environment } = await start();
    await copy.database.pool.query(sql);
    const findings = await findingsOf(environment);
    expect(problemsOf(findings)).toEqual(['postgresql']);
    expect(findings.get('postgresql')).toContain(cure);
  });

  test('policies that hide rows, and tables that a crash empties', async () => {
    const { copy, environment } = await start();
    const role = `app_${randomBytes(4).toString('hex')}`;
    // The tables belong to a role of few rights, as they do in a database that a provider has made.
    await copy.database.pool.query(`
      create role ${role} login password 'app';
      alter table magento.orders owner to ${role};
      alter table magento.orders force row level security, enable row level security;
      alter table magento.shipments set unlogged;
      grant usage on schema magento, sync to ${role};
      grant all on all tables in schema magento, sync to ${role};
      grant all on all sequences in schema sync to ${role};`);
    onTestFinished(async () => {
      await copy.database.pool.query(`reassign owned by ${role} to current_user; drop owned by ${role}`);
      await copy.database.pool.query(`drop role ${role}`);
    });
    const url = new URL(environment['DATABASE_URL'] ?? '');
    Object.assign(url, { username: role, password: 'app' });
    const findings = await findingsOf({
      ...environment,
      DATABASE_URL: url.href,
      QUEUE_URL: inject('redisUrl'),
    });
    expect(problemsOf(findings)).toEqual(['altered_tables']);
    expect(findings.get('altered_tables')).toContain(
      'ALTER TABLE magento.orders NO FORCE ROW LEVEL SECURITY;',
    );
    expect(findings.get('altered_tables')).toContain('ALTER TABLE magento.shipments SET LOGGED;');
  });

  test('Redis is not there', async () => {
    const { environment } = await start();
    const findings = await findingsOf({ ...environment, QUEUE_URL: 'redis://:redis-secret@127.0.0.1:1' });
    expect(problemsOf(findings)).toEqual(['queue']);
    expect(findings.get('queue')).toMatch(/redis:\/\/:\*\*\*@127\.0\.0\.1:1.*correct QUEUE_URL/);
  });

  test('Redis may throw jobs away', async () => {
    const { environment } = await start();
    await using server = await startRedis();
    const redis = new Redis(server.url);
    await redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
    redis.disconnect();
    const findings = await findingsOf({ ...environment, QUEUE_URL: server.url });
    expect(problemsOf(findings)).toEqual(['queue']);
    expect(findings.get('queue')).toContain('set it to "noeviction"');
  });

  test('nothing answers at the address of the shop', async () => {
    const { environment } = await start();
    const findings = await findingsOf({ ...environment, MAGENTO_BASE_URL: 'http://127.0.0.1:1' });
    expect(problemsOf(findings)).toEqual(['address', 'sign-in']);
    expect(findings.get('address')).toMatch(/127\.0\.0\.1:1.*MAGENTO_BASE_URL/);
  });

  test('something else than Magento answers there', async () => {
    const { shop, environment } = await start();
    const html = { kind: 'answer', status: 200, body: '<html></html>' } as const;
    shop.faults.add({ match: 'directory/currency', times: 10, answer: html });
    const findings = await findingsOf(environment);
    expect(problemsOf(findings)).toEqual(['address']);
  });

  test('a wrong password, which a doctor called again and again does not make worse', async () => {
    const { shop, environment } = await start();
    for (let time = 0; time < 6; time++) {
      const findings = await findingsOf({ ...environment, MAGENTO_PASSWORD: 'not-the-password' });
      expect(problemsOf(findings)).toEqual(['sign-in']);
      expect(findings.get('right Magento_Backend::store')).toBe('skipped: the sign-in comes first');
    }
    expect(shop.requests.count('/integration/admin/token')).toBe(1);
  });

  test('rights that lack are named one by one', async () => {
    const integration = {
      name: 'Sync',
      active: true,
      resources: ['Magento_Customer::customer'],
      consumerKey: 'a'.repeat(32),
      consumerSecret: 'b'.repeat(32),
      accessToken: 'c'.repeat(32),
      accessTokenSecret: 'd'.repeat(32),
    };
    const { environment } = await start({ integrations: [integration] });
    const findings = await findingsOf({
      ...environment,
      MAGENTO_AUTH: 'integration',
      MAGENTO_CONSUMER_KEY: integration.consumerKey,
      MAGENTO_CONSUMER_SECRET: integration.consumerSecret,
      MAGENTO_ACCESS_TOKEN: integration.accessToken,
      MAGENTO_ACCESS_TOKEN_SECRET: integration.accessTokenSecret,
    });
    expect(problemsOf(findings)).toEqual(['right Magento_Customer::group', 'right Magento_Backend::store']);
    expect(findings.get('right Magento_Customer::group')).toContain('lacks Magento_Customer::group');
    expect(findings.get('sign-in')).toBe('ok: as integration');
  });

  test("rights have the names of the shop's own release", async () => {
    const integration = {
      name: 'Sync',
      active: true,
      resources: ['Magento_Customer::customer', 'Magento_Customer::group', 'Magento_Backend::store'],
      consumerKey: 'a'.repeat(32),
      consumerSecret: 'b'.repeat(32),
      accessToken: 'c'.repeat(32),
      accessTokenSecret: 'd'.repeat(32),
    };
    const findingsFor = async (release: string, resources: readonly string[]) => {
      const { environment } = await start({
        release,
        orders: 2,
        integrations: [{ ...integration, resources: [...integration.resources, ...resources] }],
      });
      return findingsOf({
        ...environment,
        ENTITIES: 'customers,orders',
        MAGENTO_AUTH: 'integration',
        MAGENTO_CONSUMER_KEY: integration.consumerKey,
        MAGENTO_CONSUMER_SECRET: integration.consumerSecret,
        MAGENTO_ACCESS_TOKEN: integration.accessToken,
        MAGENTO_ACCESS_TOKEN_SECRET: integration.accessTokenSecret,
      });
    };
    expect(problemsOf(await findingsFor('2.3.0', []))).toEqual(['right Magento_Sales::sales']);
    expect(problemsOf(await findingsFor('2.4.7', []))).toEqual(['right Magento_Sales::actions_view']);
    const granted = await findingsFor('2.3.0', ['Magento_Sales::sales']);
    expect(problemsOf(granted)).toEqual([]);
    expect(granted.get('right Magento_Sales::actions_view')).toBe(
      'ok: granted, before Magento 2.3.1 as Magento_Sales::sales',
    );
  });

  test('an account without any of them', async () => {
    const { environment } = await start();
    const findings = await findingsOf({ ...environment, MAGENTO_USERNAME: 'catalog' });
    expect(findings.get('sign-in')).toMatch(/^problem: .*Magento_Customer::customer/);
  });

  test('credentials that are to be stored and are not', async () => {
    const { environment } = await start();
    const findings = await findingsOf({
      ...environment,
      MAGENTO_AUTH: 'integration',
      TOKEN_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    });
    expect(problemsOf(findings)).toEqual(['sign-in']);
    expect(findings.get('sign-in')).toContain('Run "magento-sync authorize"');
  });

  test('the clock of the shop', async () => {
    const { shop, environment } = await start();
    shop.clock.advance(-11 * 60_000);
    const findings = await findingsOf(environment);
    expect(problemsOf(findings)).toEqual(['clock']);
    expect(findings.get('clock')).toMatch(/(10m 59s|11m) behind this machine's: set both by NTP/);
  });

  test.each([
    ['says so', { 'x-cache': 'HIT' }, 'x-cache: HIT'],
    ['says nothing', {}, 'twice with the same Date'],
  ])('a cache in front of the shop that %s', async (_what, headers, evidence) => {
    const { shop, environment } = await start();
    const kept = new Map<string, ProxiedAnswer>();
    await using proxy = await startProxy(shop.url, {
      before: ({ method, url }) => {
        const answer = method === 'GET' ? kept.get(url) : undefined;
        return answer && { ...answer, headers: { ...answer.headers, ...headers } };
      },
      change: (answer, { url }) => void kept.set(url, { ...answer, headers: { ...answer.headers } }),
    });
    const findings = await findingsOf({ ...environment, MAGENTO_BASE_URL: proxy.url });
    expect(problemsOf(findings)).toEqual(['cache']);
    expect(findings.get('cache')).toContain(evidence);
    expect(findings.get('cache')).toContain('Exclude /rest from the cache');
  });
});
