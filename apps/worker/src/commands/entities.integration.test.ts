import { expect, test } from 'vitest';
import { runCommand, startCli } from '../../testing/cli-process.ts';
import { startCliShop } from '../../testing/cli-shop.ts';

test('an unknown entity is refused with the names that there are', async () => {
  const { exitCode, stderr } = await runCommand(['pull'], { ENTITIES: 'customers,invoises' });
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/ENTITIES names "invoises", which is none of customers, orders.* \(or all\)/);
});

test('what is switched on later is filled by itself, every command takes its name, and what is off is not touched', async () => {
  const { environment, query } = await startCliShop({ population: { customers: 20 }, orders: 30 });
  const count = async (table: string) =>
    (await query(`select count(*)::int as rows from ${table}`))[0]?.['rows'];
  expect((await runCommand(['backfill'], environment)).exitCode).toBe(0);
  expect([await count('magento.customers'), await count('magento.orders')]).toEqual([20, 0]);

  const off = await runCommand(['pull', 'orders'], environment);
  expect([off.exitCode, off.stderr]).toEqual([
    2,
    expect.stringContaining('orders is not switched on. Set ENTITIES=customers,orders'),
  ]);

  const both = { ...environment, ENTITIES: 'orders, customers' };
  const filled = await runCommand(['backfill', 'orders'], both);
  expect([filled.exitCode, filled.stdout]).toEqual([0, expect.stringContaining('orders: backfill complete')]);
  expect(await count('magento.orders')).toBe(30);
  for (const command of ['pull', 'sweep', 'reconcile', 'verify']) {
    const { exitCode, stdout } = await runCommand([command], both);
    expect([command, exitCode]).toEqual([command, 0]);
    expect(stdout).toMatch(/^customers: .*\n(.*\n)*orders: /);
  }
  const status = await runCommand(['status'], both);
  expect(status.stdout).toMatch(/Rows +orders: 30 living, \d+ items, \d+ addresses, 30 payments/);
  const history = await runCommand(['history', 'orders', '1'], both);
  expect(history.exitCode).toBe(0);

  expect((await runCommand(['sweep'], environment)).stdout).not.toContain('orders');
  expect(await count('magento.orders')).toBe(30);
});

test('a daemon fills what was switched on since its last start, while everything else goes on', async () => {
  const { environment, query } = await startCliShop({ population: { customers: 20 }, orders: 30 });
  expect((await runCommand(['backfill'], environment)).exitCode).toBe(0);
  const daemon = await startCli(['daemon'], { ...environment, ENTITIES: 'all', PULL_EVERY: '1s' });
  const filled = () =>
    query(
      `select entity, completed_at is not null as complete from sync.checkpoints
       where kind = 'pull' and watermark is not null order by entity`,
    );
  await expect.poll(filled).toEqual(
    ['credit_memos', 'customers', 'invoices', 'orders', 'shipments'].map((entity) => ({
      entity,
      complete: true,
    })),
  );
  expect(await query('select count(*)::int as rows from magento.orders')).toEqual([{ rows: 30 }]);
  daemon.kill('SIGTERM');
  expect(await daemon.ended).toBe(0);
});

test('an entity without its right is named, and the others go on; doctor names the right', async () => {
  const { shop, environment, query } = await startCliShop({ population: { customers: 20 }, orders: 10 });
  const both = { ...environment, ENTITIES: 'all' };
  shop.faults.add({
    match: '/V1/orders',
    times: 1_000,
    answer: {
      kind: 'answer',
      status: 401,
      headers: { 'content-type': 'application/json' },
      body: '{"message":"The consumer isn\'t authorized to access %resources.","parameters":{"resources":"Magento_Sales::actions_view"}}',
    },
  });
  const { exitCode, stdout, stderr } = await runCommand(['backfill'], both);
  expect(exitCode).toBe(1);
  expect(stdout).toContain('customers: backfill complete');
  expect(stderr).toMatch(/^orders: .*Magento_Sales::actions_view/m);
  expect(await query('select count(*)::int as rows from magento.customers')).toEqual([{ rows: 20 }]);
  const doctor = await runCommand(['doctor'], both);
  expect(doctor.stdout).toMatch(/^PROBLEM +right Magento_Sales::actions_view /m);
  expect(doctor.stdout).toMatch(/^ok +right Magento_Customer::customer /m);
  expect((await runCommand(['doctor'], environment)).stdout).not.toContain('Magento_Sales');
});

test.each([
  ['in English', {}],
  [
    'in its language',
    { 'Request does not match any route.': 'La requête ne correspond à aucun itinéraire.' },
  ],
])(
  'a shop without the module says so %s: one sentence with the cure, and the others go on',
  async (_how, translations) => {
    const { environment, query } = await startCliShop({
      population: { customers: 20 },
      disabledModules: ['Magento_Sales'],
      translations,
    });
    const all = { ...environment, ENTITIES: 'customers,orders,invoices' };
    const sentence = (entity: string) =>
      `The shop offers no ${entity}: it has no route GET /V1/${entity} (404). Switch the module Magento_Sales on in the shop ` +
      `(bin/magento module:enable Magento_Sales). Or take ${entity} out of ENTITIES.`;
    const backfill = await runCommand(['backfill'], all);
    expect([backfill.exitCode, backfill.stdout]).toEqual([
      1,
      expect.stringMatching(/^customers: .*complete/m),
    ]);
    expect(backfill.stderr).toContain(`orders: ${sentence('orders')}\n`);
    expect(backfill.stderr).toContain(`invoices: ${sentence('invoices')}\n`);
    // What was never read has no changes either; customers have.
    const pull = await runCommand(['pull'], all);
    expect([pull.exitCode, pull.stdout]).toEqual([3, expect.stringMatching(/^customers: .*complete up to/m)]);
    expect(await query('select count(*)::int as rows from magento.customers')).toEqual([{ rows: 20 }]);
    const doctor = await runCommand(['doctor'], all);
    expect(doctor.stdout).toContain(sentence('orders'));
    expect(doctor.stdout).toMatch(/^ok +right Magento_Customer::customer /m);
  },
);
