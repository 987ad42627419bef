import { type PayloadProblem, UnexpectedPayloadError } from '../errors.ts';

/** Where a row stands in the order of a keyset: `updatedAt` is constant when the order is by id alone. */
export interface RowKey {
  readonly updatedAt: string;
  readonly id: number;
}

/** What a page must keep to. */
export interface PageBounds {
  readonly path: string;
  /** Every row comes after this one. */
  readonly after: RowKey;
  /** No id is larger. */
  readonly upToId: number | undefined;
}

/**
 * Checks that a page is what was asked for: order, bounds, no id twice.
 *
 * Each check stands for something that loses rows without an error: a misspelt sort field is ignored, a filter that
 * the database cannot read matches everything, a proxy may serve the answer of another request.
 */
export function assertPage(keys: readonly RowKey[], bounds: PageBounds): void {
  const { path, upToId } = bounds;
  const seen = new Set<number>();
  let previous = bounds.after;
  for (const [index, key] of keys.entries()) {
    if (seen.has(key.id)) throw unexpected(path, `id ${key.id} was sent twice in one page`, 'twins');
    seen.add(key.id);
    if (compareKeys(previous, key) >= 0) {
      throw unexpected(
        path,
        index === 0
          ? `the first row (${show(key)}) does not come after ${show(previous)}: the filter was not applied`
          : `row ${index + 1} (${show(key)}) does not come after ${show(previous)}: the sort order was not applied`,
      );
    }
    if (upToId !== undefined && key.id > upToId) {
      throw unexpected(path, `id ${key.id} is beyond ${upToId}: the filter was not applied`);
    }
    previous = key;
  }
}

/** The error for a page that is larger than asked for. */
export function tooManyRows(path: string, rows: number, pageSize: number): UnexpectedPayloadError {
  return unexpected(path, `${rows} rows were sent where at most ${pageSize} were asked for`);
}

/** Whether the count agrees with the rows; a change between the shop's two queries can disturb it for one request. */
export function isCountPlausible(rows: number, totalCount: number, pageSize: number): boolean {
  return rows === pageSize ? totalCount >= rows : totalCount === rows;
}

/** The error for a count that keeps disagreeing. */
export function implausibleCount(
  path: string,
  rows: number,
  totalCount: number,
  pageSize: number,
): UnexpectedPayloadError {
  return unexpected(
    path,
    `${totalCount} rows match, and of a page of ${pageSize} there came ${rows}, three times in a row: a limit or a module in the shop cuts pages`,
    'missing_rows',
  );
}

/** Whether a row stands behind another one in the order of a keyset. */
export function comesAfter(row: RowKey, other: RowKey): boolean {
  return compareKeys(other, row) < 0;
}

function compareKeys(left: RowKey, right: RowKey): number {
  if (left.updatedAt !== right.updatedAt) return left.updatedAt < right.updatedAt ? -1 : 1;
  return left.id - right.id;
}

function show(key: RowKey): string {
  return key.updatedAt === '' ? `id ${key.id}` : `${key.updatedAt}, id ${key.id}`;
}

function unexpected(
  path: string,
  what: string,
  problem: PayloadProblem = 'other_rows',
): UnexpectedPayloadError {
  return new UnexpectedPayloadError(
    `${path} did not answer what was asked for: ${what}. Nothing of this page is used. Look for a module, a cache or a proxy that changes the shop's answers.`,
    { path, problem },
  );
}
