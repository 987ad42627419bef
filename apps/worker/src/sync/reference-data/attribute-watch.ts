import type { AttributeWatch, SyncContext } from '../ports.ts';

/**
 * Keeps the known codes in memory, so that a page costs no query; asks PostgreSQL again only when it meets another one.
 *
 * Each unknown code is told once per process: an attribute of which the shop shows no metadata must not cause a read of
 * all metadata with every page. Nothing is told before reference data was read at all.
 */
export function createAttributeWatch(
  { shop, store }: Pick<SyncContext, 'shop' | 'store'>,
  onUnknown: (codes: readonly string[]) => void,
): AttributeWatch {
  let known = new Set<string>();
  const told = new Set<string>();
  return {
    async see(records) {
      const met = new Set(records.flatMap(({ customAttributes }) => Object.keys(customAttributes)));
      const unknown = () => [...met].filter((code) => !known.has(code) && !told.has(code));
      if (unknown().length === 0) return;
      known = new Set(await store.referenceData.attributeCodes(shop, 'customer'));
      const news = unknown();
      if (known.size === 0 || news.length === 0) return;
      for (const code of news) told.add(code);
      onUnknown(news);
    },
  };
}
