import { z } from 'zod';
import { UnexpectedPayloadError } from '../errors.ts';
import type { RestAnswer } from '../http/rest.ts';
import type { SearchResult } from '../search/search-result.ts';
import { itemTexts } from './item-texts.ts';
import { parsePayload } from './parse.ts';
import { id, list } from './scalars.ts';

const searchAnswer = z.object({ items: list(z.unknown()), total_count: id });

/** Gives the JSON of a row, where it is known. */
export type JsonOfRow = () => string | undefined;

/** Reads the answer of a list endpoint, each row by `parseItem`; rows are cut out of the JSON when one of them is asked for. */
export function readSearchAnswer<T>(
  answer: RestAnswer,
  parseItem: (item: unknown, path: string, json: JsonOfRow) => T,
): SearchResult<T> {
  const { body, json, path, receivedAt, serverDate, durationMs, bytes } = answer;
  // Magento: recordings/customers-search.json 'fields typo gives an empty array'.
  if (Array.isArray(body)) {
    throw new UnexpectedPayloadError(
      `${path} answered with a bare list instead of items and total_count. Check the spelling of fields; its brackets must match and it must not hold spaces.`,
      { path },
    );
  }
  const { items, total_count: totalCount } = parsePayload(searchAnswer, body, path);
  let texts: readonly string[] | undefined;
  const textOf = (index: number) => {
    texts ??= (json === undefined ? undefined : itemTexts(json, items.length)) ?? [];
    return texts[index];
  };
  return {
    items: items.map((item, index) => parseItem(item, path, () => textOf(index))),
    totalCount,
    receivedAt,
    serverDate,
    durationMs,
    bytes,
  };
}
