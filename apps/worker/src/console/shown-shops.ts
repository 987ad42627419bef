import { entities as definitions } from '@magento-sync/entities';
import type { ShownConfig } from '../config/config.ts';
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

/** The shops of a process for one, as its page is told of them; always the same list. */
export function shownShops(config: ShownConfig): () => readonly ShownShop[] {
  const shown = [shownShop(config)];
  return () => shown;
}
