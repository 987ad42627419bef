import { expect, test } from 'vitest';
import { runCommand, startCli } from '../../testing/cli-process.ts';
import { startCliShop } from '../../testing/cli-shop.ts';

test('shows the copy, its freshness and the last runs to people and to machines', async () => {
  const { environment, query } = await startCliShop();
  const early = await runCommand(['status', '--check'], environment);
  expect([early.exitCode, early.stdout]).toEqual([3, expect.stringContaining('backfill is not done')]);
  await runCommand(['backfill'], environment);
  await runCommand(['sweep'], environment);
  await query(
    `insert into sync.capabilities (shop, name, value, probed_at) values ($1, 'page-limit', '{"max":300}', now())`,
    [environment['MAGENTO_SHOP']],
  );
  await query('insert into sync.outbox_consumers (shop, consumer, position) values ($1, $2, 10)', [
    environment['MAGENTO_SHOP'],
    'crm',
  ]);

  const text = await runCommand(['status'], environment);
  expect(text.exitCode).toBe(0);
  expect(text.stdout).toMatch(/Rows +40 living, \d+ addresses; 0 deleted, 0 of them erased/);
  expect(text.stdout).toMatch(/Compared +every row within the last \d/);
  expect(text.stdout).toMatch(/Sweep +the last pass ended \d+[sm]\b.* ago/);
  expect(text.stdout).toMatch(/^backfill .* succeeded .* 40 +40 +0 +0 .*ago$/m);
  expect(text.stdout).toMatch(/^page-limit +\{"max":300\}/m);
  expect(text.stdout).toMatch(/^crm +10 +\d+/m);
  expect(text.stdout).toContain('Nothing needs attention.');
  expect(Math.max(...text.stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);

  const json = await runCommand(['status', '--json', '--check'], environment);
  expect(json.exitCode).toBe(0);
  expect(JSON.parse(json.stdout)).toMatchObject({
    totals: { live: 40, deleted: 0 },
    oldestUnverified: { ageMs: expect.any(Number) as number },
    sweeps: [{ entity: 'customers', completedAt: expect.any(String) as string }],
    consumers: [{ consumer: 'crm', position: '10' }],
    capabilities: { 'page-limit': { value: { max: 300 } } },
    attention: [],
  });
});

test('--check exits with 3 and says in a sentence what needs attention', async () => {
  const { environment, query } = await startCliShop();
  await runCommand(['backfill'], environment);
  const check = async () => {
    const { exitCode, stdout } = await runCommand(['status', '--check'], environment);
    return { exitCode, lines: stdout.trim().split('\n') };
  };
  expect(await check()).toMatchObject({ exitCode: 0, lines: [expect.stringContaining('nothing needs')] });

  await query(
    `update sync.checkpoints set completed_at = now() - interval '16 minutes' where kind = 'pull' and range = 'all'`,
  );
  await query(
    `insert into sync.verified_ranges select shop, entity, 6, 7, now() - interval '49 hours' from sync.verified_ranges`,
  );
  await query(
    `insert into sync.verified_ranges select shop, entity, 7, up_to_id, verified_at from sync.verified_ranges where after_id = 0`,
  );
  await query(`update sync.verified_ranges set up_to_id = 6 where after_id = 0`);
  await query(
    `insert into sync.quarantine (shop, entity, id, reason, report_id, next_attempt_at)
     values ($1, 'customers', 77, 'the shop cannot serve it', 'webapi-5d41', now())`,
    [environment['MAGENTO_SHOP']],
  );
  await query(
    `insert into sync.runs (shop, entity, kind, status, reason) values ($1, 'customers', 'reconcile', 'incomplete', 'The brake holds.')`,
    [environment['MAGENTO_SHOP']],
  );
  const { exitCode, lines } = await check();
  expect(exitCode).toBe(3);
  expect(lines).toEqual([
    expect.stringMatching(
      /^The last complete pull of customers was 1[6-9]m.* ago\. Is the daemon running\?$/,
    ),
    'Customer 7 was last compared with the shop 2d 1h ago: sweeps fall behind, or fail.',
    'customers 77 is set aside: the shop cannot serve it Report ID: webapi-5d41.',
    expect.stringMatching(/^The last reconcile of customers \(run \d+\) is incomplete: The brake holds\.$/),
  ]);
  const text = await runCommand(['status'], environment);
  expect(text.exitCode).toBe(0);
  expect(text.stdout).toMatch(/^77 .* due +webapi-5d41 +the shop cannot serve it$/m);
  expect(text.stdout).toMatch(/NEEDS ATTENTION\n- The last complete pull/);
});

test('a run whose process was killed does not look alive for ever', async () => {
  const { shop, environment, query } = await startCliShop();
  await runCommand(['backfill'], environment);
  // What is asked before the run begins are counts and the newest row.
  const hang = { kind: 'delay', milliseconds: 60_000 } as const;
  const isPage = ({ query }: { query: string }) => query.includes('=gt') && !query.includes('total_count');
  shop.faults.add({ match: isPage, times: 50, answer: hang });
  const killed = await startCli(['sweep'], environment);
  await expect
    .poll(() => query(`select status from sync.runs where kind = 'sweep'`))
    .toEqual([{ status: 'running' }]);
  killed.kill('SIGKILL');
  await killed.ended;
  shop.faults.clear();
  // Sixteen minutes later:
  await query(
    `update sync.runs set heartbeat_at = heartbeat_at - interval '16 minutes' where kind = 'sweep'`,
  );
  // A pull that failed is being tried again, and a backfill of a daemon meets a trouble range by range.
  await query(
    `insert into sync.runs (shop, entity, kind, status, reason, details, started_at) values
       ('test-failing', 'customers', 'pull', 'failed', 'The shop is away.', '{}', now() + interval '1 s'),
       ('test-failing', 'customers', 'pull', 'running', null, '{}', now() + interval '2 s'),
       ('test-failing', 'customers', 'backfill', 'running', null,
        jsonb_build_object('failing', jsonb_build_object('since', now() - interval '12 minutes', 'reason', 'No memory.')),
        now() + interval '2 s')`,
  );
  const failing = await runCommand(['status', '--check'], { ...environment, MAGENTO_SHOP: 'test-failing' });
  expect(failing.stdout).toMatch(/^The last pull of customers \(run \d+\) failed: The shop is away\.$/m);
  expect(failing.stdout).toMatch(
    /^The backfill of customers under way \(run \d+\) has been failing for 1[2-5]m.*: No memory\.$/m,
  );

  const noticed = await runCommand(['status', '--check'], environment);
  expect(noticed.exitCode).toBe(3);
  expect(noticed.stdout).toMatch(/^Run \d+ \(sweep of customers\) has given no sign of life for 1[6-9]m/m);
  expect((await runCommand(['status'], environment)).stdout).toMatch(/^sweep .* died /m);

  const daemon = await startCli(['daemon'], environment);
  await expect
    .poll(() => query(`select status, reason from sync.runs where kind = 'sweep' order by id limit 1`))
    .toEqual([{ status: 'interrupted', reason: 'no sign of life: the process ended or hung' }]);
  daemon.kill('SIGTERM');
  expect(await daemon.ended).toBe(0);
});
