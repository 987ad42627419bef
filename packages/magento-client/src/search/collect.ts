import { UnexpectedPayloadError } from '../errors.ts';

/** A page is known by its count, because a row may have `items` of its own, as an order does. */
interface Page<T> {
  readonly items: readonly T[];
  readonly totalCount: number;
}

/** Gathers what an iterator yields, one row or one page of rows at a time; fails when there are more than `limit` rows. */
export async function collect<T>(source: AsyncIterable<T | Page<T>>, limit: number): Promise<T[]> {
  const rows: T[] = [];
  for await (const part of source) {
    if (isPage(part)) rows.push(...part.items);
    else rows.push(part);
    if (rows.length > limit) {
      throw new UnexpectedPayloadError(
        `There are more than ${limit} rows. Raise the limit, or go through the pages one by one instead of holding all in memory.`,
        { path: '' },
      );
    }
  }
  return rows;
}

function isPage<T>(part: T | Page<T>): part is Page<T> {
  return (
    typeof part === 'object' &&
    part !== null &&
    'items' in part &&
    'totalCount' in part &&
    Array.isArray(part.items)
  );
}
