import { type ShopClock, stamp } from '../clock.ts';
import type { CustomerTable, TableSnapshot } from './customer-table.ts';
import { type AddressData, type CustomerData, customerMembers, inOrder } from './record.ts';

/** Edits as people, imports and other systems cause them; each says what it does to `updated_at`. */
export interface CustomerAdministration {
  get(id: number): CustomerData | undefined;
  all(): CustomerData[];
  ids(): number[];
  /** A new account; stamped by the web server's clock. */
  create(details?: Partial<CustomerData>): CustomerData;
  /** A saved profile: `updated_at` moves, even when nothing changed. */
  save(id: number, changes?: Partial<CustomerData>): CustomerData;
  /** A save that is stamped now and committed only when `commit` is called: readers see it late. */
  saveLate(id: number, changes?: Partial<CustomerData>): { commit(): void };
  /** Another e-mail address; refused when a customer of the same website has it. */
  changeEmail(id: number, email: string): CustomerData;
  /** A new account that is stamped, and has its id, before it is committed. */
  createLate(details?: Partial<CustomerData>): { readonly id: number; commit(): void };
  /** An address edited in the address book: `updated_at` does not move. */
  editAddress(id: number, changes?: Partial<AddressData>): CustomerData;
  /** A new address that is no default: `updated_at` does not move. */
  addAddress(id: number, details?: Partial<AddressData>): CustomerData;
  /** A deleted address: `updated_at` does not move. Magento: recordings/writes.json 'delete an address of customer 1'. */
  deleteAddress(id: number, addressId: number): CustomerData;
  /** A newsletter change through the footer form or the admin grid: `updated_at` does not move. */
  subscribe(id: number, subscribed: boolean): CustomerData;
  /**
   * A second subscription of the same customer, as an import leaves it behind: on 2.4.0 to 2.4.2-p2 every list with this
   * customer is a 500, while reads by id work.
   */
  subscribeTwice(id: number): void;
  /** Customers with two subscriptions. */
  readonly subscribedTwice: ReadonlySet<number>;
  /** A failed login: `updated_at` moves by the database's clock and nothing else. */
  failLogin(id: number): CustomerData;
  /** Direct SQL or a deleted store view: any change, `updated_at` stays. */
  updateSilently(id: number, changes: Partial<CustomerData>): CustomerData;
  /** Direct SQL that changes a column: `updated_at` moves by the database's clock. */
  updateBySql(id: number, changes: Partial<CustomerData>): CustomerData;
  /** A save of many at once, all stamped with the same second. */
  saveMany(ids: readonly number[], changes: Partial<CustomerData>): void;
  /** A deleted account: gone without a trace. */
  remove(id: number): CustomerData;
  /** Uses up ids without a row, as inserts do that are rolled back. */
  skipIds(customers: number, addresses?: number): void;
  /**
   * Another account under an id that was used before, as after a restored backup; the former one, if it is still there,
   * goes. `created_at` is now.
   */
  reuseId(id: number, details?: Partial<CustomerData>): CustomerData;
  /** One restored row: as it was, old stamp included. */
  restore(customer: CustomerData): void;
  /** All customers as they are now, and the ids that come next: a backup. */
  snapshot(): TableSnapshot;
  /** A restored backup of the whole shop: what came after it is gone, and its ids will be given again. */
  restoreSnapshot(snapshot: TableSnapshot): void;
}

/**
 * Creates the administration of a shop's customers.
 *
 * @param onRemoved what other tables do when a customer is deleted
 */
