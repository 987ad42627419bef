import { createOrderedIndex, type OrderedIndex } from './ordered-index.ts';

/** Committed rows of one table with the two indexes that keysets walk. */
export interface KeyedRows<Row> {
  /** Name of the id in filters and sorts. */
  readonly idField: string;
  /** Name of the stamp in filters and sorts. */
  readonly stampField: string;
  readonly byId: OrderedIndex;
  /** By stamp, then by id. */
  readonly byStamp: OrderedIndex;
  get(id: number): Row | undefined;
  idOf(row: Row): number;
  stampOf(row: Row): string;
  /** The stamp of a row by its id; empty when there is none. */
  stampOfId(id: number): string;
}

/** A table of rows that are replaced, never changed in place. */
export interface KeyedTable<Row> extends KeyedRows<Row> {
  put(row: Row): void;
  delete(id: number): boolean;
  all(): Row[];
  /** Rows of one group, as the documents of an order. */
  ofGroup(group: number): Row[];
  /** Replaces every row. */
  fill(rows: readonly Row[]): void;
}

/**
 * Creates an empty table.
 *
 * @param groupOf the group that a row belongs to, where rows are looked for by one
 */
export function createKeyedTable<Row>(
  names: Pick<KeyedRows<Row>, 'idField' | 'stampField' | 'idOf' | 'stampOf'>,
  groupOf: (row: Row) => number | undefined = () => undefined,
): KeyedTable<Row> {
  const { idOf, stampOf } = names;
  const rows = new Map<number, Row>();
  const groups = new Map<number, Set<number>>();
  const stampOfId = (id: number) => {
    const row = rows.get(id);
    return row === undefined ? '' : stampOf(row);
  };
  const byId = createOrderedIndex((one, other) => one - other);
  const byStamp = createOrderedIndex((one, other) => {
    const [first, second] = [stampOfId(one), stampOfId(other)];
    return first < second ? -1 : first > second ? 1 : one - other;
  });

  function store(row: Row): void {
    rows.set(idOf(row), row);
    const group = groupOf(row);
    if (group === undefined) return;
    const members = groups.get(group);
    if (members) members.add(idOf(row));
    else groups.set(group, new Set([idOf(row)]));
  }

  function drop(row: Row): void {
    rows.delete(idOf(row));
    const group = groupOf(row);
    if (group !== undefined) groups.get(group)?.delete(idOf(row));
  }

  function remove(id: number): boolean {
    const row = rows.get(id);
    if (row === undefined) return false;
    byId.remove(id);
    byStamp.remove(id);
    drop(row);
    return true;
  }

  return {
    ...names,
    byId,
    byStamp,
    stampOfId,
    get: (id) => rows.get(id),
    put(row) {
      const id = idOf(row);
      const stored = rows.get(id);
      if (stored !== undefined && stampOf(stored) === stampOf(row)) {
        drop(stored);
        store(row);
        return;
      }
      remove(id);
      store(row);
      byId.add(id);
      byStamp.add(id);
    },
    delete: remove,
    all: () => byId.ids.flatMap((id) => rows.get(id) ?? []),
    ofGroup: (group) => [...(groups.get(group) ?? [])].flatMap((id) => rows.get(id) ?? []),
    fill(given) {
      rows.clear();
      groups.clear();
      for (const row of given) store(row);
      const ordered = [...rows.values()].sort((one, other) => idOf(one) - idOf(other));
      byId.fill(ordered.map(idOf));
      ordered.sort((one, other) => {
        const [first, second] = [stampOf(one), stampOf(other)];
        return first < second ? -1 : first > second ? 1 : 0;
      });
      byStamp.fill(ordered.map(idOf));
    },
  };
}
