import type { IdRange } from '../entity/entity.ts';
import { largestPossibleId } from './find-broken-row.ts';

/** Ids from `afterId` (not included) to `upToId` (included). */
export interface IdInterval {
  readonly afterId: number;
  readonly upToId: number;
}

/** What is known before hidden ids are looked for. */
export interface Shortage {
  /** Ids that may be missing. */
  readonly ids: IdRange;
  /** The largest id shown; 0 when none was. */
  readonly largestShown: number;
  /** How many more rows are counted than shown. */
  readonly missing: number;
}

const firstStepAbove = 16;

/**
 * Finds ids of which the shop counts rows and shows none, by counts alone, smallest first.
 *
 * `missingIn` says how many more rows the shop counts in an interval than it shows there, or that nobody may ask it any
 * more: then the search ends. Intervals are halved down to single ids; above the largest id shown they grow from its
 * neighbours on. Counts of a shop that lives meanwhile mislead, so that every id found has to be looked at.
 */
export async function* findHiddenIds(
  { ids: { afterId, upToId }, largestShown, missing }: Shortage,
  missingIn: (interval: IdInterval) => Promise<number | undefined>,
): AsyncGenerator<number, void, undefined> {
  const limit = upToId ?? largestPossibleId;
  let low = afterId;
  let high = Math.min(limit, Math.max(largestShown, afterId + 1));
  let left = missing;
  for (let step = firstStepAbove; left > 0 && low < limit; step *= 2) {
    const here = high === limit ? left : await missingIn({ afterId: low, upToId: high });
    if (here === undefined) return;
    yield* halve({ afterId: low, upToId: high }, here, missingIn);
    left -= here;
    low = high;
    high = Math.min(limit, low + step);
  }
}

async function* halve(
  { afterId, upToId }: IdInterval,
  missing: number,
  missingIn: (interval: IdInterval) => Promise<number | undefined>,
): AsyncGenerator<number, void, undefined> {
  if (missing <= 0) return;
  if (upToId - afterId === 1) {
    yield upToId;
    return;
  }
  const middle = afterId + Math.floor((upToId - afterId) / 2);
  const lower = await missingIn({ afterId, upToId: middle });
  if (lower === undefined) return;
  yield* halve({ afterId, upToId: middle }, lower, missingIn);
  yield* halve({ afterId: middle, upToId }, missing - lower, missingIn);
}
