import { createBudgetRepository } from '@magento-sync/db';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { startCli } from '../../../testing/cli-process.ts';
import { startCliShop } from '../../../testing/cli-shop.ts';
import { openShopBudget } from '../../shop-budget/shop-budget.ts';

test('of several workers each asks for as many small first pages as it may have in flight, and its other ranges wait for what they tell', async () => {
  const { environment, shop, copy, query } = await startCliShop({
    population: { customers: 3_000 },
    latencyMs: 100,
  });
  await using _another = await openShopBudget({
    shop: environment['MAGENTO_SHOP'] ?? '',
    budgets: createBudgetRepository(copy.database),
    limits: { concurrency: 6, requestsPerSecond: 1_000 },
    command: 'another',
    log: pino({ level: 'silent' }),
  });
  const backfill = await startCli(['backfill'], {
    ...environment,
    MAGENTO_CONCURRENCY: '6',
    MAGENTO_PAGE_SIZE: '100',
    MAGENTO_MAX_PAGE_SIZE: '300',
  });
  expect(await backfill.ended).toBe(0);
  const sizes = shop.requests
    .all()
    .filter(({ path, query }) => path.endsWith('/customers/search') && !query.includes('updated_at'))
    .map(({ query }) => /\[pageSize\]=(\d+)/.exec(query)?.[1]);
  expect(sizes.filter((size) => size === '100')).toHaveLength(3);
  expect(sizes.filter((size) => size === '300').length).toBeGreaterThan(6);
  expect(await query('select count(*)::int as rows from magento.customers')).toEqual([{ rows: 3_000 }]);
});
