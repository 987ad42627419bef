import type {
  EntityDescriptor,
  EntityPage,
  IdPage,
  IdRange,
  PageCommit,
  PageOptions,
  Reread,
  RowComparison,
} from '../entity/entity.ts';
import type { SyncContext } from '../ports.ts';
import { breaksOverRows, isAboutMissingRows, mayBeAboutARow } from './broken-answers.ts';
import type { HiddenOutcome } from './hidden-rows.ts';
import { everyId, isWithin, largestPossibleId } from './id-ranges.ts';
import { patientEntity } from './outages.ts';
import { pageSizeOf } from './page-size.ts';
import { openQuarantine, type Quarantine, type QuarantineRetry } from './quarantine.ts';
import { findBrokenRow, resilientPages, withoutBroken } from './resilient-pages.ts';

/** A broken row of a walk by id is close behind its position; in a walk by changes its id may be any. */
const nearStep = 16;
const anywhereStep = 2 ** 20;
const noId: IdRange = { afterId: -1, upToId: 0 };

/** An entity whose answers may break over rows or hide them. */
export interface GuardedEntity extends EntityDescriptor {
  /** Reads a row that lists count and do not show, writes it, and leaves it out of lists when they cannot show it. */
  readHidden(id: number): Promise<HiddenOutcome>;
  /** Ids that lists leave out and that the shop serves by their own route. */
  readonly servedSingly: ReadonlySet<number>;
}

/**
 * An entity as one run reads it: a row over which answers break is found, set aside, and left out on both sides.
 *
 * Counts and ids of shop and copy leave out quarantined ids alike, so that no comparison takes one for missing or added.
 */
