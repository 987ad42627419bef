import { createTestDatabase } from '@magento-sync/db/testing';
import { startMagentoShop } from '@magento-sync/magento-testkit';
import { expect, inject, onTestFinished, test } from 'vitest';
import { runCommand } from '../../testing/cli-process.ts';
import { environmentOf } from '../../testing/cli-shop.ts';
import { denyById, hideFromShortPages } from '../../testing/hidden-rows.ts';

async function start() {
  const shop = await startMagentoShop({ population: { customers: 40 } });
  onTestFinished(() => shop.stop());
  const copy = await createTestDatabase(inject('postgresUrls')['18']);
  onTestFinished(() => copy[Symbol.asyncDispose]());
  const environment = { ...environmentOf(shop, copy.url), MAGENTO_SHOP: 'test' };
  const [served, denied] = shop.customers.ids().slice(20) as [number, number];
  return { shop, environment, served, denied };
}

test('a row that stays hidden is named, and what was read of everything else goes on being pulled', async () => {
  const { shop, environment, served, denied } = await start();
  hideFromShortPages(shop, [served, denied]);
  denyById(shop, denied);
  const backfill = await runCommand(['backfill', '--json'], environment);
  expect(backfill.exitCode).toBe(3);
  expect(JSON.parse(backfill.stdout)).toMatchObject({
    status: 'incomplete',
    rangesLeft: 1,
    pull: { kind: 'pulled' },
  });
  const pull = await runCommand(['pull', '--json'], environment);
  expect(JSON.parse(pull.stdout)).toMatchObject([{ entity: 'customers' }]);

  const status = await runCommand(['status'], environment);
  expect(status.stdout).toContain('0 of 1 ranges, 1 with gaps');
  expect(status.stdout).toMatch(new RegExp(`^${served} .* left out of lists and read by its id`, 'm'));
  const check = await runCommand(['status', '--check'], environment);
  expect(check.exitCode).toBe(3);
  expect(check.stdout).toContain('read to its end, and 1 of 1 ranges do not add up');
  expect(check.stdout).toContain(
    'is set aside: left out of lists and read by its id at every run. The lists count it and do not show it',
  );
  expect(check.stdout).toContain(`It denies ${denied} also when asked by this id`);

  shop.faults.clear();
  const again = await runCommand(['backfill', '--json'], environment);
  expect(JSON.parse(again.stdout)).toMatchObject({ status: 'succeeded', rangesLeft: 0 });
});
