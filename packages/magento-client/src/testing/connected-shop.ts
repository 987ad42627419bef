import { type MagentoShop, type ShopOptions, startMagentoShop } from '@magento-sync/magento-testkit';
import type { AuthOptions } from '../auth/strategy.ts';
import { createMagentoClient, type MagentoClient } from '../client.ts';

/** A stand-in shop and a client of it; disposing of it closes both. */
export interface ConnectedShop extends AsyncDisposable {
  readonly shop: MagentoShop;
  readonly client: MagentoClient;
  /** Ids of the customers of the shop. */
  readonly ids: readonly number[];
}

/** Starts a shop and creates a client that signs in to it in the given way. */
export async function connectToShop(auth: AuthOptions, options: ShopOptions): Promise<ConnectedShop> {
  const shop = await startMagentoShop(options);
  const client = createMagentoClient({
    baseUrl: shop.url,
    auth,
    budget: { concurrency: 4, requestsPerSecond: 1_000 },
  });
  return {
    shop,
    client,
    ids: shop.customers.ids(),
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await shop.stop();
    },
  };
}
