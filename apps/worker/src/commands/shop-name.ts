import type { StorageConfig } from '../config/config.ts';
import { UsageError } from '../failure.ts';

/** The short name of the shop, for commands that only look at the copy. Throws a `UsageError` when it is not known. */
export function requireShopName({ shop }: StorageConfig): string {
  if (shop) return shop;
  throw new UsageError(
    'Say which shop is meant: set MAGENTO_SHOP to its short name, or MAGENTO_BASE_URL to its address.',
  );
}
