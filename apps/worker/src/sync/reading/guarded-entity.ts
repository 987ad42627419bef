import { ServerFault, UnexpectedPayloadError } from '@magento-sync/magento-client';
import type { EntityDescriptor, IdRange, PageCommit, Reread, RowComparison } from '../entity/entity.ts';
import type { SyncContext } from '../ports.ts';
import { findGuiltyId } from './find-guilty-id.ts';
import { isWithin } from './id-ranges.ts';
import { failsOverRows, openQuarantine, type Quarantine, type QuarantineRetry } from './quarantine.ts';
import { resilientPages, withoutUnservable } from './resilient-pages.ts';
import type { HiddenOutcome } from './settle-hidden.ts';

/** A guilty row of a walk by id is close behind its position; in a walk by changes its id may be any. */
const nearStep = 16;
const anywhereStep = 2 ** 20;

/** An entity whose lists may fail over rows or hide them. */
export interface GuardedEntity extends EntityDescriptor {
  /** Reads a row that lists count and do not show, writes it, and leaves it out of lists when they cannot show it. */
  readHidden(id: number): Promise<HiddenOutcome>;
  /** Ids that lists leave out and that the shop serves by their own route. */
  readonly servedSingly: ReadonlySet<number>;
}

/**
 * An entity as one run reads it: a row over which the shop fails is found, set aside, and left out on both sides.
 *
 * Counts and ids of shop and copy leave out quarantined ids alike, so that no comparison takes one for missing or added.
 */
export async function guardEntity(
  context: SyncContext,
  entity: EntityDescriptor,
  account: Pick<PageCommit, 'runId' | 'cause'>,
  signal: AbortSignal,
  retries: QuarantineRetry = 'due',
): Promise<GuardedEntity> {
  const quarantine = await openQuarantine(context, entity, account, signal, retries);
  const excluding = () => [...quarantine.ids];
  const inRange = (range: IdRange) =>
    findGuiltyId(range, nearStep, (interval) =>
      failsOverRows(entity.count(context, signal, interval, excluding())),
    );
  const guarded: GuardedEntity = {
    ...entity,
    ...guardedCopy(entity, quarantine),

    readHidden: (id) => quarantine.readHidden(id),
    servedSingly: quarantine.servedSingly,

    pagesChangedSince(_context, position, options) {
      const { upTo, pageSize = context.settings.pageSize } = options;
      return resilientPages(quarantine, position, pageSize, {
        open: (after, page) => entity.pagesChangedSince(context, after, { ...options, ...page }),
        locate: (after) =>
          findGuiltyId({ afterId: 0, upToId: null }, anywhereStep, (range) =>
            failsOverRows(
              entity.countChanges(context, signal, { after, upTo, range, excluding: excluding() }),
            ),
          ),
      });
    },

    pagesInIdRange(_context, { afterId, upToId }, options) {
      const { pageSize = context.settings.pageSize } = options;
      return resilientPages(quarantine, { id: afterId }, pageSize, {
        open: ({ id }, page) =>
          entity.pagesInIdRange(context, { afterId: id, upToId }, { ...options, ...page }),
        locate: ({ id }) => inRange({ afterId: id, upToId }),
      });
    },

    idPages(_context, { afterId, upToId }, options) {
      const { pageSize = context.settings.pageSize } = options;
      return resilientPages(quarantine, { id: afterId }, pageSize, {
        open: ({ id }, page) => entity.idPages(context, { afterId: id, upToId }, { ...options, ...page }),
        locate: ({ id }) => inRange({ afterId: id, upToId }),
      });
    },

    count(_context, _signal, range = { afterId: 0, upToId: null }) {
      return withoutUnservable(
        quarantine,
        (without) => entity.count(context, signal, range, without),
        () => inRange(range),
      );
    },

    countChanges(_context, _signal, window) {
      return withoutUnservable(
        quarantine,
        (without) => entity.countChanges(context, signal, { ...window, excluding: without }),
        () =>
          findGuiltyId(window.range ?? { afterId: 0, upToId: null }, anywhereStep, (range) =>
            failsOverRows(entity.countChanges(context, signal, { ...window, range, excluding: excluding() })),
          ),
      );
    },

    async isMissing(_context, id) {
      try {
        return await entity.isMissing(context, id, signal);
      } catch (error) {
        if (!(error instanceof ServerFault) || !(await quarantine.answers())) throw error;
        await quarantine.add(id, error);
        return false;
      }
    },

    async reread(_context, ids, ask) {
      const servable = ids.filter((id) => !quarantine.ids.has(id));
      const reread = (some: readonly number[]) => entity.reread(context, some, ask, signal);
      try {
        return await reread(servable);
      } catch (error) {
        await quarantine.blame(error, async () => undefined);
        return rereadOneByOne(reread, quarantine, servable);
      }
    },

    async compareByIds(_context, ids) {
      const compared: RowComparison[] = [];
      const compare = async (some: readonly number[]) => {
        compared.push(...(await entity.compareByIds(context, some, signal)));
      };
      for (const id of ids.filter((each) => quarantine.servedSingly.has(each))) {
        const one = entity.compareSingly(context, id, signal).then((found) => compared.push(...found));
        // It stays out of the comparison, as one that cannot be served at all.
        await failsOverRows(one);
      }
      const servable = ids.filter((id) => !quarantine.ids.has(id));
      try {
        await compare(servable);
        return compared;
      } catch (error) {
        // Lists that count a row and do not show it.
        if (!(error instanceof UnexpectedPayloadError)) await quarantine.blame(error, async () => undefined);
      }
      for (const id of servable) {
        try {
          await compare([id]);
        } catch (error) {
          if (!(error instanceof UnexpectedPayloadError)) await quarantine.blame(error, async () => id);
        }
      }
      return compared;
    },
  };
  return guarded;
}

/** The copy's side of comparisons. */
function guardedCopy(
  entity: EntityDescriptor,
  { ids: quarantined }: Quarantine,
): Pick<EntityDescriptor, 'countInCopy' | 'idsInCopy' | 'hashesInCopy'> {
  return {
    async countInCopy(context, range) {
      let count = await entity.countInCopy(context, range);
      for (const id of quarantined) {
        if (!isWithin(id, range)) continue;
        count -= await entity.countInCopy(context, { afterId: id - 1, upToId: id });
      }
      return count;
    },
    async idsInCopy(context, range) {
      return (await entity.idsInCopy(context, range)).filter((id) => !quarantined.has(id));
    },
    async hashesInCopy(context, range) {
      const hashes = await entity.hashesInCopy(context, range);
      for (const id of quarantined) hashes.delete(id);
      return hashes;
    },
  };
}

async function rereadOneByOne(
  reread: (ids: readonly number[]) => Promise<Reread>,
  quarantine: Quarantine,
  ids: readonly number[],
): Promise<Reread> {
  const outcome = { inserted: 0, updated: 0, unchanged: 0, stale: 0 };
  const gone: number[] = [];
  for (const id of ids) {
    try {
      const one = await reread([id]);
      for (const kind of ['inserted', 'updated', 'unchanged', 'stale'] as const)
        outcome[kind] += one.outcome[kind];
      gone.push(...one.gone);
    } catch (error) {
      await quarantine.blame(error, async () => id);
    }
  }
  return { outcome, gone };
}
