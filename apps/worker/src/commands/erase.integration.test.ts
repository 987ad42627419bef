import { expect, test } from 'vitest';
import { runCommand } from '../../testing/cli-process.ts';
import { startCliShop } from '../../testing/cli-shop.ts';

/** Every value of every text-like column of every table, as one text. */
async function everyByte(query: Awaited<ReturnType<typeof startCliShop>>['query']): Promise<string> {
  const tables = await query(
    `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
     where table_schema in ('magento', 'sync') and table_type = 'BASE TABLE'`,
  );
  const texts: string[] = [];
  for (const { name } of tables) {
    const [found] = await query(`select string_agg(to_jsonb(t)::text, ' ') as text from ${String(name)} t`);
    texts.push(String(found?.['text'] ?? ''));
  }
  return texts.join('\n');
}

test('a person is erased by id or e-mail address from every table, for good, and that it was done stays', async () => {
  const { shop, environment, query } = await startCliShop({ population: { customers: 10 }, orders: 20 });
  const all = { ...environment, ENTITIES: 'all' };
  const run = async (...command: string[]) => {
    const ended = await runCommand(command, all);
    return { ...ended, all: `${ended.stdout}${ended.stderr}` };
  };
  const [id = 0, other = 0] = shop.customers.ids();
  shop.customers.save(id, { email: 'Ada.Planted@example.com', firstname: 'Plantedfirst' });
  const order = shop.sales.place({ email: 'ada.planted@example.com' });
  expect((await run('backfill')).exitCode).toBe(0);
  // History with her name in it.
  shop.clock.advance(60_000);
  shop.customers.save(id, { lastname: 'Plantedlast' });
  expect((await run('pull')).exitCode).toBe(0);
  expect(await everyByte(query)).toMatch(/planted/i);

  const erased = await run(
    'erase',
    'customers',
    'ADA.planted@example.com',
    '--by',
    'ada',
    '--reason',
    'ticket 7',
  );
  expect([erased.exitCode, erased.stdout]).toEqual([0, expect.stringContaining(`Erased customers ${id}`)]);
  expect(await everyByte(query)).not.toMatch(/planted/i);
  expect(
    await query(`select act, by, why, outcome, subject from sync.acts where act = 'erase'`),
  ).toMatchObject([
    { act: 'erase', by: 'ada', why: 'ticket 7', outcome: 'done', subject: { by: 'e-mail address' } },
  ]);

  // What the shop still has does not come back.
  shop.clock.advance(60_000);
  shop.customers.save(id, { firstname: 'Plantedagain' });
  shop.sales.comment(order.entity_id, { comment: 'called Ms Planted' });
  for (const command of ['pull', 'sweep']) expect((await run(command)).exitCode).toBe(0);
  expect(await everyByte(query)).not.toMatch(/planted/i);
  expect((await run('verify')).exitCode).toBe(0);

  const [row] = await query('select email from magento.customers where id = $1', [other]);
  expect(row?.['email']).toMatch(/@/);
  expect((await run('erase', 'customers', String(other), '--json')).stdout).toContain(
    `"customers":[${other}]`,
  );
  const again = await run('erase', 'customers', String(other));
  expect([again.exitCode, again.stdout]).toEqual([0, expect.stringContaining('it was done before')]);

  const nobody = await run('erase', 'orders', 'nobody@example.com');
  expect([nobody.exitCode, nobody.stderr]).toEqual([3, expect.stringContaining('nothing was erased')]);
  expect((await run('erase', 'customers', '1.5')).exitCode).toBe(2);
});
