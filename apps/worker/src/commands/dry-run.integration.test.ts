import { expect, test } from 'vitest';
import { runCommand } from '../../testing/cli-process.ts';
import { type CliShop, startCliShop } from '../../testing/cli-shop.ts';

/** What every table and sequence holds; sign-ins are counted also by a dry run. */
async function dumpOf({ query }: CliShop): Promise<Record<string, unknown>> {
  const tables = await query(
    `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
     where table_schema in ('magento', 'sync') and table_type = 'BASE TABLE' and table_name not in ('tokens', 'budgets', 'workers') order by 1`,
  );
  const dump: Record<string, unknown> = {};
  for (const { name } of tables) {
    const [content] = await query(
      `select count(*), md5(coalesce(string_agg(md5(t::text), '' order by md5(t::text)), '')) as rows from ${String(name)} t`,
    );
    dump[String(name)] = content;
  }
  dump['sequences'] = await query(
    `select schemaname, sequencename, last_value from pg_sequences where schemaname in ('magento', 'sync') order by 1, 2`,
  );
  return dump;
}

interface Rehearsed {
  readonly complete: boolean;
  readonly rows: number;
  readonly insert: number;
  readonly change: number;
  readonly delete: number;
  readonly fields: Record<string, number>;
  readonly samples: { id: number; values: Record<string, [unknown, unknown]> }[];
}

test('a dry run of each command says what it would do, and changes no table and no sequence', async () => {
  const both = await startCliShop({ population: { customers: 60 } });
  const { shop, environment, query } = both;
  await runCommand(['backfill'], environment);
  await runCommand(['sweep'], environment);
  // As an hour later: equal rows would be noted as verified by a real run.
  await query(`update magento.customers set last_verified_at = last_verified_at - interval '3 hours'`);
  const [silent, stamped, deleted, damaged] = shop.customers.ids();
  shop.clock.advance(60_000);
  shop.customers.updateSilently(silent!, { firstname: 'Grace' });
  shop.customers.save(stamped!, { lastname: 'Hopper' });
  shop.customers.remove(deleted!);
  await query(`update magento.customers set lastname = 'Altered' where id = $1`, [damaged]);
  const created = shop.customers.create();
  const before = await dumpOf(both);
  expect(Object.keys(before)).toEqual(
    expect.arrayContaining([
      'magento.customers',
      'sync.checkpoints',
      'sync.changes',
      'sync.outbox',
      'sync.runs',
    ]),
  );

  const rehearse = async (args: string[]) => {
    const { stdout, stderr, exitCode } = await runCommand([...args, '--dry-run', '--json'], environment);
    expect([stderr, exitCode], stdout).toEqual(['', args[0] === 'verify' ? 3 : 0]);
    expect(await dumpOf(both)).toEqual(before);
    return JSON.parse(stdout) as Rehearsed;
  };
  expect(await rehearse(['pull'])).toMatchObject({
    complete: true,
    insert: 1,
    change: 1,
    delete: 0,
    fields: { lastname: 1 },
    samples: [],
  });
  expect(await rehearse(['reconcile'])).toMatchObject({ insert: 0, change: 0, delete: 1 });
  expect(await rehearse(['sweep'])).toMatchObject({
    insert: 1,
    change: 2,
    delete: 1,
    fields: { firstname: 1, lastname: 1 },
  });
  const verified = await rehearse(['verify', '--samples', '10']);
  expect(verified).toMatchObject({ insert: 1, change: 3, delete: 1, fields: { firstname: 1, lastname: 2 } });
  expect(verified.samples.find(({ id }) => id === silent)?.values['firstname']?.[1]).toBe('Grace');
  expect(verified.samples.find(({ id }) => id === damaged)?.values['lastname']?.[0]).toBe('Altered');
  expect(await rehearse(['backfill', '--restart'])).toMatchObject({
    rows: 60,
    insert: 1,
    change: 2,
    delete: 0,
  });
  expect(await rehearse(['backfill', '--from-id', String(created.id)])).toMatchObject({
    rows: 1,
    insert: 1,
    change: 0,
  });
  expect(await rehearse(['backfill', '--since', '1h'])).toMatchObject({ insert: 1, change: 1 });

  const text = await runCommand(['sweep', '--dry-run'], environment);
  expect(text.stdout).toMatch(
    /^customers: 60 rows read\n {2}\+ +1 would be inserted\n {2}~ +2 would be changed: .*\n {2}- +1 would be marked as deleted\nDry run: nothing was written\.\n$/,
  );
  expect(text.stdout).not.toMatch(/Grace|Hopper/);
  // What the real ones do then is what was said.
  const swept = await runCommand(['sweep', '--json'], environment);
  expect(JSON.parse(swept.stdout)).toMatchObject({ inserted: 1, updated: 2, deleted: 1 });
  expect((await runCommand(['pull', '--dry-run'], environment)).stdout).toMatch(/No changes\.\nDry run/);
});

