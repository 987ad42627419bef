import type { MagentoShop } from '@magento-sync/magento-testkit';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { runCommand, startCli } from '../../testing/cli-process.ts';
import { smallPages, startCliShop } from '../../testing/cli-shop.ts';
import { expectEqualSides } from '../../testing/compare-copy.ts';

describe('what goes wrong is said in one sentence', () => {
  test('a missing variable', async () => {
    const { exitCode, stderr } = await runCommand(['pull'], { MAGENTO_BASE_URL: 'https://shop.example.com' });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('MAGENTO_USERNAME is missing');
    expect(stderr).toContain('MAGENTO_PASSWORD is missing');
  });

  test.each([
    ['a mistyped option', ['backfill', '--restrat'], 'Did you mean --restart?'],
    ['a mistyped command', ['statsu'], 'Did you mean status?'],
    ['a superfluous argument', ['pull', 'customers', 'orders'], 'too many arguments'],
    ['something that is not copied', ['pull', 'invoises'], 'Known are: customers, orders'],
    ['options that exclude each other', ['backfill', '--resume', '--restart'], 'exclude each other'],
  ])('%s', async (_what, args, sentence) => {
    const { exitCode, stderr, stdout } = await runCommand(args, {});
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain(sentence);
  });

  test('a wrong address', async () => {
    const { environment } = await startCliShop();
    const wrong = { ...environment, MAGENTO_BASE_URL: 'http://127.0.0.1:1' };
    const { exitCode, stderr } = await runCommand(['backfill'], wrong);
    expect(exitCode).toBe(1);
    expect(stderr.trim().split('\n')).toEqual([
      expect.stringMatching(/^magento-sync: .*127\.0\.0\.1:1.*MAGENTO_BASE_URL/),
    ]);
  });

  test('a wrong password, also to the daemon, which never locks the account by trying again', async () => {
    const { shop, environment } = await startCliShop();
    const wrong = { ...environment, MAGENTO_PASSWORD: 'not-the-password' };
    for (let time = 0; time < 4; time++) {
      const { exitCode, stderr, stdout } = await runCommand(['daemon'], wrong);
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(/^magento-sync: .*The account sign-in was incorrect.*MAGENTO_PASSWORD/);
      expect(stderr + stdout).not.toContain('not-the-password');
    }
    expect(shop.requests.count('/integration/admin/token', 'POST')).toBeLessThanOrEqual(2);
  });

  test('HTML instead of JSON', async () => {
    const { shop, environment } = await startCliShop();
    const html = {
      kind: 'answer',
      status: 200,
      headers: { 'content-type': 'text/html' },
      body: '<html>hello</html>',
    } as const;
    shop.faults.add({ match: 'customers/search', times: 100, answer: html });
    const { exitCode, stderr } = await runCommand(['backfill'], environment);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/magento-sync: .*(HTML|text\/html|not JSON)/i);
    expect(stderr).not.toContain('    at ');
  });

  test('PostgreSQL that is not there', async () => {
    const { environment } = await startCliShop();
    const wrong = { ...environment, DATABASE_URL: 'postgres://sync:pg-secret@127.0.0.1:1/sync' };
    const { exitCode, stderr } = await runCommand(['pull'], wrong);
    expect(exitCode).toBe(1);
    expect(stderr.trim()).toMatch(/^magento-sync: Nothing answers at 127\.0\.0\.1:1; start PostgreSQL/);
    expect(stderr).not.toContain('pg-secret');
  });

  test('Redis that is not there', async () => {
    const { environment } = await startCliShop();
    const daemon = await startCli(['daemon'], {
      ...environment,
      QUEUE_URL: 'redis://:redis-secret@127.0.0.1:1',
      LOG_LEVEL: 'warn',
    });
    await daemon.untilOutput('correct QUEUE_URL');
    await daemon.untilOutput('waiting for it');
    expect(daemon.stdout).toContain('The queue at redis://:***@127.0.0.1:1');
    expect(daemon.stdout + daemon.stderr).not.toContain('redis-secret');
  });

  test('a name that already stands for another shop', async () => {
    const { environment } = await startCliShop();
    await runCommand(['pull'], environment);
    const other = await startCliShop();
    const mixedUp = { ...environment, MAGENTO_BASE_URL: other.shop.url };
    const { exitCode, stderr } = await runCommand(['pull'], mixedUp);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('Set MAGENTO_SHOP to another name');
  });

  test('the stack trace is shown when it is asked for', async () => {
    const { environment } = await startCliShop();
    const wrong = { ...environment, DATABASE_URL: 'postgres://127.0.0.1:1/sync' };
    expect((await runCommand(['pull', '--trace'], wrong)).stderr).toContain('    at ');
  });
});

test('the help lists every command and the exit codes', async () => {
  const { exitCode, stdout } = await runCommand(['--help'], {});
  expect(exitCode).toBe(0);
  for (const word of ['daemon', 'backfill', 'pull', 'status', 'migrate', 'Exit codes:', '130']) {
    expect(stdout).toContain(word);
  }
});

test('the help of a command is broken into lines by the width of the terminal alone', async () => {
  const { stdout } = await runCommand(['daemon', '--help'], {});
  expect(stdout).toContain('number of daemons may run for one shop; they share the work.\n');
});

