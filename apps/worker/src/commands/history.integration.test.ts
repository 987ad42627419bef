import { expect, test } from 'vitest';
import { runSuccessfully as run, runCommand } from '../../testing/cli-process.ts';
import { startCliShop } from '../../testing/cli-shop.ts';

test('the history of a record tells what was changed, by which read, with old and new values, newest first', async () => {
  const { shop, environment } = await startCliShop();
  const [id, untouched] = shop.customers.ids();
  const history = (of: number | undefined, ...options: string[]) =>
    run(['history', 'customers', String(of), ...options], environment);
  await run(['backfill'], environment);
  expect(await history(id)).toMatch(
    /^customers \d+: in the copy since .* UTC, last seen .*\nNo change is recorded/,
  );

  const { firstname: before } = shop.customers.get(id!)!;
  shop.customers.save(id!, { firstname: 'Ada', lastname: 'Long '.repeat(60) });
  await run(['pull'], environment);
  shop.customers.updateSilently(id!, { taxvat: 'HR1' });
  await run(['sweep'], environment);
  shop.customers.remove(id!);
  await run(['reconcile'], environment);

  const text = await history(id);
  expect(text).toMatch(/^customers \d+: in the copy since .*, deleted in the shop, noticed at /);
  expect(
    text.match(/ UTC {2}(\w+), found by (\w+) \(run \d+\)$/gm)?.map((line) => line.split('  ')[1]),
  ).toEqual([
    expect.stringContaining('delete, found by reconcile'),
    expect.stringContaining('update, found by sweep'),
    expect.stringContaining('update, found by pull'),
  ]);
  expect(text).toContain(`  firstname: "${before}" → "Ada"\n`);
  expect(text).toMatch(/ {2}taxvat: .* → "HR1"\n/);
  expect(text).toMatch(/lastname: .*Long .*… \(--json shows all\)$/m);
  const json = JSON.parse(await history(id, '--json', '--limit', '2')) as { changes: unknown[] };
  expect(json).toMatchObject({
    entity: 'customers',
    id,
    changes: [
      { operation: 'delete', cause: 'reconcile' },
      { operation: 'update', cause: 'sweep', changedFields: ['taxvat'], newValues: { taxvat: 'HR1' } },
    ],
  });
  expect(await history(untouched)).toContain('No change is recorded');
  expect(await history(999_999)).toBe('customers 999999: the copy never had this record.\n');
});

test('the history of an erased record shows no value any more', async () => {
  const { shop, environment } = await startCliShop();
  const erasing = { ...environment, DELETED_CUSTOMERS: 'erase' };
  const [id] = shop.customers.ids();
  await run(['backfill'], erasing);
  shop.customers.save(id!, { firstname: 'Secret' });
  await run(['pull'], erasing);
  shop.customers.remove(id!);
  await run(['reconcile'], erasing);
  for (const options of [[], ['--json']]) {
    const shown = await run(['history', 'customers', String(id), ...options], erasing);
    expect(shown).toContain('firstname');
    expect(shown).not.toContain('Secret');
  }
  expect(await run(['history', 'customers', String(id)], erasing)).toContain(
    'firstname: the values were erased',
  );
});

test('with the history switched off nothing is recorded', async () => {
  const { shop, environment, query } = await startCliShop();
  const off = { ...environment, CHANGE_HISTORY: 'off', CHANGE_FEED: 'off' };
  await run(['backfill'], off);
  shop.customers.save(shop.customers.ids()[0]!, { firstname: 'Unrecorded' });
  await run(['pull'], off);
  const [counted] = await query(
    `select (select count(*) from sync.changes) as history, (select count(*) from sync.outbox) as feed,
       (select count(*) from magento.customers where firstname = 'Unrecorded') as rows`,
  );
  expect(counted).toEqual({ history: '0', feed: '0', rows: '1' });
});

test.each([
  ['an entity that is none', ['history', 'baskets', '1'], 'Known are: customers, orders, '],
  ['an id that is none', ['history', 'customers', '1.5'], 'Give a whole number above 0'],
  ['a missing id', ['history', 'customers'], "missing required argument 'id'"],
])('%s is refused with the reason', async (_what, args, sentence) => {
  const { exitCode, stderr } = await runCommand(args, {});
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(sentence)]);
});

test('a shop that nobody named is asked for', async () => {
  const { exitCode, stderr } = await runCommand(['history', 'customers', '1'], {});
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining('set MAGENTO_SHOP')]);
});
