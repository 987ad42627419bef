import { entities as definitions } from '@magento-sync/entities';
import { parseShownConfig, type ShownConfig } from '../config/config.ts';
import type { Environment } from '../config/environment.ts';
import type { ShopInFile } from '../shops-file/read-shops.ts';
import { withoutSecrets } from '../shops-file/shop-environment.ts';
import type { ShownShop } from './shop-look.ts';

/** A shop as the page is told of it. */
export function shownShop({ shop, entities, schedule, slowSweeps }: ShownConfig): ShownShop {
  const { pullEveryMs, sweepPeriodMs, reconcileEveryMs } = schedule;
  return {
    name: shop,
    entities: definitions.filter(({ name }) => entities.includes(name)),
    pullEveryMs,
    sweepPeriodMs,
    sweepAllPeriodMs: slowSweeps.allPeriodMs,
    reconcileEveryMs,
  };
}

/** A shop of the file as the page is told of it; its secrets may be where the daemon runs alone, and nothing here needs them. */
export function shownShopOf(shop: ShopInFile, environment: Environment): ShownShop {
  return shownShop(parseShownConfig(withoutSecrets(shop, environment)));
}

/** The shops of a process for one, as its page is told of them; always the same list. */
export function shownShops(config: ShownConfig): () => readonly ShownShop[] {
  const shown = [shownShop(config)];
  return () => shown;
}
