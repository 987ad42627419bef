import pg from 'pg';
import { expect, test } from 'vitest';
import { runCommand, startCli } from '../../testing/cli-process.ts';
import { startCliShop } from '../../testing/cli-shop.ts';

const patience = { interval: 100 };

/** A shop that takes longer than anybody waits, and whose copy one deletion and one change have made outdated before. */
async function startHangingShop() {
  const { shop, environment, query } = await startCliShop({ population: { customers: 30 } });
  expect((await runCommand(['backfill'], environment)).exitCode).toBe(0);
  const content = () => query('select id, content_hash, deleted_at from magento.customers order by id');
  const before = await content();
  const [gone = 0, changed = 0] = shop.customers.ids();
  shop.customers.remove(gone);
  shop.customers.updateSilently(changed, { firstname: 'Grace' });
  const answerAgain = shop.faults.add({
    match: ({ target }) => !target.includes('/token'),
    times: Number.POSITIVE_INFINITY,
    answer: shop.faults.presets.slow(3_600_000),
  });
  /** Starts the commands, and waits until each is at its work, or waits for its share of the requests. */
  const startAll = async (commands: readonly string[][], settings: Record<string, string>) => {
    const processes = await Promise.all(
      commands.map((args) => startCli(args, { ...environment, ...settings })),
    );
    const working = async () =>
      (await query('select pid from sync.workers where seen_at is not null')).map(({ pid }) => Number(pid));
    await expect.poll(working, patience).toEqual(expect.arrayContaining(processes.map(({ pid }) => pid)));
    return processes;
  };
  const outdated = [String(gone), String(changed)];
  return { environment, query, content, before, outdated, answerAgain, startAll };
}

test('SIGTERM ends every command that is at work in order, with nothing half written and no run left behind', async () => {
  const { query, content, before, outdated, startAll } = await startHangingShop();
  const commands = [
    ['pull'],
    ['sweep'],
    ['reconcile'],
    ['verify', '--repair'],
    ['resync', 'customers', ...outdated],
    ['reference-data'],
    ['plan'],
    ['backfill', '--from-id', '1'],
  ];
  const processes = await startAll(commands, { SHUTDOWN_GRACE: '1s' });
  for (const each of processes) each.kill('SIGTERM');
  const ended = await Promise.all(processes.map((each) => each.ended));
  expect(ended.map((code, index) => [commands[index]?.[0], code])).toEqual(
    commands.map(([name]) => [name, 130]),
  );
  expect(await content()).toEqual(before);
  expect(await query(`select kind from sync.runs where status in ('running', 'failed')`)).toEqual([]);
});

test('a second signal ends every command at once, and the next one goes on', async () => {
  const { environment, content, before, outdated, answerAgain, startAll } = await startHangingShop();
  const commands = [
    ['pull'],
    ['pull', '--dry-run'],
    ['sweep'],
    ['reconcile'],
    ['verify', '--repair'],
    ['resync', 'customers', ...outdated],
    ['reference-data'],
    ['capabilities'],
    ['plan'],
    ['backfill', '--restart'],
  ];
  // The first signal alone would be waited for longer than any test takes.
  const processes = await startAll(commands, { SHUTDOWN_GRACE: '50m', SHUTDOWN_DEADLINE: '1h' });
  // Two of one kind may reach a process as one.
  for (const each of processes) for (const signal of ['SIGTERM', 'SIGINT'] as const) each.kill(signal);
  const ended = await Promise.all(processes.map((each) => each.ended));
  expect(ended.map((code, index) => [commands[index]?.join(' '), code])).toEqual(
    commands.map((args) => [args.join(' '), 1]),
  );
  for (const { stderr } of processes) expect(stderr).toMatch(/A second signal \(SIG\w+\) arrived/);
  expect(await content()).toEqual(before);

  answerAgain();
  for (const args of [['backfill'], ['reconcile'], ['verify', '--repair'], ['verify']]) {
    const { exitCode, stdout, stderr } = await runCommand(args, environment);
    expect([args[0], exitCode], `${stdout}${stderr}`).toEqual([args[0], 0]);
  }
});