export async function guardEntity(
  context: SyncContext,
  descriptor: EntityDescriptor,
  account: Pick<PageCommit, 'runId' | 'cause'>,
  signal: AbortSignal,
  retries: QuarantineRetry = 'due',
): Promise<GuardedEntity> {
  const entity = patientEntity(context, descriptor, signal);
  const quarantine = await openQuarantine(context, entity, account, signal, retries);
  const excluding = () => [...quarantine.ids];
  /** Whether the first row of an interval breaks a page of one: the same kind of answer that the walk could not use. */
  const breaksPages = (pages: AsyncIterable<unknown>) => breaksOverRows(firstOf(pages));
  const worksElsewhere = async () => !(await breaksOverRows(entity.survey(context, signal, excluding())));
  const one = () => ({ signal, pageSize: 1, excluding: excluding() });

  /** A walk by ids, whether it is shown whole rows or ids alone. */
  const byId =
    <Page extends IdPage | EntityPage<IdPage['next']>>(
      pages: (context: SyncContext, range: IdRange, options: PageOptions) => AsyncIterable<Page>,
    ) =>
    (_context: SyncContext, { afterId, upToId }: IdRange, options: PageOptions): AsyncIterable<Page> =>
      resilientPages(quarantine, { id: afterId }, options.pageSize ?? pageSizeOf(context, entity.name), {
        open: ({ id }, page) => pages(context, { afterId: id, upToId }, { ...options, ...page }),
        locate: ({ id }) =>
          findBrokenRow({ afterId: id, upToId }, nearStep, (range) =>
            breaksPages(pages(context, range, one())),
          ),
        worksElsewhere,
      });

  return {
    ...entity,
    ...guardedCopy(entity, quarantine),

    readHidden: (id) => quarantine.readHidden(id),
    servedSingly: quarantine.servedSingly,

    pagesChangedSince(_context, position, options) {
      const { upTo, pageSize = pageSizeOf(context, entity.name) } = options;
      return resilientPages(quarantine, position, pageSize, {
        open: (after, page) => entity.pagesChangedSince(context, after, { ...options, ...page }),
        locate: (after) =>
          findByChanges(everyId, (range) =>
            breaksPages(entity.pagesChangedSince(context, after, { ...one(), upTo, range })),
          ),
        worksElsewhere,
      });
    },

    pagesInIdRange: byId(entity.pagesInIdRange),
    idPages: byId(entity.idPages),

    count(_context, _signal, range = everyId) {
      return withoutBroken(
        quarantine,
        (without) => entity.count(context, signal, range, without),
        () =>
          findBrokenRow(range, nearStep, (interval) =>
            breaksOverRows(entity.count(context, signal, interval, excluding())),
          ),
      );
    },

    countRanges(_context, _signal, ranges) {
      const all = { afterId: ranges[0]?.afterId ?? 0, upToId: ranges.at(-1)?.upToId ?? null };
      return withoutBroken(
        quarantine,
        (without) => entity.countRanges(context, signal, ranges, without),
        () =>
          findBrokenRow(all, nearStep, (interval) =>
            breaksOverRows(entity.count(context, signal, interval, excluding())),
          ),
      );
    },

    countChanges(_context, _signal, window) {
      return withoutBroken(
        quarantine,
        (without) => entity.countChanges(context, signal, { ...window, excluding: without }),
        () =>
          findByChanges(window.range ?? everyId, (range) =>
            breaksOverRows(
              entity.countChanges(context, signal, { ...window, range, excluding: excluding() }),
            ),
          ),
      );
    },

    async isMissing(_context, id) {
      try {
        return await entity.isMissing(context, id, signal);
      } catch (error) {
        if (!mayBeAboutARow(error) || !(await servesSingly(context, entity, signal))) throw error;
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
        await quarantine.suspectRows(error);
        return rereadOneByOne(reread, quarantine, servable);
      }
    },

    async compareByIds(_context, ids) {
      const compared: RowComparison[] = [];
      const compare = async (some: readonly number[]) => {
        compared.push(...(await entity.compareByIds(context, some, signal)));
      };
      for (const id of ids.filter((each) => quarantine.servedSingly.has(each))) {
        const single = entity.compareSingly(context, id, signal).then((found) => compared.push(...found));
        // It stays out of the comparison, as one that cannot be served at all.
        await breaksOverRows(single);
      }
      const servable = ids.filter((id) => !quarantine.ids.has(id));
      try {
        await compare(servable);
        return compared;
      } catch (error) {
        // Lists that count a row and do not show it.
        if (!isAboutMissingRows(error)) await quarantine.suspectRows(error);
      }
      for (const id of servable) {
        try {
          await compare([id]);
        } catch (error) {
          if (!isAboutMissingRows(error)) await quarantine.setAsideBroken(error, async () => id);
        }
      }
      return compared;
    },
  };
}

/** Whether the route of single records answers at all, proven by one that cannot exist. */
async function servesSingly(
  context: SyncContext,
  entity: EntityDescriptor,
  signal: AbortSignal,
): Promise<boolean> {
  return !(await breaksOverRows(entity.isMissing(context, largestPossibleId, signal)));
}

/**
 * Finds the row over which a search by stamps breaks; none where it breaks without any row as well, as in a shop that
 * refuses the stamp itself (a joined column of the same name makes it ambiguous).
 */
async function findByChanges(
  range: IdRange,
  breaks: (interval: IdRange) => Promise<boolean>,
): Promise<number | undefined> {
  return (await breaks(noId)) ? undefined : findBrokenRow(range, anywhereStep, breaks);
}

async function firstOf(pages: AsyncIterable<unknown>): Promise<void> {
  for await (const _page of pages) return;
}

/** The copy's side of comparisons. */
function guardedCopy(
  entity: EntityDescriptor,
  { ids: quarantined }: Quarantine,
): Pick<EntityDescriptor, 'countInCopy' | 'idsInCopy' | 'hashesInCopy'> {
  return {
    async countInCopy(context, range) {
      const count = await entity.countInCopy(context, range);
      const aside = [...quarantined].filter((id) => isWithin(id, range));
      return aside.length === 0 ? count : count - (await entity.livingInCopy(context, aside)).length;
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
      await quarantine.setAsideBroken(error, async () => id);
    }
  }
  return { outcome, gone };
}
