import { expect, test } from 'vitest';
import { runCommand, startCli } from '../../testing/cli-process.ts';
import { startCliShop } from '../../testing/cli-shop.ts';

const patience = { interval: 100 };

test('SIGTERM ends every command that is at work in order, with nothing half written and no run left behind', async () => {
  const { shop, environment, query } = await startCliShop({ population: { customers: 30 } });
  expect((await runCommand(['backfill'], environment)).exitCode).toBe(0);
  const content = () => query('select id, content_hash, deleted_at from magento.customers order by id');
  const before = await content();
  // One is gone and one has changed, and none of that can be read: the shop takes longer than anybody waits.
  const [gone = 0, changed = 0] = shop.customers.ids();
  shop.customers.remove(gone);
  shop.customers.updateSilently(changed, { firstname: 'Grace' });
  shop.faults.add({
    match: ({ target }) => !target.includes('/token'),
    times: Number.POSITIVE_INFINITY,
    answer: shop.faults.presets.slow(600_000),
  });
  const commands = [
    ['pull'],
    ['sweep'],
    ['reconcile'],
    ['verify', '--repair'],
    ['resync', 'customers', String(gone), String(changed)],
    ['reference-data'],
    ['plan'],
    ['backfill', '--from-id', '1'],
  ];
  const patient = { ...environment, SHUTDOWN_GRACE: '1s' };
  const processes = await Promise.all(commands.map((args) => startCli(args, patient)));
  // Each is at its work, or waits for its share of the requests.
  const working = async () =>
    (await query('select pid from sync.workers where seen_at is not null')).map(({ pid }) => Number(pid));
  const pids = processes.map(({ pid }) => pid);
  await expect.poll(working, patience).toEqual(expect.arrayContaining(pids));
  for (const each of processes) each.kill('SIGTERM');
  const ended = await Promise.all(processes.map((each) => each.ended));
  expect(ended.map((code, index) => [commands[index]?.[0], code])).toEqual(
    commands.map(([name]) => [name, 130]),
  );
  expect(await content()).toEqual(before);
  expect(await query(`select kind from sync.runs where status in ('running', 'failed')`)).toEqual([]);
});