export function createCustomerAdministration(
  table: CustomerTable,
  clock: ShopClock,
  onRemoved: (id: number) => void = () => {},
): CustomerAdministration {
  function existing(id: number): CustomerData {
    const customer = table.get(id);
    if (!customer) throw new RangeError(`The shop has no customer ${id}.`);
    return customer;
  }

  function put(customer: CustomerData): CustomerData {
    const stored = inOrder(customerMembers, customer);
    table.put(stored);
    return stored;
  }

  function blank(details: Partial<CustomerData>): CustomerData {
    const id = details.id ?? table.nextId();
    const now = stamp(clock.now());
    return {
      id,
      group_id: 1,
      created_at: now,
      updated_at: now,
      created_in: 'Default Store View',
      email: `new${id}@example.com`,
      firstname: 'New',
      lastname: 'Customer',
      store_id: 1,
      website_id: 1,
      addresses: [],
      disable_auto_group_change: 0,
      extension_attributes: { is_subscribed: false },
      ...details,
    };
  }

  const changeSilently = (id: number, change: (customer: CustomerData) => Partial<CustomerData>) => {
    const customer = existing(id);
    return put({ ...customer, ...change(customer) });
  };

  const subscribedTwice = new Set<number>();
  const administration: CustomerAdministration = {
    get: (id) => table.get(id),
    all: () => table.all(),
    ids: () => [...table.byId.ids],
    create: (details = {}) => put(blank(details)),
    save: (id, changes = {}) => changeSilently(id, () => ({ ...changes, updated_at: stamp(clock.now()) })),
    changeEmail(id, email) {
      const { website_id } = existing(id);
      const owner = table.withEmail(email).find((other) => other.website_id === website_id);
      if (owner && owner.id !== id)
        throw new RangeError(`Customer ${owner.id} has the e-mail address ${email}.`);
      return administration.save(id, { email });
    },
    saveLate(id, changes = {}) {
      const updated_at = stamp(clock.now());
      return { commit: () => void (table.get(id) && changeSilently(id, () => ({ ...changes, updated_at }))) };
    },
    createLate(details = {}) {
      const customer = blank(details);
      return { id: customer.id, commit: () => void put(customer) };
    },
    editAddress: (id, changes = { city: 'Elsewhere' }) =>
      changeSilently(id, ({ addresses }) => ({
        addresses: addresses.map((address, index) => (index === 0 ? { ...address, ...changes } : address)),
      })),
    addAddress: (id, details = {}) =>
      changeSilently(id, ({ addresses, firstname, lastname }) => ({
        addresses: [
          ...addresses,
          {
            id: table.nextAddressId(),
            customer_id: id,
            region: { region_code: null, region: null, region_id: 0 },
            region_id: 0,
            country_id: 'HR',
            street: ['Nova ulica 1'],
            telephone: '+385 1 1',
            postcode: '10000',
            city: 'Zagreb',
            firstname,
            lastname,
            ...details,
          },
        ],
      })),
    deleteAddress: (id, addressId) =>
      changeSilently(id, ({ addresses }) => ({
        addresses: addresses.filter((address) => address.id !== addressId),
      })),
    subscribe: (id, subscribed) =>
      changeSilently(id, () => ({ extension_attributes: { is_subscribed: subscribed } })),
    subscribeTwice: (id) => void subscribedTwice.add(existing(id).id),
    subscribedTwice,
    failLogin: (id) => changeSilently(id, () => ({ updated_at: stamp(clock.databaseNow()) })),
    updateSilently: (id, changes) => changeSilently(id, () => changes),
    updateBySql: (id, changes) =>
      changeSilently(id, () => ({ ...changes, updated_at: stamp(clock.databaseNow()) })),
    saveMany(ids, changes) {
      const updated_at = stamp(clock.now());
      for (const id of ids) changeSilently(id, () => ({ ...changes, updated_at }));
    },
    remove(id) {
      const customer = existing(id);
      table.delete(id);
      onRemoved(id);
      return customer;
    },
    skipIds(customers, addresses = 0) {
      for (let skipped = 0; skipped < customers; skipped += 1) table.nextId();
      for (let skipped = 0; skipped < addresses; skipped += 1) table.nextAddressId();
    },
    reuseId(id, details = {}) {
      if (table.delete(id)) onRemoved(id);
      return put(blank({ email: `reused${id}@example.com`, ...details, id }));
    },
    restore: (customer) => table.put(customer),
    snapshot: () => table.snapshot(),
    restoreSnapshot: (snapshot) => table.restore(snapshot),
  };
  return administration;
}
