import { type Customer, NotFoundError, type ShortPages } from '@magento-sync/magento-client';
import type { PageOutcome, SyncContext } from '../ports.ts';
import { askedAt } from '../pull/watermark.ts';
import { compareCustomers } from './compare-customers.ts';
import { entityPage, readByIds, writeCustomers } from './customer-pages.ts';
import { allBut, upToChange, withIds, withIdsOf, withinChanges, withinRange } from './customer-windows.ts';
import type { EntityDescriptor, RowComparison } from './entity.ts';

/** Whoever walks over customers accounts for what they were shown. */
const shortPages: ShortPages = 'allowed';

/** Customers with their addresses: the first entity. */
export const customers: EntityDescriptor = {
  name: 'customers',

  async *pagesChangedSince(context, position, { signal, pageSize = context.settings.pageSize, ...window }) {
    const where = withIdsOf(upToChange(allBut(window.excluding), window.upTo), window.range);
    const options = { pageSize, signal, where, shortPages };
    for await (const page of context.magento.customers.pagesChangedSince(position, options)) {
      yield entityPage(context, page, signal);
    }
  },

  async *pagesInIdRange(context, { afterId, upToId }, options) {
    const { signal, pageSize = context.settings.pageSize, excluding } = options;
    const range = upToId === null ? { afterId } : { afterId, upToId };
    const walk = { pageSize, signal, where: allBut(excluding), shortPages };
    for await (const page of context.magento.customers.pagesInIdRange(range, walk)) {
      yield entityPage(context, page, signal);
    }
  },

  async survey(context, signal, excluding) {
    const newest = allBut(excluding).sortBy('entity_id', 'DESC');
    const search = (size: number) => context.magento.customers.search(newest.pageSize(size), { signal });
    const { items, totalCount, serverDate, durationMs } = await search(1);
    // A module may hide the newest one; the ids only have to be known roughly.
    const isHidden = items.length === 0 && totalCount > 0;
    const [largest] = isHidden ? (await search(newestToLookAt)).items : items;
    return {
      startedAt: askedAt(serverDate, durationMs) ?? context.clock.now(),
      largestId: largest?.id ?? 0,
    };
  },

  count(context, signal, range = { afterId: 0, upToId: null }, excluding = []) {
    return context.magento.customers.count(withinRange(range, excluding), { signal });
  },

  countChanges(context, signal, window) {
    return context.magento.customers.count(withinChanges(window), { signal });
  },

  async *idPages(context, { afterId, upToId }, options) {
    const { signal, pageSize = context.settings.pageSize, excluding } = options;
    const range = upToId === null ? { afterId } : { afterId, upToId };
    const walk = { pageSize, signal, where: allBut(excluding), shortPages };
    for await (const page of context.magento.customers.idsInRange(range, walk)) {
      yield { size: page.ids.length, ...page };
    }
  },

  async countedInShop(context, ids, signal) {
    const counted: number[] = [];
    for (let start = 0; start < ids.length; start += mostIdsAtOnce) {
      const some = ids.slice(start, start + mostIdsAtOnce);
      if ((await context.magento.customers.count(withIds(some), { signal })) === 0) continue;
      for (const id of some) {
        if ((await context.magento.customers.count(withIds([id]), { signal })) > 0) counted.push(id);
      }
    }
    return counted;
  },

  isMissing: async (context, id, signal) => !(await readOne(context, id, signal)),

  async reread(context, ids, account, signal) {
    let outcome = nothing;
    const gone: number[] = [];
    for (let start = 0; start < ids.length; start += mostIdsAtOnce) {
      const some = ids.slice(start, start + mostIdsAtOnce);
      const { items, receivedAt } = await readByIds(context, some, signal);
      const written = await writeCustomers(context, { ...account, items, receivedAt, acceptOlder: true });
      outcome = sumOf(outcome, written);
      const shown = new Set(items.map(({ id }) => id));
      const hidden = some.filter((id) => !shown.has(id));
      // An id that neither side has is worth no question: it may be anybody's invention.
      for (const id of await context.store.customers.livingIds(context.shop, hidden)) {
        if (!(await readOne(context, id, signal))) gone.push(id);
      }
    }
    return { outcome, gone };
  },

  async compareByIds(context, ids, signal) {
    const compared: RowComparison[] = [];
    for (let start = 0; start < ids.length; start += mostIdsAtOnce) {
      const { items, receivedAt } = await readByIds(context, ids.slice(start, start + mostIdsAtOnce), signal);
      compared.push(...(await compareCustomers(context, items, receivedAt)));
    }
    return compared;
  },

  async compareSingly(context, id, signal) {
    const customer = await readOne(context, id, signal);
    return customer ? compareCustomers(context, [customer], context.clock.now()) : [];
  },

  livingInCopy: (context, ids) => context.store.customers.livingIds(context.shop, ids),

  rangeEndsInCopy: (context, afterId, rowsPerRange) =>
    context.store.customers.rangeEnds(context.shop, afterId, rowsPerRange),

  async readSingly(context, id, account, signal) {
    const customer = await readOne(context, id, signal);
    if (!customer) return false;
    const receivedAt = context.clock.now();
    await writeCustomers(context, { ...account, items: [customer], receivedAt, acceptOlder: true });
    return true;
  },

  async hashesInCopy(context, { afterId, upToId }) {
    const versions = await context.store.customers.hashesInRange(context.shop, afterId, upToId);
    return new Map([...versions].map(([id, { contentHash: hash }]) => [id, hash]));
  },

  idsInCopy(context, { afterId, upToId }) {
    return context.store.customers.idsInRange(context.shop, afterId, upToId);
  },

  lifeInCopy: ({ shop, store }, id) => store.customers.lifeOf(shop, id),

  markDeleted(context, ids, { cause, runId, confirmedAt }) {
    const deletion = { shop: context.shop, ids, confirmedAt, cause, runId };
    const { customers: copy } = context.store;
    return context.settings.deletions.keep === 'erase' ? copy.erase(deletion) : copy.tombstone(deletion);
  },

  async eraseTombstoned(context, { cause, confirmedAt }) {
    const { customers: copy } = context.store;
    const ids = await copy.tombstonedIds(context.shop);
    // On no run's account: the brake counts what runs delete, and these were deleted long ago.
    return (await copy.erase({ shop: context.shop, ids, confirmedAt, cause })).length;
  },

  countInCopy(context, { afterId, upToId }) {
    return context.store.customers.countInRange(context.shop, afterId, upToId);
  },

  countChangesInCopy(context, after, upTo) {
    return context.store.customers.countStamped(context.shop, after, upTo);
  },
};

const nothing: PageOutcome = { inserted: 0, updated: 0, unchanged: 0, stale: 0 };
/** Keeps the address of the request well below what web servers take. */
const mostIdsAtOnce = 100;
const newestToLookAt = 20;

/** A customer by the route of a single one; undefined only when the shop itself says that there is none. */
async function readOne(context: SyncContext, id: number, signal: AbortSignal): Promise<Customer | undefined> {
  try {
    return await context.magento.customers.get(id, { signal });
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

function sumOf(one: PageOutcome, other: PageOutcome): PageOutcome {
  return {
    inserted: one.inserted + other.inserted,
    updated: one.updated + other.updated,
    unchanged: one.unchanged + other.unchanged,
    stale: one.stale + other.stale,
  };
}
