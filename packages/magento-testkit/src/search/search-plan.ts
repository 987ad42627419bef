import type { Filter } from './criteria.ts';
import type { KeyedRows } from './keyed-rows.ts';
import type { OrderedIndex } from './ordered-index.ts';

/** A field to sort by: 1 ascending, -1 descending. */
export interface SortKey {
  readonly field: string;
  readonly sign: number;
}

/** Which part of which index a search has to look at. */
export interface SearchPlan {
  readonly index: OrderedIndex;
  /** Positions in the index, the last one excluded. */
  readonly from: number;
  readonly to: number;
  /** Whether the index is in the wanted order. */
  readonly sorted: boolean;
  /** Whether that order is backwards. */
  readonly reversed: boolean;
  /** Positions of the groups that the index does not answer. */
  readonly untested: readonly number[];
}

const stampPattern = /^\d{4}(-\d\d){2} (\d\d:){2}\d\d$/;

/** Chooses index and bounds, so that walks by key cost what their page costs. */
export function planSearch<Row>(
  table: KeyedRows<Row>,
  groups: readonly (readonly Filter[])[],
  order: readonly SortKey[],
): SearchPlan {
  const fields = order.map(({ field }) => field).join();
  const reversed = order[0]?.sign === -1;
  const oneWay = order.every(({ sign }) => sign === order[0]?.sign);
  const { idField, stampField } = table;
  const byStamp = oneWay && (fields === `${stampField},${idField}` || (fields === stampField && !reversed));
  const sorted = byStamp || fields === idField || fields === '';
  const index = byStamp ? table.byStamp : table.byId;
  let from = 0;
  let to = index.ids.length;
  const untested: number[] = [];
  for (const [position, group] of groups.entries()) {
    const range = byStamp ? stampRange(table, group, groups) : idRange(table, group);
    if (range) {
      from = Math.max(from, range.from ?? 0);
      to = Math.min(to, range.to ?? to);
    } else untested.push(position);
  }
  return { index, from, to: Math.max(from, to), sorted, reversed, untested };
}

/** Positions that a group allows; an absent end is open. */
interface Range {
  readonly from?: number;
  readonly to?: number;
}

function idRange<Row>(
  { byId, idField }: KeyedRows<Row>,
  [filter, second]: readonly Filter[],
): Range | undefined {
  if (!filter || second || filter.field !== idField || !/^\d+$/.test(filter.value ?? '')) return undefined;
  const bound = Number(filter.value);
  return rangeOf(filter.condition, {
    atLeast: () => byId.lowerBound((id) => id < bound),
    above: () => byId.lowerBound((id) => id <= bound),
  });
}

function stampRange<Row>(
  table: KeyedRows<Row>,
  group: readonly Filter[],
  groups: readonly (readonly Filter[])[],
): Range | undefined {
  const [filter, second] = group;
  const { byStamp, idField, stampField, stampOfId: stampOf } = table;
  if (!filter || filter.field !== stampField || !stampPattern.test(filter.value ?? '')) return undefined;
  const bound = filter.value ?? '';
  if (!second) {
    return rangeOf(filter.condition, {
      atLeast: () => byStamp.lowerBound((id) => stampOf(id) < bound),
      above: () => byStamp.lowerBound((id) => stampOf(id) <= bound),
    });
  }
  // The second half of a keyset, `stamp > T or id > N`: a bound of the index where `stamp >= T` holds too.
  const isKeyset =
    group.length === 2 &&
    filter.condition === 'gt' &&
    second.field === idField &&
    second.condition === 'gt' &&
    /^\d+$/.test(second.value ?? '') &&
    groups.some(
      ([one, other]) =>
        !other && one?.field === stampField && one.condition === 'gteq' && one.value === bound,
    );
  if (!isKeyset) return undefined;
  const lastId = Number(second.value);
  return {
    from: byStamp.lowerBound((id) => stampOf(id) < bound || (stampOf(id) === bound && id <= lastId)),
  };
}

function rangeOf(
  condition: string,
  { atLeast, above }: { atLeast: () => number; above: () => number },
): Range | undefined {
  if (condition === 'gt') return { from: above() };
  if (condition === 'gteq' || condition === 'from') return { from: atLeast() };
  if (condition === 'lt') return { to: atLeast() };
  if (condition === 'lteq' || condition === 'to') return { to: above() };
  return condition === 'eq' ? { from: atLeast(), to: above() } : undefined;
}
