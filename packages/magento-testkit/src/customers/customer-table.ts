import type { KeyedRows } from '../search/keyed-rows.ts';
import { createOrderedIndex } from '../search/ordered-index.ts';
import type { CustomerData } from './record.ts';
import type { MadePopulation } from './varied-population.ts';

/** The table at one moment; it stays as it is while the table goes on. */
export interface TableSnapshot {
  readonly customers: readonly CustomerData[];
  readonly lastId: number;
  readonly lastAddressId: number;
}

/** The committed customers of the shop. Records are replaced, never changed in place. */
export interface CustomerTable extends KeyedRows<CustomerData> {
  put(customer: CustomerData): void;
  delete(id: number): boolean;
  all(): CustomerData[];
  /** Customers with this e-mail address in whatever case, one for each website at most unless SQL made more. */
  withEmail(email: string): CustomerData[];
  /** The customer who has this address. */
  withAddress(addressId: number): CustomerData | undefined;
  /** The id the next customer gets: like AUTO_INCREMENT it never falls back, save by a restored backup. */
  nextId(): number;
  nextAddressId(): number;
  snapshot(): TableSnapshot;
  /** Puts every row and both counters back, as a restored backup does. */
  restore(snapshot: TableSnapshot): void;
}

/**
 * Creates the table with its indexes.
 *
 * @param population rows, or where rows are made from when they are asked for; of the latter only what is edited is held
 */
export function createCustomerTable(population: readonly CustomerData[] | MadePopulation): CustomerTable {
  let made = 'customer' in population ? population : undefined;
  /** Rows that are held; `null` stands for one of the made ones that is gone. */
  const rows = new Map<number, CustomerData | null>();
  const idsByEmail = new Map<string, Set<number>>();
  const idByAddress = new Map<number, number>();
  const get = (id: number) => {
    const held = rows.get(id);
    return held === undefined ? made?.customer(id) : (held ?? undefined);
  };
  const updatedAt = (id: number) => {
    const held = rows.get(id);
    return held === undefined ? (made?.stampOf(id) ?? '') : (held?.updated_at ?? '');
  };
  const byId = createOrderedIndex((one, other) => one - other);
  const byStamp = createOrderedIndex((one, other) => {
    const [first, second] = [updatedAt(one), updatedAt(other)];
    return first < second ? -1 : first > second ? 1 : one - other;
  });
  let lastId = 0;
  let lastAddressId = 0;

  function insert(customer: CustomerData): void {
    const { id, email, addresses } = customer;
    rows.set(id, customer);
    const sharing = idsByEmail.get(email.toLowerCase());
    if (sharing) sharing.add(id);
    else idsByEmail.set(email.toLowerCase(), new Set([id]));
    lastId = Math.max(lastId, id);
    for (const address of addresses) {
      idByAddress.set(address.id, id);
      lastAddressId = Math.max(lastAddressId, address.id);
    }
  }

  function remove(id: number): boolean {
    const customer = get(id);
    if (!customer) return false;
    byId.remove(id);
    byStamp.remove(id);
    const sharing = idsByEmail.get(customer.email.toLowerCase());
    sharing?.delete(id);
    if (sharing?.size === 0) idsByEmail.delete(customer.email.toLowerCase());
    for (const address of customer.addresses) {
      if (idByAddress.get(address.id) === id) idByAddress.delete(address.id);
    }
    if (made?.customer(id)) rows.set(id, null);
    else rows.delete(id);
    return true;
  }

  function fill(customers: readonly CustomerData[]): void {
    made = undefined;
    rows.clear();
    idsByEmail.clear();
    idByAddress.clear();
    lastId = 0;
    lastAddressId = 0;
    for (const customer of customers) insert(customer);
    // Rows are sorted rather than ids, whose stamps would have to be looked up for every comparison.
    const ordered = existing(rows.keys()).sort((one, other) => one.id - other.id);
    byId.fill(ordered.map(({ id }) => id));
    ordered.sort(({ updated_at: one }, { updated_at: other }) => (one < other ? -1 : one > other ? 1 : 0));
    byStamp.fill(ordered.map(({ id }) => id));
  }

  const existing = (ids: Iterable<number>) => {
    const found: CustomerData[] = [];
    for (const id of ids) {
      const customer = get(id);
      if (customer) found.push(customer);
    }
    return found;
  };

  if ('customer' in population) {
    byId.fill(population.ids);
    byStamp.fill(population.idsByStamp);
    ({ lastId, lastAddressId } = population);
  } else fill(population);
  const stillMade = (ids: readonly number[]) => ids.filter((id) => !rows.has(id));
  return {
    idField: 'entity_id',
    stampField: 'updated_at',
    idOf: ({ id }) => id,
    stampOf: ({ updated_at }) => updated_at,
    byId,
    byStamp,
    get,
    stampOfId: updatedAt,
    put(customer) {
      remove(customer.id);
      insert(customer);
      byId.add(customer.id);
      byStamp.add(customer.id);
    },
    delete: remove,
    all: () => existing(byId.ids),
    withEmail: (email) =>
      existing([...(idsByEmail.get(email.toLowerCase()) ?? []), ...stillMade(made?.withEmail(email) ?? [])]),
    withAddress(addressId) {
      const owner = made?.withAddress(addressId);
      const [id = 0] = stillMade(owner === undefined ? [] : [owner]);
      return get(idByAddress.get(addressId) ?? id);
    },
    nextId() {
      lastId += 1;
      return lastId;
    },
    nextAddressId() {
      lastAddressId += 1;
      return lastAddressId;
    },
    snapshot: () => ({ customers: existing(byId.ids), lastId, lastAddressId }),
    restore(snapshot) {
      fill(snapshot.customers);
      lastId = snapshot.lastId;
      lastAddressId = snapshot.lastAddressId;
    },
  };
}
