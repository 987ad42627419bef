import { expect, test } from 'vitest';
import { startCli } from '../../testing/cli-process.ts';
import { startCliShop } from '../../testing/cli-shop.ts';

test('a backfill whose pages wait for each other in the shop asks for fewer at once', async () => {
  const { environment, query } = await startCliShop({
    population: { customers: 140 },
    // Three at once take 1.2 s each, as long as one after the other.
    phpWorkers: 1,
    latencyMs: 400,
  });
  const backfill = await startCli(['backfill'], {
    ...environment,
    MAGENTO_CONCURRENCY: '3',
    MAGENTO_PAGE_SIZE: '10',
    MAGENTO_MAX_PAGE_SIZE: '10',
    LOG_LEVEL: 'info',
  });
  expect(await backfill.ended).toBe(0);
  expect(backfill.stdout + backfill.stderr).toContain('only wait in the shop: one less from here on');
  expect(await query('select count(*)::int as rows from magento.customers')).toEqual([{ rows: 140 }]);
});
