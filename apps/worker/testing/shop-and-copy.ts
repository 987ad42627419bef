import { createTestDatabase, type TestDatabase } from '@magento-sync/db/testing';
import { type MagentoShop, type ShopOptions, startMagentoShop } from '@magento-sync/magento-testkit';
import { inject, onTestFinished } from 'vitest';

/** Starts a shop and an empty database for its copy; both are gone when the test ends. */
export async function startShopAndCopy(
  options: ShopOptions = {},
): Promise<{ shop: MagentoShop; copy: TestDatabase }> {
  const shop = await startMagentoShop(options);
  onTestFinished(() => shop.stop());
  return { shop, copy: await createCopy() };
}

/** Creates an empty database for a copy; it is gone when the test ends. */
export async function createCopy(): Promise<TestDatabase> {
  const copy = await createTestDatabase(inject('postgresUrls')['18']);
  onTestFinished(() => copy[Symbol.asyncDispose]());
  return copy;
}
