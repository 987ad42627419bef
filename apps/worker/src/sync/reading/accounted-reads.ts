import type { ChangePosition } from '@magento-sync/magento-client';
import type { IdPage, IdRange } from '../entity/entity.ts';
import type { SyncContext } from '../ports.ts';
import type { GuardedEntity } from './guarded-entity.ts';
import type { Stretch } from './hidden-rows.ts';
import { fullEffort } from './hidden-rows.ts';
import { everyId } from './id-ranges.ts';
import type { AccountedReads } from './read-account.ts';

/** A place in a walk by ids. */
export interface IdPlace {
  readonly id: number;
}

/** How a walk by ids reads, counts, and reads hidden rows. */
export function readsByIds(
  context: SyncContext,
  entity: GuardedEntity,
  signal: AbortSignal,
): Required<AccountedReads<IdPlace>> {
  return {
    pages: (stretch) => entity.pagesInIdRange(context, rangeOf(stretch), { signal }),
    count: (stretch, ids = rangeOf(stretch)) => entity.count(context, signal, ids),
    hidden: { idsOf: rangeOf, read: (id) => entity.readHidden(id), effort: fullEffort() },
  };
}

/** The same for ids alone. */
export function readsOfIds(
  context: SyncContext,
  entity: GuardedEntity,
  signal: AbortSignal,
): Required<AccountedReads<IdPlace, IdPage>> {
  const { count, hidden } = readsByIds(context, entity, signal);
  return { pages: (stretch) => entity.idPages(context, rangeOf(stretch), { signal }), count, hidden };
}

/** How a walk by changes reads, counts, and reads hidden rows. */
export function readsByChanges(
  context: SyncContext,
  entity: GuardedEntity,
  signal: AbortSignal,
): Required<AccountedReads<ChangePosition>> {
  return {
    pages: ({ after, upTo }) => entity.pagesChangedSince(context, after, { signal, upTo }),
    count: (stretch, ids) => entity.countChanges(context, signal, ids ? { ...stretch, range: ids } : stretch),
    // A change does not tell the id of its row.
    hidden: {
      idsOf: () => everyId,
      read: (id) => entity.readHidden(id),
      effort: fullEffort(),
    },
  };
}

function rangeOf({ after, upTo }: Stretch<IdPlace>): IdRange {
  return { afterId: after.id, upToId: upTo?.id ?? null };
}
