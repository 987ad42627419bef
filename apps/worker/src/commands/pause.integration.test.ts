import type { MagentoShop } from '@magento-sync/magento-testkit';
import { expect, test } from 'vitest';
import { runCommand, startCli, startCommand } from '../../testing/cli-process.ts';
import { smallPages, startCliShop } from '../../testing/cli-shop.ts';

const patience = { interval: 100 };

/** So slowly that nothing is read to its end before somebody has stopped it; the returned function ends that. */
function answerSlowly(shop: MagentoShop): () => void {
  return shop.faults.add({
    match: 'customers/search',
    after: 8,
    times: Number.POSITIVE_INFINITY,
    answer: shop.faults.presets.slow(2_000),
  });
}

test('a pause is kept in PostgreSQL, holds commands, is shown everywhere, and ends by itself or by resume', async () => {
  const { shop, environment, query } = await startCliShop();
  await runCommand(['backfill'], environment);
  const asked = () => shop.requests.count('');
  const why = ['--reason', 'PHP upgrade', '--by', 'anna'];

  const paused = await runCommand(['pause', '--for', '2h', ...why], environment);
  expect([paused.exitCode, paused.stdout]).toEqual([
    0,
    expect.stringMatching(/^All work is paused by anna since \d+s, until \S+ \S+ UTC: PHP upgrade\.$/m),
  ]);
  const before = asked();
  for (const command of ['pull', 'sweep', 'reconcile', 'verify', 'backfill']) {
    const held = await runCommand([command], environment);
    expect([command, held.exitCode, held.stderr]).toEqual([
      command,
      3,
      expect.stringMatching(
        /All work is paused by anna .*PHP upgrade\. "magento-sync resume" ends that, --anyway/,
      ),
    ]);
  }
  const held = await runCommand(['resync', 'customers', '1'], environment);
  expect([held.exitCode, held.stderr]).toEqual([3, expect.stringContaining('paused by anna')]);
  expect(asked()).toBe(before);
  expect((await runCommand(['pull', '--anyway'], environment)).exitCode).toBe(0);

  const check = await runCommand(['status', '--check'], environment);
  expect([check.exitCode, check.stdout]).toEqual([
    3,
    expect.stringMatching(/^All work is paused by anna .*: PHP upgrade\.$/m),
  ]);
  const status = await runCommand(['status', '--json'], environment);
  expect(JSON.parse(status.stdout)).toMatchObject({
    pauses: [{ entity: 'all', kind: 'all', by: 'anna', why: 'PHP upgrade' }],
  });
  expect((await runCommand(['status'], environment)).stdout).toMatch(/^PAUSED\n- All work is paused/m);

  // The same again says who did before, and a narrower one leaves the wider one alone.
  const again = await runCommand(['pause', '--reason', 'longer', '--by', 'bo'], environment);
  expect(again.stdout).toMatch(
    /paused by bo .* until somebody resumes it: longer\. It was paused already by anna/,
  );
  await runCommand(['pause', 'customers', '--only', 'sweep', ...why], environment);
  const narrow = await runCommand(['resume', 'customers'], environment);
  expect([narrow.exitCode, narrow.stdout]).toEqual([
    3,
    expect.stringMatching(/^The sweep of customers goes on; .* Still paused: All work is paused by bo/),
  ]);
  expect((await runCommand(['resume'], environment)).exitCode).toBe(0);
  expect((await runCommand(['pull'], environment)).exitCode).toBe(0);

  // One that is over holds nothing any more, whoever lets it stand.
  await runCommand(['pause', '--only', 'pull', '--for', '1h', ...why], environment);
  await query(`update sync.pauses set until = now() - interval '1 s'`);
  expect((await runCommand(['pull'], environment)).exitCode).toBe(0);

  const acts = await query('select act, by, why, outcome, subject from sync.acts order by id');
  expect(acts.map(({ act, by, outcome }) => [act, by, outcome].join(' '))).toEqual([
    'pause anna done',
    expect.stringMatching(/^resync .* failed$/),
    'pause bo done',
    'pause anna done',
    expect.stringMatching(/^resume .*@.* incomplete$/),
    expect.stringMatching(/^resume .*@.* done$/),
    'pause anna done',
  ]);
});

