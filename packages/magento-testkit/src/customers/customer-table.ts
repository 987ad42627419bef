import { createOrderedIndex, type OrderedIndex } from './ordered-index.ts';
import type { CustomerData } from './record.ts';

/** The committed customers of the shop. Records are replaced, never changed in place. */
export interface CustomerTable {
  get(id: number): CustomerData | undefined;
  put(customer: CustomerData): void;
  delete(id: number): boolean;
  readonly byId: OrderedIndex;
  readonly byUpdatedAt: OrderedIndex;
  all(): CustomerData[];
  /** The id the next customer gets: like AUTO_INCREMENT it never falls back. */
  nextId(): number;
  nextAddressId(): number;
}

/** Creates the table with its two indexes. */
export function createCustomerTable(population: readonly CustomerData[]): CustomerTable {
  const rows = new Map(population.map((customer) => [customer.id, customer]));
  const updatedAt = (id: number) => rows.get(id)?.updated_at ?? '';
  const byId = createOrderedIndex([...rows.keys()], (one, other) => one - other);
  const byUpdatedAt = createOrderedIndex([...rows.keys()], (one, other) => {
    const [first, second] = [updatedAt(one), updatedAt(other)];
    return first < second ? -1 : first > second ? 1 : one - other;
  });
  let lastId = Math.max(0, ...byId.ids.slice(-1));
  let lastAddressId = population.reduce(
    (largest, { addresses }) => addresses.reduce((inner, { id }) => Math.max(inner, id), largest),
    0,
  );

  function remove(id: number): boolean {
    if (!rows.has(id)) return false;
    byId.remove(id);
    byUpdatedAt.remove(id);
    return rows.delete(id);
  }

  return {
    byId,
    byUpdatedAt,
    get: (id) => rows.get(id),
    put(customer) {
      remove(customer.id);
      rows.set(customer.id, customer);
      byId.add(customer.id);
      byUpdatedAt.add(customer.id);
      lastId = Math.max(lastId, customer.id);
    },
    delete: remove,
    all: () => byId.ids.flatMap((id) => rows.get(id) ?? []),
    nextId() {
      lastId += 1;
      return lastId;
    },
    nextAddressId() {
      lastAddressId += 1;
      return lastAddressId;
    },
  };
}
