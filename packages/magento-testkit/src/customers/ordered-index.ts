/** Ids kept in the order of a sort key, so that keyset searches need no full scan. */
export interface OrderedIndex {
  readonly ids: readonly number[];
  add(id: number): void;
  remove(id: number): void;
  /** Position of the first id whose key is not below the bound. */
  lowerBound(isBelow: (id: number) => boolean): number;
}

/** Creates an index; `compare` must be a total order that does not change while an id is in it. */
export function createOrderedIndex(
  initial: readonly number[],
  compare: (one: number, other: number) => number,
): OrderedIndex {
  const ids = initial.toSorted(compare);

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

  return {
    ids,
    lowerBound,
    add: (id) =>
      void ids.splice(
        lowerBound((other) => compare(other, id) < 0),
        0,
        id,
      ),
    remove: (id) =>
      void ids.splice(
        lowerBound((other) => compare(other, id) < 0),
        1,
      ),
  };
}