test('a command in a terminal obeys a pause that comes while it reads: it ends after the page at hand and says so', async () => {
  const { shop, environment, query } = await startCliShop({ population: { customers: 1_500 } });
  answerSlowly(shop);
  const slow = { ...environment, ...smallPages, LOG_LEVEL: 'warn' };
  const backfill = await startCli(['backfill'], slow);
  const rows = async () => Number((await query('select count(*) from magento.customers'))[0]?.['count'] ?? 0);
  await expect.poll(() => rows().catch(() => 0), patience).toBeGreaterThan(20);
  await runCommand(['pause', '--reason', 'too slow', '--by', 'anna'], environment);
  expect(await backfill.ended).toBe(3);
  expect(`${backfill.stdout}${backfill.stderr}`).toContain(
    'ends after the page at hand: All work is paused by anna',
  );
  expect(await rows()).toBeLessThan(1_500);
});

test('a backfill of another process is cancelled, rests although somebody asks for other work, and goes on when it is asked for', async () => {
  const { shop, environment, query } = await startCliShop({ population: { customers: 1_500 } });
  const answerQuickly = answerSlowly(shop);
  const slow = { ...environment, ...smallPages };
  const who = ['--reason', 'too slow', '--by', 'anna'];
  const backfill = startCommand(['backfill'], slow);
  const rows = async () => Number((await query('select count(*) from magento.customers'))[0]?.['count'] ?? 0);
  await expect.poll(() => rows().catch(() => 0), patience).toBeGreaterThan(20);
  const cancelled = await runCommand(['backfill', 'cancel', ...who, '--json'], environment);
  expect(cancelled.exitCode, cancelled.stderr).toBe(0);
  const { runs } = (JSON.parse(cancelled.stdout) as { cancelled: { runs: number[] }[] }).cancelled[0]!;
  expect(await backfill.ended).toBe(3);
  expect(backfill.stderr).toContain(`Run ${runs[0]} has ended: cancelled by anna: too slow`);
  expect(await rows()).toBeLessThan(1_500);

  const shown = await runCommand(['runs', 'show', String(runs[0])], environment);
  expect(shown.stdout).toMatch(/backfill of customers, cancelled\nCancelled by anna: too slow\n/);
  const again = await runCommand(['runs', 'cancel', String(runs[0]), ...who], environment);
  expect([again.exitCode, again.stderr]).toEqual([
    3,
    expect.stringContaining('has ended already: cancelled'),
  ]);
  const status = await runCommand(['status'], environment);
  expect(status.stdout).toContain('- The backfill of customers was cancelled by anna ');
  expect((await query(`select act, by, why, outcome from sync.acts order by id`)).slice(0, 1)).toEqual([
    { act: 'cancel', by: 'anna', why: 'too slow', outcome: 'done' },
  ]);

  answerQuickly();
  const on = await runCommand(['backfill'], environment);
  expect([on.exitCode, on.stderr]).toEqual([
    0,
    expect.stringContaining('was cancelled by anna: too slow. It goes on from its checkpoints.'),
  ]);
  expect(await rows()).toBe(1_500);
  const done = await runCommand(['backfill', 'cancel', ...who], environment);
  expect([done.exitCode, done.stdout]).toEqual([3, expect.stringContaining('nothing to cancel')]);

  // Of other work a single run.
  answerSlowly(shop);
  const verify = startCommand(['verify', '--anyway'], slow);
  const running = async () =>
    (await query(`select id from sync.runs where kind = 'verify' and status = 'running'`))[0]?.['id'];
  await expect.poll(running, patience).toBeTruthy();
  const one = await runCommand(['runs', 'cancel', String(await running()), ...who], environment);
  expect([one.exitCode, one.stdout]).toEqual([
    0,
    expect.stringContaining('(verify of customers) is cancelled'),
  ]);
  expect(await verify.ended).toBe(3);
  expect(verify.stderr).toContain('cancelled by anna: too slow');
});