/** Holds a row of the copy, so that whoever wants to write it waits. */
async function holdRow(url: string, table: string, key: string, id: number): Promise<AsyncDisposable> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('begin');
  const held = await client.query(`select from magento.${table} where ${key} = $1 for update`, [id]);
  expect(held.rowCount).toBe(1);
  return { [Symbol.asyncDispose]: () => client.end() };
}

test.each([
  { held: 'order', key: 'entity_id', signals: ['SIGTERM'], code: 0 },
  { held: 'order', key: 'entity_id', signals: ['SIGTERM', 'SIGINT'], code: 1 },
  { held: 'order', key: 'entity_id', signals: ['SIGKILL'], code: 'SIGKILL' },
  { held: 'customer', key: 'id', signals: ['SIGTERM'], code: 0 },
  { held: 'customer', key: 'id', signals: ['SIGTERM', 'SIGINT'], code: 1 },
  { held: 'customer', key: 'id', signals: ['SIGKILL'], code: 'SIGKILL' },
] as const)(
  '$signals while an erasure waits for its $held: each record has its person or has lost it, and the next erasure ends it',
  async ({ held, key, signals, code }) => {
    const { shop, environment, url, query } = await startCliShop({ population: { customers: 3 }, orders: 2 });
    const all = { ...environment, ENTITIES: 'all' };
    const [id = 0] = shop.customers.ids();
    shop.customers.save(id, { email: 'ada@example.com' });
    const order = shop.sales.place({ email: 'ada@example.com' });
    expect((await runCommand(['backfill'], all)).exitCode).toBe(0);
    const erase = ['erase', 'customers', String(id)];
    const kept = async () =>
      (
        await query(
          `select 'customer' as kept, raw::text ~ 'ada@' and email ~ 'ada@' as whole from magento.customers where email ~ 'ada@' or raw::text ~ 'ada@'
         union all select 'order', raw::text ~ 'ada@' and customer_email ~ 'ada@' from magento.orders where customer_email ~ 'ada@' or raw::text ~ 'ada@'
         order by kept`,
        )
      ).map((row) => [row['kept'], row['whole']]);
    const whole = [
      ['customer', true],
      ['order', true],
    ];
    expect(await kept()).toEqual(whole);
    {
      await using _ = await holdRow(url, `${held}s`, key, held === 'order' ? order.entity_id : id);
      const erasing = await startCli(erase, all);
      const waiting = () =>
        query(
          `select 1 as waits from pg_stat_activity where wait_event_type = 'Lock' and application_name = 'magento-sync erase' and datname = current_database()`,
        );
      await expect.poll(waiting, patience).toHaveLength(1);
      // An order is emptied before its customer, who says whose it is.
      expect(await kept()).toEqual(held === 'order' ? whole : whole.slice(0, 1));
      for (const signal of signals) erasing.kill(signal);
      if (code !== 0) {
        expect(await erasing.ended).toBe(code);
        expect(await kept()).toEqual(held === 'order' ? whole : whole.slice(0, 1));
        const [act] = await query(`select outcome from sync.acts where act = 'erase'`);
        expect(act?.['outcome']).not.toBe('done');
      } else {
        await _[Symbol.asyncDispose]();
        expect(await erasing.ended).toBe(0);
        expect(await kept()).toEqual([]);
      }
    }
    const again = await runCommand(erase, all);
    expect([again.exitCode, again.stderr]).toEqual([0, '']);
    expect(await kept()).toEqual([]);
    const outcomes = (await query(`select outcome from sync.acts where act = 'erase' order by id`)).map(
      ({ outcome }) => outcome,
    );
    expect(outcomes.at(-1)).toBe('done');
  },
);
