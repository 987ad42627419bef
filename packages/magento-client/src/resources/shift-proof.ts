import { z } from 'zod';
import { AlteredSearchError } from '../errors.ts';
import { id as idSchema } from '../payloads/scalars.ts';
import type { KeysetNames } from '../search/keyset-pages.ts';
import { parseMagentoTime } from '../search/magento-time.ts';
import { type SearchCriteria, searchCriteria } from '../search/search-criteria.ts';

/** Sends one search of a list whose filters' times may arrive shifted by what `acceptsShift` says yes to. */
type Search = (
  criteria: SearchCriteria<string>,
  call: { signal: AbortSignal | undefined; acceptsShift: (minutes: number) => Promise<boolean> },
) => Promise<{ readonly items: readonly unknown[]; readonly totalCount: number }>;

/** A row may change between the two requests of a proof. */
const ATTEMPTS = 2;

/**
 * Tells whether a shift of the times in a list's filters is harmless, because the times that the list shows are shifted alike.
 *
 * Proven by a row that is found by the stamp that it shows, while that stamp arrives shifted by this amount. What is proven is
 * remembered; it costs two requests.
 */
export function createShiftProof(
  names: KeysetNames,
  json: { readonly id: string; readonly stamp: string },
  search: Search,
): (minutes: number, signal?: AbortSignal) => Promise<boolean> {
  const proven = new Set<number>();
  const row = z
    .object({ [json.id]: idSchema, [json.stamp]: z.string() })
    .transform((value) => ({ id: Number(value[json.id]), stamp: String(value[json.stamp]) }));

  const findsByShownStamp = async (minutes: number, signal: AbortSignal | undefined) => {
    let arrivedShifted = false;
    const acceptsShift = (seen: number) => {
      arrivedShifted = seen === minutes;
      return Promise.resolve(arrivedShifted);
    };
    const newest = searchCriteria<string>().sortBy(names.stamp.sort, 'DESC').pageSize(1);
    const shown = row.safeParse((await search(newest, { signal, acceptsShift })).items[0]).data;
    if (shown === undefined || parseMagentoTime(shown.stamp) === undefined) return false;
    const same = searchCriteria<string>()
      .where(names.id.filter, 'eq', shown.id)
      .where(names.stamp.filter, 'eq', shown.stamp)
      .pageSize(1);
    const { items, totalCount } = await search(same, { signal, acceptsShift });
    return arrivedShifted && totalCount === 1 && row.safeParse(items[0]).data?.id === shown.id;
  };

  return async (minutes, signal) => {
    for (let attempt = 1; attempt <= ATTEMPTS && !proven.has(minutes); attempt += 1) {
      try {
        if (await findsByShownStamp(minutes, signal)) proven.add(minutes);
      } catch (error) {
        // Shifted by another amount.
        if (!(error instanceof AlteredSearchError)) throw error;
      }
    }
    return proven.has(minutes);
  };
}