test.each([
  [['backfill', 'cancel'], 'Say why'],
  [['backfill', 'cancel', 'produkte', '--reason', 'x'], 'Known are: customers'],
  [['backfill', 'produkte'], 'Known are: customers'],
  [['backfill', 'customers', 'orders'], 'too many arguments'],
  [['runs', 'cancel', '7'], 'Say why'],
  [['runs', 'cancel', 'x', '--reason', 'x'], 'Give a whole number'],
  [['pause'], 'Say why'],
  [['pause', 'produkte', '--reason', 'x'], 'Known are: customers'],
  [['pause', '--only', 'dance', '--reason', 'x'], 'Known are: pull'],
  [['pause', '--reason', 'x', '--for', 'soon'], 'Give a duration'],
  [['pause', '--reason', 'x', '--for', '0s'], 'Give a duration'],
  [['pause', '--reason', 'x', '--until', '2001-01-01'], 'over already'],
  [['pause', '--reason', 'x', '--until', '2026-02-31'], 'Give a time'],
  [['pause', '--reason', 'x', '--until', '99:99'], 'Give a time'],
  [['pause', '--reason', 'x', '--for', '1h', '--until', '18:00'], 'exclude each other'],
  [['resync', 'customers', 'x'], '"x" is no id'],
  [['resync', 'customers', '0'], '"0" is no id'],
  [['resync', 'customers'], "missing required argument 'id'"],
  [['runs', 'show', 'x'], 'Give a whole number'],
  [['runs', 'dance'], '"dance" is not one of: show, cancel'],
  [['runs', '--status', 'fine'], 'Known are: running'],
  [['runs', '--since', 'lately'], 'Give how long ago'],
  [['quarantine', 'dance'], '"dance" is not one of: list, retry, release'],
])('%j is wrong usage and says what is right', async (args, says) => {
  const { exitCode, stderr } = await runCommand(args as string[], { MAGENTO_SHOP: 'x' });
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(says as string)]);
});

test('a pause ends a backfill after the page at hand, and a daemon goes on from there when it is resumed', async () => {
  const { shop, environment, query } = await startCliShop({ population: { customers: 800 } });
  const answerQuickly = answerSlowly(shop);
  const daemon = await startCli(['daemon'], { ...environment, ...smallPages });
  const rows = async () => Number((await query('select count(*) from magento.customers'))[0]!['count']);
  await expect.poll(rows, patience).toBeGreaterThan(20);
  const paused = await runCommand(['pause', '--reason', 'too slow', '--by', 'anna'], environment);
  expect(paused.exitCode).toBe(0);
  // All that is left waits in the queue, and nothing is being read.
  const queue = async () => {
    const { stdout } = await runCommand(['status', '--json'], environment);
    const { bulk } = (JSON.parse(stdout) as { queue: Record<string, Record<string, number>> }).queue;
    return {
      running: (bulk?.['active'] ?? 0) + (bulk?.['waiting'] ?? 0),
      kept: (bulk?.['delayed'] ?? 0) > 0,
    };
  };
  await expect.poll(queue, patience).toEqual({ running: 0, kept: true });
  const read = await rows();
  expect(read).toBeLessThan(800);
  expect(await query(`select status from sync.runs where kind = 'backfill'`)).toEqual([
    { status: 'running' },
  ]);

  answerQuickly();
  expect((await runCommand(['resume'], environment)).exitCode).toBe(0);
  await expect.poll(rows, patience).toBe(800);
  await expect
    .poll(() => query(`select status, inserted::int from sync.runs where kind = 'backfill'`), patience)
    .toEqual([{ status: 'succeeded', inserted: 800 }]);
  daemon.kill('SIGTERM');
  expect(await daemon.ended).toBe(0);
});
