import { InvalidCriteriaError, UnexpectedPayloadError } from '../errors.ts';
import { assertMagentoTime, parseMagentoTime } from './magento-time.ts';
import type { RowKey } from './page-guards.ts';
import { type ReadPageOptions, readPage } from './read-page.ts';
import { type SearchCriteria, searchCriteria } from './search-criteria.ts';
import type { SearchResult, SearchSource } from './search-result.ts';

/** One page of a keyset read. */
export interface KeysetPage<T, Next> {
  readonly items: T[];
  /**
   * Rows that matched when this page was read, itself included.
   *
   * Where short pages are allowed it may say more than the pages show: of the last page, and of all of them together.
   */
  readonly totalCount: number;
  readonly serverDate: Date | null;
  readonly receivedAt: Date;
  readonly durationMs: number;
  readonly bytes: number;
  /** Where to go on after this page, also in another process. */
  readonly next: Next;
  /** The size at which it was read: smaller than asked for at first when the shop limits it. */
  readonly pageSize: number;
  /** True for the page that ends the read; it may be empty. */
  readonly last: boolean;
}

/** Where a read of changes stands: everything up to this row has been read. */
export interface ChangePosition {
  /** UTC, `YYYY-MM-DD HH:MM:SS`. */
  readonly updatedAt: string;
  readonly id: number;
}

/** What a list calls id and stamp, in filters and in sort orders. */
export interface KeysetNames {
  readonly id: { readonly filter: string; readonly sort: string };
  readonly stamp: { readonly filter: string; readonly sort: string };
}

const usualNames: KeysetNames = {
  id: { filter: 'entity_id', sort: 'entity_id' },
  stamp: { filter: 'updated_at', sort: 'updated_at' },
};

/** How a keyset is read. */
export type KeysetOptions = ReadPageOptions;

/**
 * Reads what changed since a position, oldest change first, always page 1 of a search that moves on.
 *
 * `(updated_at > T) or (updated_at = T and id > N)` is asked for as `updated_at >= T and (updated_at > T or id > N)`,
 * because Magento can only combine groups of OR by AND. A row that changes meanwhile moves to the end and is read
 * again, so none is missed. A page shorter than asked for is the last one, unless its count says more: whatever is stamped
 * after it was asked for is for the next read, which begins before this one ended.
 *
 * Magento: recordings/customers-search.json 'keyset on (updated_at, entity_id): inside the shared second'.
 */
export async function* changedSincePages<T, Field extends string>(
  source: SearchSource<T, Field>,
  keyOf: (item: T) => { updatedAt: string | null; id: number },
  start: ChangePosition,
  options: KeysetOptions & {
    /** Further conditions; without sort orders, which belong to the keyset. */
    readonly where?: SearchCriteria<Field>;
  },
  names = usualNames,
): AsyncGenerator<KeysetPage<T, ChangePosition>, void, undefined> {
  assertMagentoTime(start.updatedAt, 'The start of a read of changes');
  assertId(start.id, 'id');
  const where = options.where ?? searchCriteria<Field>();
  assertUnsorted(where, 'updated_at and entity_id');
  let position = start;
  for (let last = false; !last; ) {
    const after = position;
    const { result, pageSize, keys, sent, isShort } = await readPage(source, options, {
      bounds: { after: position, upToId: undefined },
      keyOf: (item) => stamped(keyOf(item), source.path),
      criteria: (size) => changedAfter(where, after, names).pageSize(size),
    });
    position = keys.at(-1) ?? position;
    last = sent < (isShort ? 1 : pageSize);
    yield toPage(result, { next: position, pageSize, last });
  }
}

/**
 * Reads the rows with ids in (afterId, upToId], smallest id first; without `upToId` to the end.
 *
 * A page shorter than asked for is the last one, unless its count says more: a limit may have cut it. Rows that commit
 * late with a smaller id than those already read are not seen: a read of changes that begins before this one finds them.
 */
export async function* idRangePages<T, Field extends string>(
  source: SearchSource<T, Field>,
  idOf: (item: T) => number,
  range: { readonly afterId: number; readonly upToId?: number | undefined },
  options: KeysetOptions & {
    /** Further conditions; without sort orders, which belong to the keyset. */
    readonly where?: SearchCriteria<Field>;
  },
  names = usualNames,
): AsyncGenerator<KeysetPage<T, { id: number }>, void, undefined> {
  assertId(range.afterId, 'afterId');
  if (range.upToId !== undefined && !(range.upToId > range.afterId)) {
    throw new InvalidCriteriaError(`The range after ${range.afterId} up to ${range.upToId} holds no id.`);
  }
  const where = options.where ?? searchCriteria<Field>();
  assertUnsorted(where, 'entity_id');
  let id = range.afterId;
  for (let last = false; !last; ) {
    const afterId = id;
    const { result, pageSize, keys, sent, isShort } = await readPage(source, options, {
      bounds: { after: { updatedAt: '', id: afterId }, upToId: range.upToId },
      keyOf: (item) => ({ updatedAt: '', id: idOf(item) }),
      criteria: (size) => inIdRange(where, afterId, range.upToId, names).pageSize(size),
    });
    id = keys.at(-1)?.id ?? id;
    last = sent < (isShort ? 1 : pageSize) || id === range.upToId;
    yield toPage(result, { next: { id }, pageSize, last });
  }
}

/** Narrows a search to the rows after a position, in the order of a read of changes. */
export function changedAfter<Field extends string>(
  where: SearchCriteria<Field>,
  { updatedAt, id }: ChangePosition,
  { id: { filter: byId, sort: idOrder }, stamp: { filter: byStamp, sort: stampOrder } } = usualNames,
): SearchCriteria<Field> {
  return (where as SearchCriteria<string>)
    .where(byStamp, 'gteq', updatedAt)
    .whereAny([
      [byStamp, 'gt', updatedAt],
      [byId, 'gt', id],
    ])
    .sortBy(stampOrder, 'ASC')
    .sortBy(idOrder, 'ASC') as SearchCriteria<Field>;
}

/** Narrows a search to the rows of an id range, smallest id first. */
export function inIdRange<Field extends string>(
  where: SearchCriteria<Field>,
  afterId: number,
  upToId: number | undefined,
  { id: { filter, sort } }: Pick<KeysetNames, 'id'> = usualNames,
): SearchCriteria<Field> {
  const above = (where as SearchCriteria<string>).where(filter, 'gt', afterId);
  const within = upToId === undefined ? above : above.where(filter, 'lteq', upToId);
  return within.sortBy(sort, 'ASC') as SearchCriteria<Field>;
}

function toPage<T, Next>(
  result: SearchResult<T>,
  state: { next: Next; pageSize: number; last: boolean },
): KeysetPage<T, Next> {
  return { ...result, ...state };
}

function stamped(key: { updatedAt: string | null; id: number }, path: string): RowKey {
  if (key.updatedAt !== null && parseMagentoTime(key.updatedAt) !== undefined) {
    return { updatedAt: key.updatedAt, id: key.id };
  }
  throw new UnexpectedPayloadError(
    `${path} sent row ${key.id} without a readable updated_at ("${key.updatedAt}") in a read that is ordered by it.`,
    { path },
  );
}

function assertUnsorted(where: SearchCriteria<string>, order: string): void {
  if (where.state.sortOrders.length > 0) {
    throw new InvalidCriteriaError(`This read is sorted by ${order}: leave out sortBy.`);
  }
}

function assertId(id: number, name: string): void {
  if (!Number.isSafeInteger(id) || id < 0) {
    throw new InvalidCriteriaError(`${name} must be a whole number from 0, not ${id}.`);
  }
}
