import type { Entity } from '@magento-sync/entities';
import { NotFoundError, type ShortPages, type SourceRecord } from '@magento-sync/magento-client';
import type { PageOutcome, SyncContext } from '../ports.ts';
import { askedAt } from '../pull/watermark.ts';
import { everyId, pageSizeOf } from '../reading/index.ts';
import { compareRecords } from './compare-records.ts';
import type { EntityDescriptor, RowComparison } from './entity.ts';
import { entityPage, readByIds, writeRecords } from './record-pages.ts';
import { windowsOf } from './windows.ts';

/** Whoever walks over records accounts for what they were shown. */
const shortPages: ShortPages = 'allowed';

/** All that the use cases do with the records of an entity, made from its definition. */
export function describeEntity(definition: Entity): EntityDescriptor {
  const { allBut, upToChange, withIdsOf, newestFirst, withIds, withinChanges, withinRange, withinRanges } =
    windowsOf(definition);
  const inShop = ({ magento }: SyncContext) => magento.records(definition);
  const inCopy = ({ store }: Pick<SyncContext, 'store'>) => store.copyOf(definition);
  return {
    name: definition.name,
    definition,

    async *pagesChangedSince(
      context,
      position,
      { signal, pageSize = pageSizeOf(context, definition.name), ...window },
    ) {
      const where = withIdsOf(upToChange(allBut(window.excluding), window.upTo), window.range);
      const options = { pageSize, signal, where, shortPages };
      for await (const page of inShop(context).pagesChangedSince(position, options)) {
        yield entityPage(context, definition, page, signal);
      }
    },

    async *pagesInIdRange(context, { afterId, upToId }, options) {
      const { signal, pageSize = pageSizeOf(context, definition.name), excluding } = options;
      const range = upToId === null ? { afterId } : { afterId, upToId };
      const walk = { pageSize, signal, where: allBut(excluding), shortPages };
      let reached = afterId;
      for await (const page of inShop(context).pagesInIdRange(range, walk)) {
        const span = page.next.id > reached ? { afterId: reached, upToId: page.next.id } : undefined;
        yield entityPage(context, definition, page, signal, span);
        reached = page.next.id;
      }
    },

    async survey(context, signal, excluding) {
      const newest = newestFirst(excluding);
      const search = (size: number) => inShop(context).search(newest.pageSize(size), { signal });
      const { items, totalCount, serverDate, durationMs } = await search(1);
      // A module may hide the newest one; the ids only have to be known roughly.
      const isHidden = items.length === 0 && totalCount > 0;
      const [largest] = isHidden ? (await search(newestToLookAt)).items : items;
      return {
        startedAt: askedAt(serverDate, durationMs) ?? context.clock.now(),
        largestId: largest?.id ?? 0,
        rows: totalCount,
      };
    },

    count(context, signal, range = everyId, excluding = []) {
      return inShop(context).count(withinRange(range, excluding), { signal });
    },

    countRanges(context, signal, ranges, excluding = []) {
      return inShop(context).count(withinRanges(ranges, excluding), { signal });
    },

    countChanges(context, signal, window) {
      return inShop(context).count(withinChanges(window), { signal });
    },

    async *idPages(context, { afterId, upToId }, options) {
      const { signal, pageSize = pageSizeOf(context, definition.name), excluding } = options;
      const range = upToId === null ? { afterId } : { afterId, upToId };
      const walk = { pageSize, signal, where: allBut(excluding), shortPages };
      for await (const page of inShop(context).idsInRange(range, walk)) {
        yield { size: page.ids.length, ...page };
      }
    },

    async countedInShop(context, ids, signal) {
      const counted: number[] = [];
      for (let start = 0; start < ids.length; start += mostIdsAtOnce) {
        const some = ids.slice(start, start + mostIdsAtOnce);
        if ((await inShop(context).count(withIds(some), { signal })) === 0) continue;
        for (const id of some) {
          if ((await inShop(context).count(withIds([id]), { signal })) > 0) counted.push(id);
        }
      }
      return counted;
    },

    isMissing: async (context, id, signal) => !(await readOne(context, definition, id, signal)),

    async reread(context, ids, account, signal) {
      let outcome = nothing;
      const gone: number[] = [];
      for (let start = 0; start < ids.length; start += mostIdsAtOnce) {
        const some = ids.slice(start, start + mostIdsAtOnce);
        const { items, receivedAt } = await readByIds(context, definition, some, signal);
        const written = await writeRecords(context, definition, {
          ...account,
          items,
          receivedAt,
          acceptOlder: true,
        });
        outcome = sumOf(outcome, written);
        const shown = new Set(items.map(({ id }) => id));
        const hidden = some.filter((id) => !shown.has(id));
        // An id that neither side has is worth no question: it may be anybody's invention.
        for (const id of await inCopy(context).livingIds(context.shop, hidden)) {
          if (!(await readOne(context, definition, id, signal))) gone.push(id);
        }
      }
      return { outcome, gone };
    },

    async compareByIds(context, ids, signal) {
      const compared: RowComparison[] = [];
      for (let start = 0; start < ids.length; start += mostIdsAtOnce) {
        const { items, receivedAt } = await readByIds(
          context,
          definition,
          ids.slice(start, start + mostIdsAtOnce),
          signal,
        );
        compared.push(...(await compareRecords(context, definition, items, receivedAt)));
      }
      return compared;
    },

    async compareSingly(context, id, signal) {
      const record = await readOne(context, definition, id, signal);
      return record ? compareRecords(context, definition, [record], context.clock.now(), spanOf(id)) : [];
    },

    livingInCopy: (context, ids) => inCopy(context).livingIds(context.shop, ids),

    rangeEndsInCopy: (context, afterId, rowsPerRange) =>
      inCopy(context).rangeEnds(context.shop, afterId, rowsPerRange),

    async readSingly(context, id, account, signal) {
      const record = await readOne(context, definition, id, signal);
      if (!record) return false;
      const receivedAt = context.clock.now();
      await writeRecords(context, definition, {
        ...account,
        items: [record],
        receivedAt,
        acceptOlder: true,
        span: spanOf(id),
      });
      return true;
    },

    async hashesInCopy(context, { afterId, upToId }) {
      const versions = await inCopy(context).hashesInRange(context.shop, afterId, upToId);
      return new Map([...versions].map(([id, { contentHash: hash }]) => [id, hash]));
    },

    idsInCopy(context, { afterId, upToId }) {
      return inCopy(context).idsInRange(context.shop, afterId, upToId);
    },

    lifeInCopy: ({ shop, store }, id) => inCopy({ store }).lifeOf(shop, id),

    markDeleted(context, ids, { cause, runId, confirmedAt }) {
      const deletion = { shop: context.shop, ids, confirmedAt, cause, runId };
      const copy = inCopy(context);
      return context.settings.deletions.keep === 'erase' ? copy.erase(deletion) : copy.tombstone(deletion);
    },

    async eraseTombstoned(context, { cause, confirmedAt }) {
      const copy = inCopy(context);
      let erased = 0;
      for (let afterId = 0; ; ) {
        const ids = await copy.tombstonedIds(context.shop, afterId, mostErasedAtOnce);
        // On no run's account: the brake counts what runs delete, and these were deleted long ago.
        erased += (await copy.erase({ shop: context.shop, ids, confirmedAt, cause })).length;
        const last = ids.at(-1);
        if (last === undefined || ids.length < mostErasedAtOnce) return erased;
        afterId = last;
      }
    },

    async recountCopy(context, what) {
      const blocks = await inCopy(context).recount(context.shop, what);
      if (blocks === 0) return;
      context.log.warn(
        { entity: definition.name, blocks },
        'the counts of rows did not fit the rows: corrected',
      );
    },

    countInCopy(context, { afterId, upToId }) {
      return inCopy(context).countInRange(context.shop, afterId, upToId);
    },

    countChangesInCopy(context, after, upTo) {
      return inCopy(context).countStamped(context.shop, after, upTo);
    },
  };
}

const nothing: PageOutcome = { inserted: 0, updated: 0, unchanged: 0, stale: 0 };
/** Keeps the address of the request well below what web servers take. */
const mostIdsAtOnce = 100;
const newestToLookAt = 20;
/** Each so many are erased for good before the next ones are looked for. */
const mostErasedAtOnce = 500;

/** A record by the route of a single one; undefined only when the shop itself says that there is none. */
async function readOne(
  context: SyncContext,
  entity: Entity,
  id: number,
  signal: AbortSignal,
): Promise<SourceRecord | undefined> {
  try {
    return await context.magento.records(entity).get(id, { signal });
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

function spanOf(id: number) {
  return { afterId: id - 1, upToId: id };
}

function sumOf(one: PageOutcome, other: PageOutcome): PageOutcome {
  return {
    inserted: one.inserted + other.inserted,
    updated: one.updated + other.updated,
    unchanged: one.unchanged + other.unchanged,
    stale: one.stale + other.stale,
  };
}
