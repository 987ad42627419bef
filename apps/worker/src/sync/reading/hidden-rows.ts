import type { IdRange } from '../entity/entity.ts';
import { isWithin, largestPossibleId } from './id-ranges.ts';

/** A part of a walk: the rows after one place, up to another one; without that, to the end. */
export interface Stretch<Position> {
  readonly after: Position;
  readonly upTo: Position | undefined;
}

/**
 * What became of a row that was counted and not shown, once it was asked for alone.
 *
 * `shown`: a list of it alone shows it, and it was written. `set aside`: only its own route serves it, so that it was
 * written and lists and counts leave it out from now on, or not even that one does. `gone`: it was deleted. `unlisted`: no
 * list counts it any more. `denied`: it is counted, and its own route says that there is no such record. `too many`: it is
 * hidden, and no further id can be left out of lists.
 */
export type HiddenOutcome = 'shown' | 'set aside' | 'gone' | 'unlisted' | 'denied' | 'too many';

/** How hidden rows are looked for; one per walk, because it knows how much of that the shop was asked to bear. */
export interface HiddenSearch<Position> {
  /** Ids that rows of the stretch can have. */
  idsOf(stretch: Stretch<Position>): IdRange;
  read(id: number): Promise<HiddenOutcome>;
  readonly effort: { ids: number; counts: number };
}

/** How the rows of a stretch are counted, and those that are counted and not shown are found. */
export interface CountedRows<Position> {
  /** Rows of the stretch; with a range, only those with such ids. */
  count(stretch: Stretch<Position>, ids?: IdRange): Promise<number>;
  /** How single rows of a gap are looked for and read; without it gaps are only told. */
  readonly hidden?: HiddenSearch<Position>;
}

/** Most ids that one walk looks for, and most counts that it asks for meanwhile. */
export function fullEffort(): { ids: number; counts: number } {
  return { ids: 20, counts: 400 };
}

/** What is still missing from a stretch, and which of that is known by its id. */
export interface Shortfall {
  readonly missing: number;
  readonly denied: readonly number[];
}

/**
 * Looks for the rows of a stretch that are counted and not shown, and reads each of them by its id.
 *
 * When everything could be read, nothing is missing: the account adds up as if the lists had shown them.
 */
export async function settleHidden<Position>(
  { count, hidden }: CountedRows<Position>,
  stretch: Stretch<Position>,
  shown: ReadonlySet<number>,
  matching: number,
): Promise<Shortfall> {
  if (!hidden || hidden.effort.ids <= 0) return { missing: matching - shown.size, denied: [] };
  const { effort } = hidden;
  const denied: number[] = [];
  const found = new Set(shown);
  const ids = [...shown];
  const shortage = {
    ids: hidden.idsOf(stretch),
    largestShown: Math.max(0, ...ids),
    missing: matching - shown.size,
  };
  const hiddenIds = findHiddenIds(shortage, async (interval) => {
    if (effort.counts <= 0) return undefined;
    effort.counts -= 1;
    const counted = await count(stretch, interval);
    return counted - ids.filter((id) => isWithin(id, interval)).length;
  });
  let repeats = 0;
  for await (const id of hiddenIds) {
    effort.ids -= 1;
    if (found.has(id)) {
      repeats += await repeatsOf({ count }, stretch, id);
      continue;
    }
    const outcome = await hidden.read(id);
    if (outcome === 'shown') found.add(id);
    if (outcome === 'denied') denied.push(id);
    if (outcome === 'too many') effort.ids = 0;
    if (effort.ids <= 0) break;
  }
  return { missing: Math.max(0, (await count(stretch)) - repeats - found.size), denied };
}

/** How often a shown row is counted beyond the once that it counts. */
export async function repeatsOf<Position>(
  { count }: Pick<CountedRows<Position>, 'count'>,
  stretch: Stretch<Position>,
  id: number,
): Promise<number> {
  return Math.max(0, (await count(stretch, { afterId: id - 1, upToId: id })) - 1);
}

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
