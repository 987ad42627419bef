import { seededRandom } from '../../apps/worker/src/sync/verify/verify-ranges.ts';

/** Random choices that depend on nothing but the seed. */
export interface Dice {
  /** From 0 up to 1. */
  fraction(): number;
  /** A whole number from 0 up to, but not including, `below`. */
  below(below: number): number;
  /** True in so many of a hundred cases. */
  percent(share: number): boolean;
  /** One of the list, which must not be empty. */
  pick<T>(list: readonly T[]): T;
  /** The list in another order. */
  shuffle<T>(list: readonly T[]): T[];
}

/** Creates a random generator that returns the same sequence for the same seed. */
export function seededDice(seed: number): Dice {
  const fraction = seededRandom(seed);
  const below = (limit: number) => Math.floor(fraction() * limit);
  return {
    fraction,
    below,
    percent: (share) => fraction() * 100 < share,
    shuffle: (list) =>
      list
        .map((item) => ({ item, place: fraction() }))
        .toSorted((one, other) => one.place - other.place)
        .map(({ item }) => item),
    pick(list) {
      const picked = list[below(list.length)];
      if (picked === undefined) throw new RangeError('There is nothing to pick from.');
      return picked;
    },
  };
}
