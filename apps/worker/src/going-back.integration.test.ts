import { expect, test } from 'vitest';
import { runCommand } from '../testing/cli-process.ts';
import { environmentOf } from '../testing/cli-shop.ts';
import { expectEqualSides } from '../testing/compare-copy.ts';
import { startFilled } from '../testing/filled-sync.ts';

/** What a newer version would leave behind, whose migrations are unknown to this one. */
const newer = `
  alter table magento.customers add column later text, add column later_count integer not null default 0;
  alter table sync.alerts add column later jsonb;
  create table sync.later (shop text primary key);
  insert into sync.migrations (name, digest) values ('9998_later', 'x')`;
const ending = `insert into sync.migrations (name, digest, ends_older_workers) values ('9999_ending', 'x', true)`;

test('an older version works on with newer tables, or says what to do and changes nothing', async () => {
  const { shop, copy } = await startFilled(20);
  const environment = { ...environmentOf(shop, copy.url), MAGENTO_SHOP: 'test' };
  const { pool } = copy.database;
  await pool.query(newer);
  const [first, second] = shop.customers.ids();
  shop.customers.save(first!, { lastname: 'Beside' });
  expect(await runCommand(['pull'], environment)).toMatchObject({ exitCode: 0 });
  expect(await runCommand(['verify'], environment)).toMatchObject({ exitCode: 0 });
  await expectEqualSides(shop, copy.url);

  await pool.query(ending);
  shop.customers.save(second!, { lastname: 'After' });
  const runs = async () => (await pool.query('select max(id) as last from sync.runs')).rows;
  const before = await runs();
  for (const command of ['pull', 'daemon', 'migrate', 'doctor']) {
    const { exitCode, stdout, stderr } = await runCommand([command], environment);
    expect([command, exitCode]).toEqual([command, 1]);
    expect(stdout + stderr).toContain(
      'The database was migrated by a newer version (unknown here: 9999_ending)',
    );
    expect(stdout + stderr).toContain('Start that version or a later one, or restore a backup');
  }
  expect(await runs()).toEqual(before);
});
