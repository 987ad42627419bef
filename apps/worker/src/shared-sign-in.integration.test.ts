import { randomBytes } from 'node:crypto';
import type { ShopOptions } from '@magento-sync/magento-testkit';
import { describe, expect, test } from 'vitest';
import { type CliProcess, runCommand, startCli } from '../testing/cli-process.ts';
import { startCliShop } from '../testing/cli-shop.ts';
import { customersOfCopy } from '../testing/compare-copy.ts';
import { administrator, startSync } from '../testing/sync-harness.ts';
import { refreshToken } from './sync/refresh-token.ts';

const login = '/integration/admin/token';
const patience = { interval: 100 };
const newKey = () => randomBytes(32).toString('base64');

async function start(options: ShopOptions = {}) {
  const { shop, copy, environment: plain } = await startCliShop({ population: { customers: 5 }, ...options });
  const environment: Record<string, string> = { ...plain, PULL_EVERY: '1s', SWEEP_PERIOD: '5s' };
  const logins = () => shop.requests.count(login, 'POST');
  return { shop, copy, environment, logins };
}

async function startDaemons(...environments: Record<string, string>[]): Promise<CliProcess[]> {
  const daemons = await Promise.all(environments.map((each) => startCli(['daemon'], each)));
  await Promise.all(daemons.map((daemon) => daemon.untilOutput('"msg":"running"')));
  return daemons;
}

async function stop(...daemons: CliProcess[]): Promise<void> {
  for (const daemon of daemons) daemon.kill('SIGTERM');
  expect(await Promise.all(daemons.map(({ ended }) => ended))).toEqual(daemons.map(() => 0));
}

describe('two daemons', () => {
  test('with the key log in once, also when the token ends for both at once', async () => {
    const { shop, environment, logins } = await start();
    const complete = { ...environment, TOKEN_ENCRYPTION_KEY: newKey() };
    const daemons = await startDaemons(complete, complete);
    expect(logins()).toBe(1);

    // A token is revoked by the second: one that is given out within it would be worthless as well.
    shop.clock.advance(2_000);
    shop.revokeAdminTokens();
    shop.clock.advance(2_000);
    const before = shop.requests.all().length;
    const answered = (status: number) =>
      shop.requests
        .all()
        .slice(before)
        .filter((request) => request.status === status).length;
    await expect.poll(() => answered(401), patience).toBeGreaterThan(0);
    await expect.poll(() => answered(200), patience).toBeGreaterThan(20);
    expect(logins()).toBe(2);
    await stop(...daemons);
    expect(logins()).toBe(2);
  });

  test('without a key log in each for itself', async () => {
    const { environment, logins } = await start();
    const daemons = await startDaemons(environment, environment);
    expect(logins()).toBe(2);
    await stop(...daemons);
  });

  test('go on while the keys are changed under them', async () => {
    const { shop, copy, environment, logins } = await start();
    const [old, next] = [newKey(), newKey()];
    const withOld = { ...environment, TOKEN_ENCRYPTION_KEY: old };
    const withBoth = {
      ...environment,
      TOKEN_ENCRYPTION_KEY: next,
      TOKEN_ENCRYPTION_KEY_PREVIOUS: old,
    };
    const withNew = { ...environment, TOKEN_ENCRYPTION_KEY: next };
    let daemons = await startDaemons(withOld, withOld);
    for (const environmentOfNow of [withBoth, withNew]) {
      const replacements = await startDaemons(environmentOfNow, environmentOfNow);
      await stop(...daemons);
      daemons = replacements;
    }
    const first = shop.customers.ids()[0]!;
    shop.customers.save(first, { firstname: 'After' });
    await expect
      .poll(async () => (await customersOfCopy(copy.url))[0], patience)
      .toMatchObject({ firstname: 'After' });
    await stop(...daemons);
    const { rows } = await copy.database.pool.query(
      'select count(distinct key_id)::int as keys from sync.tokens',
    );
    expect(rows).toEqual([{ keys: 1 }]);
    expect(logins()).toBe(1);
  });
});

describe('wrong passwords, whatever a person does', () => {
  test('two that alternate, under changing names of the copy and the user, stay below six', async () => {
    const { environment, logins } = await start();
    const { host } = new URL(environment['MAGENTO_BASE_URL']!);
    const spellings = [
      {},
      { MAGENTO_SHOP: 'another-name' },
      { MAGENTO_USERNAME: administrator.username.toUpperCase() },
      { MAGENTO_SHOP: 'third-name', MAGENTO_BASE_URL: `http://${host}/` },
      { TOKEN_ENCRYPTION_KEY: newKey() },
    ];
    for (const command of ['daemon', 'backfill', 'doctor']) {
      for (const spelling of spellings) {
        for (const password of ['wrong-one', 'wrong-two']) {
          const { exitCode } = await runCommand([command], {
            ...environment,
            ...spelling,
            MAGENTO_PASSWORD: password,
          });
          expect(exitCode).toBe(1);
        }
      }
    }
    expect(logins()).toBeLessThanOrEqual(4);
    // The account is not locked: Magento itself still lets a person in.
    const person = await fetch(`${environment['MAGENTO_BASE_URL']}/rest/V1${login}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(administrator),
    });
    expect(person.status).toBe(200);
  });

  test('one, in four daemons that are started again and again, is tried once within minutes', async () => {
    const { environment, logins } = await start();
    const wrong = { ...environment, MAGENTO_PASSWORD: 'wrong' };
    for (let round = 0; round < 3; round++) {
      const ended = await Promise.all([1, 2, 3, 4].map(() => runCommand(['daemon'], wrong)));
      expect(ended.map(({ exitCode }) => exitCode)).toEqual([1, 1, 1, 1]);
    }
    expect(logins()).toBe(1);
  });

  test('a shop that never answers a login is not asked again and again', async () => {
    const { shop, environment, logins } = await start();
    shop.faults.add({ match: login, times: 100, answer: { kind: 'drop-answer' } });
    for (let attempt = 0; attempt < 8; attempt++) {
      const { exitCode } = await runCommand(['backfill'], {
        ...environment,
        MAGENTO_PASSWORD: `wrong-${attempt}`,
      });
      expect(exitCode).toBe(1);
    }
    expect(logins()).toBe(4);
  });
});

test('the scheduled renewal comes before the token ends', async () => {
  const { shop, context } = await startSync({ population: { customers: 3 }, tokenLifetimeMinutes: 60 });
  const { magento } = context();
  const refresh = () => refreshToken({ magento }, new AbortController().signal);
  const first = await refresh();
  shop.clock.advance(45 * 60_000);
  expect(await refresh()).toEqual(first);
  expect(shop.requests.count(login)).toBe(1);
  // The job runs every five minutes.
  shop.clock.advance(5 * 60_000);
  const second = await refresh();
  expect(shop.requests.count(login)).toBe(2);
  expect(shop.clock.now()).toBeLessThan(first!.getTime());
  expect(second!.getTime()).toBeGreaterThan(first!.getTime());
});
