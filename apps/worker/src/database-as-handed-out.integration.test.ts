import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { startPgbouncer } from '../../../tests/services/pgbouncer.ts';
import { startRedis } from '../../../tests/services/redis-server.ts';
import { runCommand, startCli } from '../testing/cli-process.ts';
import { type CliShop, startCliShop } from '../testing/cli-shop.ts';
import { customersOfCopy, customersOfShop } from '../testing/compare-copy.ts';

const patience = { interval: 100 };

/** A shop, and a copy that belongs to a role of few rights and few connections; it has no right to create schemas. */
async function startWithRole(connections: number) {
  const started = await startCliShop({ population: { customers: 60 } });
  const role = `app_${randomBytes(4).toString('hex')}`;
  const database = new URL(started.url).pathname.slice(1);
  await started.copy.database.pool.query(`
    drop schema magento, sync cascade;
    revoke create on database ${database} from public;
    create role ${role} login password 'app' connection limit ${connections};
    create schema magento authorization ${role};
    create schema sync authorization ${role};`);
  // The database is dropped before the role can be: what it owns has to go first.
  onTestFinished(async () => {
    await started.query(`drop owned by ${role}`);
    await started.query(`drop role ${role}`);
  });
  const url = new URL(started.url);
  url.username = role;
  url.password = 'app';
  return { ...started, role, url: url.href };
}

/** Lets a daemon fill the copy and follow a change, looks at its connections, and ends it. */
async function runDaemonOn(
  { shop, copy, query, environment }: CliShop,
  databaseUrl: string,
): Promise<{ names: string[]; most: number; lines: number; seconds: number }> {
  const begun = performance.now();
  const daemon = await startCli(['daemon'], { ...environment, DATABASE_URL: databaseUrl, PULL_EVERY: '1s' });
  const names = new Set<string>();
  let most = 0;
  const look = async () => {
    const sessions = await query(
      `select application_name as name from pg_stat_activity
       where datname = current_database() and application_name like 'magento-sync%'`,
    );
    for (const { name } of sessions) names.add(String(name));
    most = Math.max(most, sessions.length);
  };
  const untilEqual = async () => {
    const source = await customersOfShop(shop);
    await expect
      .poll(async () => {
        await look();
        return customersOfCopy(copy.url).catch(() => []);
      }, patience)
      .toEqual(source);
  };
  await untilEqual();
  shop.customers.save(shop.customers.ids()[0]!, { firstname: 'Changed' });
  await untilEqual();
  daemon.kill('SIGTERM');
  expect(await daemon.ended).toBe(0);
  return {
    names: [...names],
    most,
    lines: daemon.stdout.split('\n').length,
    seconds: (performance.now() - begun) / 1_000,
  };
}

test('three connections and schemas that were made for it are enough for a daemon and its queue', async () => {
  const started = await startWithRole(3);
  const { exitCode, stdout } = await runCommand(['doctor'], {
    ...started.environment,
    DATABASE_URL: started.url,
  });
  expect(stdout).toMatch(
    /^ok +connections +a daemon uses up to 6 connections and works with 3, but 3 of 3 are free.*ALTER ROLE/m,
  );
  expect(exitCode).toBe(0);

  const { names, most, lines, seconds } = await runDaemonOn(started, started.url);

  expect(most).toBeLessThanOrEqual(3);
  expect(names.toSorted()).toEqual(
    expect.arrayContaining(['magento-sync daemon', 'magento-sync daemon queue']),
  );
  // A pull a second has a few: nothing spins.
  expect(lines).toBeLessThan(200 + 10 * seconds);
});

test('fewer are refused by the daemon and named by doctor', async () => {
  const started = await startWithRole(1);
  const environment = { ...started.environment, DATABASE_URL: started.url };
  const refused = async (connections: number) => {
    const daemon = await runCommand(['daemon'], environment);
    expect(daemon.exitCode).toBe(1);
    expect(daemon.stderr).toContain(
      `PostgreSQL allows too few connections: a daemon uses up to 6 connections and works with 3, but ${connections} of ${connections} are free. Raise ALTER ROLE ${started.role} CONNECTION LIMIT`,
    );
  };
  await refused(1);
  await started.query(`alter role ${started.role} connection limit 2`);
  await refused(2);
  const { stdout } = await runCommand(['doctor'], environment);
  expect(stdout).toMatch(
    /^PROBLEM connections .*works with 3, but 2 of 2 are free. Raise ALTER ROLE app_\w+ CONNECTION LIMIT/m,
  );
});

test('a daemon that others leave no connection names PostgreSQL and not the shop, and works as soon as it gets them', async () => {
  const started = await startWithRole(3);
  const others = Array.from({ length: 2 }, () => new pg.Client(started.url));
  await Promise.all(others.map((other) => other.connect()));
  const environment = { ...started.environment, DATABASE_URL: started.url, PULL_EVERY: '1s' };
  // Its queue lives elsewhere, so that it gets as far as the shop.
  await using redis = await startRedis();
  const daemon = await startCli(['daemon'], { ...environment, QUEUE_URL: redis.url });
  await expect
    .poll(() => daemon.stdout, patience)
    .toContain('PostgreSQL has no free connection for this daemon, so that the shop is not asked yet');
  expect(daemon.stdout).not.toContain('the shop does not answer');
  await Promise.all(others.map((other) => other.end()));
  const source = await customersOfShop(started.shop);
  await expect.poll(() => customersOfCopy(started.copy.url).catch(() => []), patience).toEqual(source);
  daemon.kill('SIGTERM');
  expect(await daemon.ended).toBe(0);
});

test('a daemon and its queue work behind pgbouncer in session mode and leave no lock behind', async () => {
  const started = await startCliShop({ population: { customers: 60 } });
  await using pooler = await startPgbouncer(started.url, {
    mode: 'session',
    poolSize: 5,
    settings: { server_reset_query: '' },
  });
  const { most } = await runDaemonOn(started, pooler.url);
  expect(most).toBeLessThanOrEqual(5);
  const locks = await started.query(
    `select from pg_locks where locktype = 'advisory'
       and database = (select oid from pg_database where datname = current_database())`,
  );
  expect(locks).toEqual([]);
});

test('pgbouncer in transaction mode is refused by every command, with the cure', async () => {
  const started = await startCliShop({ population: { customers: 1 } });
  await using pooler = await startPgbouncer(started.url, { mode: 'transaction' });
  const environment = { ...started.environment, DATABASE_URL: pooler.url };
  const { exitCode, stdout } = await runCommand(['doctor'], environment);
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(
    /^PROBLEM postgresql .*DATABASE_URL leads to a connection pooler in transaction mode/m,
  );
});

test('a constraint that somebody has added, and records do not keep, is named with its cure', async () => {
  const { environment, query } = await startCliShop({ population: { customers: 60 } });
  await query('create unique index one_of_a_group on magento.customers (group_id)');
  const backfill = await runCommand(['backfill'], environment);
  expect(backfill.exitCode).toBe(1);
  expect(backfill.stderr).toContain(
    'PostgreSQL refused: duplicate key value violates unique constraint "one_of_a_group". Nothing that the shop sends is refused by the tables as they were made: drop the constraint',
  );
  await query('drop index magento.one_of_a_group');
  expect((await runCommand(['backfill'], environment)).exitCode).toBe(0);
});