test('before the first backfill a pull says what comes first, after it both are machine readable', async () => {
  const { shop, url, environment } = await startCliShop();
  const early = await runCommand(['pull'], environment);
  expect([early.exitCode, early.stdout]).toEqual([3, expect.stringContaining('run "magento-sync backfill"')]);
  expect((await runCommand(['status'], environment)).exitCode).toBe(3);

  const backfill = await runCommand(['backfill', '--json'], environment);
  expect(backfill.exitCode).toBe(0);
  expect(JSON.parse(backfill.stdout)).toMatchObject({
    entity: 'customers',
    status: 'succeeded',
    rangesLeft: 0,
  });

  shop.customers.save(shop.customers.ids()[0]!, { firstname: 'Changed' });
  const pull = await runCommand(['pull', '--json'], environment);
  expect(JSON.parse(pull.stdout)).toMatchObject([{ entity: 'customers', status: 'succeeded', updated: 1 }]);
  await expectEqualSides(shop, url);

  const status = await runCommand(['status', '--json'], environment);
  expect(status.exitCode).toBe(0);
  expect(JSON.parse(status.stdout)).toMatchObject({
    shop: environment['MAGENTO_SHOP'],
    entities: [{ backfill: { rangesLeft: 0 } }],
  });
});

test('a backfill that is killed goes on where it was and reads at most one page per range again; so does an erasure', async () => {
  const { shop, url, environment, query } = await startCliShop({ population: 'recorded', latencyMs: 30 });
  const small = {
    ...environment,
    ...smallPages,
    MAGENTO_CONCURRENCY: '3',
  };
  const killed = await startCli(['backfill'], small);
  await shopAnswered(shop, 30);
  killed.kill('SIGKILL');
  expect(await killed.ended).toBe('SIGKILL');

  const resumed = await runCommand(['backfill', '--json'], small);
  expect(resumed.exitCode).toBe(0);
  await expectEqualSides(shop, url);
  const status = await runCommand(['status', '--json'], environment);
  const { runs } = JSON.parse(status.stdout) as {
    runs: { kind: string; pages: number; rowsRead: number; inserted: number }[];
  };
  const backfills = runs.filter(({ kind }) => kind === 'backfill');
  expect(backfills).toHaveLength(2);
  expect(backfills.reduce((sum, { inserted }) => sum + inserted, 0)).toBe(2_500);
  // Pages that were read but not committed were not counted, and committed ones are never read again, unless a range was split
  // while its reader was at a page that reaches behind the new end.
  const ranges = await query(`select range from sync.checkpoints where kind = 'backfill'`);
  const rowsRead = backfills.reduce((sum, run) => sum + run.rowsRead, 0);
  expect(rowsRead).toBeGreaterThanOrEqual(2_500);
  expect(rowsRead).toBeLessThanOrEqual(2_500 + 20 * ranges.length);
  const pages = shop.requests
    .all()
    .filter(({ query }) => /\[field\]=entity_id.*=gt/.test(query) && query.includes('[pageSize]=20'))
    // The pull that follows reads in another order.
    .filter(({ query }) => !query.includes('updated_at'));
  const committed = backfills.reduce((sum, run) => sum + run.pages, 0);
  expect(committed).toBeGreaterThanOrEqual(2_500 / 20);
  // Each of the readers was at one page of one range, and there are twice as many as requests at once.
  expect(pages.length - committed).toBeLessThanOrEqual(2 * 3);

  await query(
    `insert into magento.customers (shop, id, firstname, first_seen_at, last_seen_at, deleted_at)
     select $1, 900000 + n, 'Ada', now(), now(), now() from generate_series(1, 1200) n`,
    [environment['MAGENTO_SHOP']],
  );
  const left = async () =>
    (
      await query(
        'select id::int from magento.customers where firstname is not null and id > 900000 order by id',
      )
    ).map(({ id }) => id);
  const erasing = { ...environment, DELETED_CUSTOMERS: 'erase' };
  {
    const holder = new pg.Client({ connectionString: url });
    await holder.connect();
    await holder.query('begin');
    await holder.query('select from magento.customers where id = 900700 for update');
    const dying = await startCli(['reconcile'], erasing);
    await expect
      .poll(() =>
        query(
          `select from pg_stat_activity where wait_event = 'transactionid' and datname = current_database()`,
        ),
      )
      .not.toHaveLength(0);
    dying.kill('SIGKILL');
    expect(await dying.ended).toBe('SIGKILL');
    await holder.end();
  }
  const afterKill = await left();
  // Portions are whole: the first was erased, and of the one at work nobody.
  expect([afterKill.length, afterKill[0]]).toEqual([700, 900_501]);
  // Another attempt is refused until the server has noticed that the session with the locks is gone.
  await expect.poll(async () => (await runCommand(['reconcile'], erasing)).exitCode).toBe(0);
  expect(await left()).toEqual([]);
  await expectEqualSides(shop, url);
});

test('Ctrl-C stops a backfill after the page at hand and says how to go on', async () => {
  const { shop, url, environment } = await startCliShop({ population: 'recorded', latencyMs: 30 });
  const small = { ...environment, ...smallPages };
  const stopped = await startCli(['backfill'], small);
  await shopAnswered(shop, 20);
  stopped.kill('SIGINT');
  expect(await stopped.ended).toBe(130);
  expect(stopped.stdout).toContain('Run "magento-sync backfill" to go on.');
  expect((await runCommand(['backfill'], small)).exitCode).toBe(0);
  await expectEqualSides(shop, url);
});

/** Resolves when the shop has answered so many searches. */
async function shopAnswered(shop: MagentoShop, searches: number): Promise<void> {
  await expect
    .poll(() => shop.requests.count('customers/search'), { interval: 20 })
    .toBeGreaterThan(searches);
}
