import type { TestDatabase } from '@magento-sync/db/testing';
import type { MagentoShop, ShopOptions } from '@magento-sync/magento-testkit';
import pg from 'pg';
import { startShopAndCopy } from './shop-and-copy.ts';
import { administrator } from './sync-harness.ts';

/** A shop, an empty database for its copy, and the environment of a command that brings them together. */
export interface CliShop {
  readonly shop: MagentoShop;
  readonly copy: TestDatabase;
  /** Of the copy. */
  readonly url: string;
  readonly environment: Record<string, string>;
  /** Runs one statement on the database of the copy. */
  query(sql: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>;
}

/** Starts both sides; they are gone when the test ends. */
export async function startCliShop(
  options: ShopOptions = { population: { customers: 40 } },
): Promise<CliShop> {
  const { shop, copy } = await startShopAndCopy(options);
  return {
    shop,
    copy,
    url: copy.url,
    environment: environmentOf(shop, copy.url),
    query: (sql, values) => query(copy.url, sql, values),
  };
}

/** What a command needs to know of a shop and its copy. */
export function environmentOf(shop: MagentoShop, databaseUrl: string): Record<string, string> {
  return {
    MAGENTO_BASE_URL: shop.url,
    // Every test has a name, and with it queues, of its own.
    MAGENTO_SHOP: `test-${Math.random().toString(36).slice(2)}`,
    MAGENTO_USERNAME: administrator.username,
    MAGENTO_PASSWORD: administrator.password,
    MAGENTO_REQUESTS_PER_SECOND: '1000',
    DATABASE_URL: databaseUrl,
    // A busy machine is no reason to end in disorder.
    SHUTDOWN_DEADLINE: '5m',
    LOG_FORMAT: 'json',
  };
}

/** Pages so small that a backfill of thousands can be met in its middle. */
export const smallPages = { MAGENTO_PAGE_SIZE: '20', MAGENTO_MAX_PAGE_SIZE: '20' };

/** Runs one statement on a connection of its own; int8 values come as text. */
export async function query(
  url: string,
  sql: string,
  values: readonly unknown[] = [],
): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql, [...values])).rows;
  } finally {
    await client.end();
  }
}
