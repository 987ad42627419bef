import { entities as definitions } from '@magento-sync/entities';
import type { Config } from '../config/config.ts';
import type { ShownShop } from './shop-look.ts';

/** The shops of a process, as its page is told of them; always the same list while nothing changes. */
export function shownShops({
  shop,
  entities,
  schedule,
  slowSweeps,
}: Pick<Config, 'shop' | 'entities' | 'schedule' | 'slowSweeps'>): () => readonly ShownShop[] {
  const chosen = definitions.filter(({ name }) => entities.includes(name));
  const { pullEveryMs, sweepPeriodMs, reconcileEveryMs } = schedule;
  const { allPeriodMs: sweepAllPeriodMs } = slowSweeps;
  const shown = {
    name: shop,
    entities: chosen,
    pullEveryMs,
    sweepPeriodMs,
    sweepAllPeriodMs,
    reconcileEveryMs,
  };
  return () => [shown];
}
