import { z } from 'zod';
import { UnexpectedPayloadError } from '../errors.ts';
import type { RestAnswer } from '../http/rest.ts';
import type { SearchResult } from '../search/search-result.ts';
import { itemTexts } from './item-texts.ts';
import { parsePayload } from './parse.ts';
import { id, list } from './scalars.ts';

const searchAnswer = z.object({ items: list(z.unknown()), total_count: id });

/** Reads the answer of a list endpoint, each row by `parseItem`, which gets the JSON of the row where it stands by itself. */
export function readSearchAnswer<T>(
  answer: RestAnswer,
  parseItem: (item: unknown, path: string, json?: string) => T,
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
  const texts = json === undefined ? undefined : itemTexts(json, items.length);
  return {
    items: items.map((item, index) => parseItem(item, path, texts?.[index])),
    totalCount,
    receivedAt,
    serverDate,
    durationMs,
    bytes,
  };
}
