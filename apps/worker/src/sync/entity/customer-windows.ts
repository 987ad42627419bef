import {
  type CustomerField,
  changedAfter,
  inIdRange,
  type SearchCriteria,
  searchCriteria,
} from '@magento-sync/magento-client';
import type { ChangeWindow, IdRange } from './entity.ts';

/** Every customer but the excluded ones. */
export function allBut(excluding: readonly number[] = []): SearchCriteria<CustomerField> {
  const all = searchCriteria<CustomerField>();
  return excluding.length === 0 ? all : all.where('entity_id', 'nin', excluding);
}

/** The customers with such ids. */
export function withIds(ids: readonly number[]): SearchCriteria<CustomerField> {
  return searchCriteria<CustomerField>().where('entity_id', 'in', ids);
}

/** What is left of a search up to a position in the order of changes, that position included. */
export function upToChange(
  where: SearchCriteria<CustomerField>,
  upTo: ChangeWindow['upTo'],
): SearchCriteria<CustomerField> {
  if (!upTo) return where;
  return where.where('updated_at', 'lteq', upTo.updatedAt).whereAny([
    ['updated_at', 'lt', upTo.updatedAt],
    ['entity_id', 'lteq', upTo.id],
  ]);
}

/** What is left of a search within an id range; all of it without one. */
export function withIdsOf(
  where: SearchCriteria<CustomerField>,
  range: IdRange | undefined,
): SearchCriteria<CustomerField> {
  if (!range) return where;
  const above = where.where('entity_id', 'gt', range.afterId);
  return range.upToId === null ? above : above.where('entity_id', 'lteq', range.upToId);
}

/** The customers of an id range, smallest id first. */
export function withinRange(
  { afterId, upToId }: IdRange,
  excluding?: readonly number[],
): SearchCriteria<CustomerField> {
  return inIdRange(allBut(excluding), afterId, upToId ?? undefined);
}

/** The customers of a stretch of changes, in the order of a pull. */
export function withinChanges({
  after,
  upTo,
  range,
  excluding,
}: ChangeWindow): SearchCriteria<CustomerField> {
  return changedAfter(withIdsOf(upToChange(allBut(excluding), upTo), range), after);
}