test('PostgreSQL itself refuses what a dry run forgets, and the brake holds in it as well', async () => {
  const both = await startCliShop({ population: { customers: 60 } });
  await runCommand(['backfill'], both.environment);
  for (const id of both.shop.customers.ids().slice(0, 30)) both.shop.customers.remove(id);
  const before = await dumpOf(both);
  const held = await runCommand(['reconcile', '--dry-run', '--json'], both.environment);
  expect([held.exitCode, JSON.parse(held.stdout)]).toEqual([
    3,
    expect.objectContaining({
      delete: 0,
      complete: false,
      reason: expect.stringContaining('--allow-share 50') as string,
    }),
  ]);
  const agreed = await runCommand(
    ['reconcile', '--dry-run', '--json', '--allow-share', '50'],
    both.environment,
  );
  expect(JSON.parse(agreed.stdout)).toMatchObject({ delete: 30, complete: true });
  const erased = await runCommand(['reconcile', '--dry-run', '--json', '--allow-share', '50'], {
    ...both.environment,
    DELETED_CUSTOMERS: 'erase',
  });
  expect(JSON.parse(erased.stdout)).toMatchObject({ delete: 0, erase: 30 });
  expect(await dumpOf(both)).toEqual(before);
  const usage = await runCommand(['pull', '--samples', '3'], both.environment);
  expect([usage.exitCode, usage.stderr]).toEqual([
    2,
    expect.stringContaining('--samples belongs to --dry-run'),
  ]);
});

test.each([
  [['backfill', '--from-id', '9', '--to-id', '3'], 'larger than'],
  [['backfill', '--from-id', 'x'], 'whole number'],
  [['backfill', '--since', 'lately'], 'how long ago'],
  [['backfill', '--since', '1d', '--to-id', '3'], 'exclude each other'],
  [['backfill', '--restart', '--to-id', '3'], 'about everything'],
  [['sweep', '--dry-run', '--samples', '0'], 'from 1 to 1000'],
])('%j is wrong usage', async (args, says) => {
  const { exitCode, stderr } = await runCommand(args as string[], {
    MAGENTO_BASE_URL: 'https://shop.example.com',
  });
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(says as string)]);
});

test('a part is read beside the plan: its rows are written, and no checkpoint moves', async () => {
  const { shop, environment, query } = await startCliShop({ population: { customers: 60 } });
  await runCommand(['backfill'], environment);
  const ids = shop.customers.ids();
  for (const id of ids) shop.customers.updateSilently(id, { firstname: 'Grace' });
  const checkpoints = () => query('select * from sync.checkpoints order by kind, range');
  const before = await checkpoints();
  const some = await runCommand(
    ['backfill', '--from-id', String(ids[9]), '--to-id', String(ids[19])],
    environment,
  );
  expect([some.exitCode, some.stdout]).toEqual([
    0,
    'customers: 11 rows read: 0 new, 11 changed, 0 unchanged.\n',
  ]);
  expect(await checkpoints()).toEqual(before);
  expect(await query(`select count(*) from magento.customers where firstname = 'Grace'`)).toEqual([
    { count: '11' },
  ]);
});
