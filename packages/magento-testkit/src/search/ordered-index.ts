/** Ids kept in the order of a sort key, so that keyset searches need no full scan. */
export interface OrderedIndex {
  readonly ids: readonly number[];
  add(id: number): void;
  remove(id: number): void;
  /** Position of the first id whose key is not below the bound. */
  lowerBound(isBelow: (id: number) => boolean): number;
  /** Replaces everything in it by ids that are in order already. */
  fill(ordered: readonly number[]): void;
}

/** Creates an empty index; `compare` must be a total order that does not change while an id is in it. */
export function createOrderedIndex(compare: (one: number, other: number) => number): OrderedIndex {
  let ids: number[] = [];

  function lowerBound(isBelow: (id: number) => boolean): number {
    let low = 0;
    let high = ids.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isBelow(ids[middle] ?? 0)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  const positionOf = (id: number) => lowerBound((other) => compare(other, id) < 0);
  return {
    get ids() {
      return ids;
    },
    lowerBound,
    add: (id) => void ids.splice(positionOf(id), 0, id),
    remove: (id) => void ids.splice(positionOf(id), 1),
    fill(ordered) {
      ids = [...ordered];
    },
  };
}
