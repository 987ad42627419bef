import type { EntityDescriptor, IdRange } from '../entity/entity.ts';
import type { SyncContext } from '../ports.ts';
import { everyId } from '../reading/index.ts';

/** Which part of the ids is to be compared. */
export interface VerifyScope {
  /** Only ids above this one; 0 for all. */
  readonly from: number;
  /** About which share of the rows, 0 to 1; 1 for all. */
  readonly share: number;
  /** Decides which ranges are chosen when the share is less than 1. */
  readonly seed: number;
}

const rowsPerRange = 5_000;
const leastRowsPerRange = 100;
/** A sample is made of many small ranges rather than of few large ones. */
const rangesToChooseFrom = 100;

/**
 * Cuts the ids into ranges with equally many rows of the copy, without gaps, and chooses among them.
 *
 * The last range has no end: it also holds what the shop has above the copy's largest id. The same seed chooses the same
 * ranges as long as the copy has the same ids.
 */
export async function chooseRanges(
  context: SyncContext,
  entity: EntityDescriptor,
  { from, share, seed }: VerifyScope,
): Promise<IdRange[]> {
  if (share >= 1) return cut(from, await entity.rangeEndsInCopy(context, from, rowsPerRange));
  const rows = await entity.countInCopy(context, everyId);
  const size = Math.min(rowsPerRange, Math.max(leastRowsPerRange, Math.ceil(rows / rangesToChooseFrom)));
  const all = cut(0, await entity.rangeEndsInCopy(context, 0, size));
  return chooseSome(all, share, seed).filter(({ afterId }) => afterId >= from);
}

function cut(from: number, ends: readonly number[]): IdRange[] {
  const starts = [from, ...ends];
  return starts.map((afterId, index) => ({ afterId, upToId: ends[index] ?? null }));
}

/** Chooses a share of the items at random, at least one, in their order; always the same for one seed. */
export function chooseSome<T>(items: readonly T[], share: number, seed: number): T[] {
  const random = seededRandom(seed);
  const shuffled = items
    .map((item, index) => ({ item, index, order: random() }))
    .toSorted((one, other) => one.order - other.order);
  return shuffled
    .slice(0, Math.max(1, Math.round(items.length * share)))
    .toSorted((one, other) => one.index - other.index)
    .map(({ item }) => item);
}

/** Numbers from 0 up to 1 that depend on nothing but the seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
