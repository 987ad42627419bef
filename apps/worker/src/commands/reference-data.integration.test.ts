import { expect, inject, test } from 'vitest';
import { runCommand, runSuccessfully, startCli } from '../../testing/cli-process.ts';
import { startCliShop } from '../../testing/cli-shop.ts';
import { editAttributes, sentAttribute } from '../../testing/edit-attributes.ts';

const patience = { interval: 200 };

test('the command reads on demand and says what is new, for people and for machines', async () => {
  const { shop, environment } = await startCliShop({ population: { customers: 5 } });
  const run = (...options: string[]) => runCommand(['reference-data', ...options], environment);
  expect((await run()).exitCode).toBe(0);
  editAttributes(shop, (all) => [...all, sentAttribute('shoe_size', 'text', 'decimal')]);
  const told = await run();
  expect(told.exitCode).toBe(0);
  expect(told.stdout).toMatch(/^Read 6 customer groups, .*\ncustomer attributes: new: shoe_size\.\n/m);
  expect(told.stdout).toContain('magento.customers_flat: extended.');
  expect((await run()).stdout).toContain('Nothing is new');
  expect(JSON.parse((await run('--json')).stdout)).toMatchObject({
    status: 'succeeded',
    flatView: 'unchanged',
  });
});

test('an attribute that nobody has heard of is read at once, and only once', async () => {
  const { shop, environment, query } = await startCliShop({ population: { customers: 20 } });
  const fast = { ...environment, QUEUE_URL: inject('redisUrl'), PULL_EVERY: '1s' };
  await runSuccessfully(['backfill'], fast);
  await startCli(['daemon'], fast);
  editAttributes(shop, (all) => [...all, sentAttribute('shoe_size', 'text', 'decimal')]);
  for (const id of shop.customers.ids().slice(0, 3)) {
    shop.customers.save(id, {
      custom_attributes: [
        { attribute_code: 'shoe_size', value: '42.5' },
        { attribute_code: 'never_shown', value: 'x' },
      ],
    });
  }
  await expect
    .poll(
      () => query('select count(*) as n from magento.customers_flat where shoe_size = 42.5').catch(() => []),
      patience,
    )
    .toEqual([{ n: '3' }]);
  shop.customers.save(shop.customers.ids()[4]!, {
    custom_attributes: [{ attribute_code: 'never_shown', value: 'y' }],
  });
  await expect
    .poll(
      () => query(`select 1 as found from magento.customers where custom_attributes ->> 'never_shown' = 'y'`),
      patience,
    )
    .toEqual([{ found: 1 }]);
  const runs = await query(`select status from sync.runs where kind = 'reference-data'`);
  expect(runs).toEqual([{ status: 'succeeded' }, { status: 'succeeded' }]);
});
