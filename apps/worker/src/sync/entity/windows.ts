import type { Entity } from '@magento-sync/entities';
import {
  changedAfter,
  inIdRange,
  type KeysetNames,
  type SearchCriteria,
  searchCriteria,
} from '@magento-sync/magento-client';
import type { ChangeWindow, IdRange } from './entity.ts';

/** Which records of an entity are searched for, in its own names of id and stamp. */
export function windowsOf({ id, stamp }: Pick<Entity, 'id' | 'stamp'>) {
  const names: KeysetNames = { id, stamp };

  /** Every record but the excluded ones. */
  const allBut = (excluding: readonly number[] = []): SearchCriteria => {
    const all = searchCriteria();
    return excluding.length === 0 ? all : all.where(id.filter, 'nin', excluding);
  };

  /** What is left of a search up to a position in the order of changes, that position included. */
  const upToChange = (where: SearchCriteria, upTo: ChangeWindow['upTo']): SearchCriteria => {
    if (!upTo) return where;
    return where.where(stamp.filter, 'lteq', upTo.updatedAt).whereAny([
      [stamp.filter, 'lt', upTo.updatedAt],
      [id.filter, 'lteq', upTo.id],
    ]);
  };

  /** What is left of a search within an id range; all of it without one. */
  const withIdsOf = (where: SearchCriteria, range: IdRange | undefined): SearchCriteria => {
    if (!range) return where;
    const above = where.where(id.filter, 'gt', range.afterId);
    return range.upToId === null ? above : above.where(id.filter, 'lteq', range.upToId);
  };

  return {
    allBut,
    upToChange,
    withIdsOf,

    /** The newest record first, by id. */
    newestFirst: (excluding?: readonly number[]): SearchCriteria => allBut(excluding).sortBy(id.sort, 'DESC'),

    /** The records with such ids. */
    withIds: (ids: readonly number[]): SearchCriteria => searchCriteria().where(id.filter, 'in', ids),

    /** The records of an id range, smallest id first. */
    withinRange: ({ afterId, upToId }: IdRange, excluding?: readonly number[]): SearchCriteria =>
      inIdRange(allBut(excluding), afterId, upToId ?? undefined, names),

    /** The records of several id ranges, smallest id first: all from the first to the last, but for what is between two of them. */
    withinRanges: (ranges: readonly IdRange[], excluding?: readonly number[]): SearchCriteria => {
      const ends = { afterId: ranges[0]?.afterId ?? 0, upToId: ranges.at(-1)?.upToId ?? undefined };
      const outside = ranges.slice(1).reduce((where, { afterId }, index) => {
        const before = ranges[index]?.upToId ?? afterId;
        return where.whereAny([
          [id.filter, 'lteq', before],
          [id.filter, 'gt', afterId],
        ]);
      }, allBut(excluding));
      return inIdRange(outside, ends.afterId, ends.upToId, names);
    },

    /** The records of a stretch of changes, in the order of a pull. */
    withinChanges: ({ after, upTo, range, excluding }: ChangeWindow): SearchCriteria =>
      changedAfter(withIdsOf(upToChange(allBut(excluding), upTo), range), after, names),
  };
}
