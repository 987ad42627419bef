import type { PageSize } from '@magento-sync/magento-client';
import type { SyncContext } from '../ports.ts';
import { type AdaptivePageSize, createPageSize, type PaceRules } from './page-size.ts';

/** Name of the capability that keeps the most rows the shop gives a page. */
export const pageLimitName = 'page_size_limit';

/** Most rows that the shop gives a page, and how that was found out; `null` while nothing limits it. */
export interface PageLimit {
  readonly max: number | null;
  /** `refused`: the shop says so itself. `cut`: it sends no more, and says nothing. */
  readonly how: 'refused' | 'cut' | 'none';
}

type Knowledge = Pick<SyncContext, 'shop' | 'store' | 'clock' | 'log'>;

/** Reads the limit that was found last; `undefined` when none was ever looked for. */
export async function knownPageLimit({ store, shop }: Knowledge): Promise<PageLimit | undefined> {
  const found = await store.capabilities.get(shop, pageLimitName);
  return found?.value as PageLimit | undefined;
}

/** Creates the page size of a shop with what is known of its limit; a limit that reads run into is remembered. */
export async function openPageSize(context: Knowledge, rules: PaceRules): Promise<AdaptivePageSize> {
  const { shop, store, clock, log } = context;
  const pageSize = createPageSize(rules, (max, how) => {
    log.info({ max, how }, 'the shop gives fewer rows a page than asked for; pages are smaller from here on');
    const limit: PageLimit = { max, how };
    store.capabilities.put(shop, pageLimitName, limit, clock.now()).catch((error: unknown) => {
      // The next read finds it again.
      log.warn({ err: error }, 'the limit of the shop could not be remembered');
    });
  });
  const known = await knownPageLimit(context);
  if (known) pageSize.know(known.max);
  return pageSize;
}

/** Rows a page of an entity. */
export function pageSizeOf({ settings }: Pick<SyncContext, 'settings'>, entity: string): PageSize {
  return settings.pageSizes?.[entity] ?? settings.pageSize;
}
