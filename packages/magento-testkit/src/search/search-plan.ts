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
  /** Positions in the index, ascending. */
  readonly spans: readonly Span[];
  /** Whether the index is in the wanted order. */
  readonly sorted: boolean;
  /** Whether that order is backwards. */
  readonly reversed: boolean;
  /** Positions of the groups that the index does not answer. */
  readonly untested: readonly number[];
}

/** Positions of an index that follow each other, the last one excluded. */
export type Span = readonly [from: number, to: number];

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
  let spans: readonly Span[] = [[0, index.ids.length]];
  const untested: number[] = [];
  for (const [position, group] of groups.entries()) {
    const range = byStamp ? stampRange(table, group, groups) : undefined;
    const allowed = byStamp ? range && [spanOf(range, index)] : idSpans(table, group);
    if (allowed) spans = common(spans, allowed);
    else untested.push(position);
  }
  return { index, spans, sorted, reversed, untested };
}

function spanOf({ from = 0, to }: Range, { ids }: OrderedIndex): Span {
  return [from, Math.max(from, to ?? ids.length)];
}

/** What is in both. */
function common(some: readonly Span[], others: readonly Span[]): Span[] {
  const both: Span[] = [];
  for (let [one, other] = [0, 0]; one < some.length && other < others.length; ) {
    const [from = 0, to = 0] = some[one] ?? [];
    const [otherFrom = 0, otherTo = 0] = others[other] ?? [];
    const [start, end] = [Math.max(from, otherFrom), Math.min(to, otherTo)];
    if (start < end) both.push([start, end]);
    if (to <= otherTo) one += 1;
    else other += 1;
  }
  return both;
}

/** What is in any of them, ascending. */
function union(spans: readonly Span[]): Span[] {
  const all: Span[] = [];
  for (const [from, to] of spans.toSorted(([one], [other]) => one - other)) {
    const last = all.at(-1);
    if (last && from <= last[1]) all[all.length - 1] = [last[0], Math.max(last[1], to)];
    else all.push([from, to]);
  }
  return all;
}

/** Positions that a group allows; an absent end is open. */
interface Range {
  readonly from?: number;
  readonly to?: number;
}

/** Positions that a group of nothing but filters by the id allows; it may leave out what lies between two ranges. */
function idSpans<Row>(table: KeyedRows<Row>, group: readonly Filter[]): Span[] | undefined {
  // Some releases take these two together, as one range.
  const isPair = ['from', 'to'].every((name) => group.some(({ condition }) => condition === name));
  if (group.length === 0 || isPair) return undefined;
  const allowed = group.map((filter) =>
    filter.field === table.idField ? spansOf(table, filter) : undefined,
  );
  const spans = allowed.filter((some) => some !== undefined);
  return spans.length < group.length ? undefined : union(spans.flat());
}

function spansOf<Row>({ byId }: KeyedRows<Row>, { condition, value }: Filter): Span[] | undefined {
  const members = (value ?? '').split(',');
  const isList = condition === 'in' || condition === 'nin';
  if (!members.every((member) => /^\d+$/.test(member)) || (members.length > 1 && !isList)) return undefined;
  const leavesOut = condition === 'nin' || condition === 'neq';
  const ranges = members.map((member) => {
    const bound = Number(member);
    return rangeOf(isList || leavesOut ? 'eq' : condition, {
      atLeast: () => byId.lowerBound((id) => id < bound),
      above: () => byId.lowerBound((id) => id <= bound),
    });
  });
  const known = ranges.filter((range) => range !== undefined);
  if (known.length < ranges.length) return undefined;
  const spans = union(known.map((range) => spanOf(range, byId)));
  return leavesOut ? others(spans, byId.ids.length) : spans;
}

/** What is in none of them. */
function others(spans: readonly Span[], end: number): Span[] {
  const starts = [0, ...spans.map(([, to]) => to)];
  return starts
    .map((from, index): Span => [from, spans[index]?.[0] ?? end])
    .filter(([from, to]) => from < to);
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
