import { expect, test } from 'vitest';
import { runCommand } from '../../testing/cli-process.ts';
import { startCliShop } from '../../testing/cli-shop.ts';

test('resync reads single records, writes what differs and proves what is absent', async () => {
  const { shop, environment, query } = await startCliShop();
  await runCommand(['backfill'], environment);
  const [equal, edited, damaged, deleted] = shop.customers.ids();
  shop.customers.updateSilently(edited!, { firstname: 'Grace' });
  await query(`update magento.customers set lastname = 'Nobody' where id = $1`, [damaged]);
  shop.customers.remove(deleted!);

  const ids = [equal, edited, damaged, deleted].map(String);
  const text = await runCommand(
    ['resync', 'customers', ...ids, '999999', '--reason', 'ticket 17'],
    environment,
  );
  expect([text.exitCode, text.stderr]).toEqual([0, '']);
  expect(text.stdout).toMatch(new RegExp(`^${equal} +unchanged$`, 'm'));
  expect(text.stdout).toMatch(new RegExp(`^${edited} +updated +firstname`, 'm'));
  expect(text.stdout).toMatch(new RegExp(`^${damaged} +updated +lastname`, 'm'));
  expect(text.stdout).toMatch(new RegExp(`^${deleted} +deleted$`, 'm'));
  expect(text.stdout).toMatch(/^999999 +absent$/m);
  expect(text.stdout).not.toMatch(/Grace|Nobody/);
  expect(
    await query(`select lastname = 'Nobody' as bad from magento.customers where id = $1`, [damaged]),
  ).toEqual([{ bad: false }]);
  expect(
    await query(`select deleted_at is not null as gone from magento.customers where id = $1`, [deleted]),
  ).toEqual([{ gone: true }]);
  expect(await query('select act, why, outcome, outcome_text from sync.acts')).toEqual([
    {
      act: 'resync',
      why: 'ticket 17',
      outcome: 'done',
      outcome_text: '1 unchanged, 2 updated, 1 absent, 1 deleted',
    },
  ]);
  const [run] = JSON.parse(
    (await runCommand(['runs', '--kind', 'resync', '--json'], environment)).stdout,
  ) as [{ id: number }];
  const shown = await runCommand(['runs', 'show', String(run.id)], environment);
  expect(shown.stdout).toMatch(/^Run \d+: resync of customers, succeeded$/m);
  expect((await runCommand(['runs', 'show', '4711'], environment)).exitCode).toBe(1);
  expect((await runCommand(['runs'], environment)).stdout).toMatch(
    /^NO\. +RUN +OF .*\n\d+ +resync +customers /,
  );
  expect((await runCommand(['runs', '--status', 'failed'], environment)).stdout).toBe(
    'No such run is recorded.\n',
  );
});

test('what is set aside is listed, tried again at once, and released', async () => {
  const { shop, environment, query } = await startCliShop();
  const [id, other] = shop.customers.ids();
  await runCommand(['backfill'], environment);
  await query(
    `insert into sync.quarantine (shop, entity, id, reason, next_attempt_at) values
     ($1, 'customers', $2, 'The shop cannot serve it.', now() + interval '1 day'),
     ($1, 'customers', $3, 'Nor this one.', now() + interval '1 day')`,
    [environment['MAGENTO_SHOP'], id, other],
  );
  const list = await runCommand(['quarantine'], environment);
  expect(list.stdout).toMatch(new RegExp(`^customers +${id} +1 .* in .* The shop cannot serve it\\.$`, 'm'));
  expect((await runCommand(['quarantine', 'list', 'orders'], environment)).stdout).toBe(
    'Nothing is set aside.\n',
  );

  const retried = await runCommand(['quarantine', 'retry', 'customers', String(id)], environment);
  expect([retried.exitCode, retried.stdout]).toEqual([
    0,
    expect.stringMatching(new RegExp(`^${id} +unchanged`, 'm')),
  ]);
  const released = await runCommand(['quarantine', 'release', 'customers', '--json'], environment);
  expect(JSON.parse(released.stdout)).toEqual({ entity: 'customers', released: 1 });
  const again = await runCommand(['quarantine', 'release', 'customers'], environment);
  expect([again.exitCode, again.stderr]).toEqual([
    3,
    expect.stringContaining('None of the customers is set aside.'),
  ]);
  expect(
    JSON.parse((await runCommand(['quarantine', 'list', '--all', '--json'], environment)).stdout),
  ).toHaveLength(2);
  expect(await query('select act, outcome from sync.acts order by id')).toEqual([
    { act: 'quarantine retry', outcome: 'done' },
    { act: 'quarantine release', outcome: 'done' },
    { act: 'quarantine release', outcome: 'refused' },
  ]);
});
