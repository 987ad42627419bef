import type { ReferenceWatch, SyncContext } from '../ports.ts';

/**
 * Keeps the known names in memory, so that a page costs no query; asks PostgreSQL again only when it meets another one.
 *
 * Each unknown name is told once per process: an attribute of which the shop shows no metadata must not cause a read of
 * all reference data with every page. Nothing is told before reference data was read at all.
 */
export function createReferenceWatch(
  { shop, store }: Pick<SyncContext, 'shop' | 'store'>,
  onUnknown: (names: readonly string[]) => void,
): ReferenceWatch {
  const known = new Set<string>();
  const told = new Set<string>();
  return {
    async see({ attributes, attributesOf, ids }) {
      const met = new Set([
        ...attributes.map((code) => nameOf('attributes', code)),
        ...Object.entries(ids).flatMap(([kind, some]) => some.map((id) => nameOf(kind, id))),
      ]);
      const unknown = () => [...met].filter((name) => !known.has(name) && !told.has(name));
      if (unknown().length === 0) return;
      const codes =
        attributesOf === undefined ? [] : await store.referenceData.attributeCodes(shop, attributesOf);
      const knownIds = await store.referenceData.ids(shop);
      // Kinds that this account may not read at all are no news.
      for (const code of codes) known.add(nameOf('attributes', code));
      for (const [kind, some] of Object.entries(knownIds)) for (const id of some) known.add(nameOf(kind, id));
      const isRead = (name: string) => {
        const kind = name.split(' ')[0] ?? '';
        return kind === 'attributes' ? codes.length > 0 : knownIds[kind as keyof typeof knownIds].length > 0;
      };
      const news = unknown().filter(isRead);
      if (news.length === 0) return;
      for (const name of news) told.add(name);
      onUnknown(news);
    },
  };
}

function nameOf(kind: string, name: string | number): string {
  return `${kind} ${name}`;
}
