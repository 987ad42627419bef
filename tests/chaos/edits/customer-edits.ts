import type { CustomerData } from '@magento-sync/magento-testkit';
import type { EditorsHand, Edits } from './editors-hand.ts';

/** Deletions of one story: far below the share that the brake allows. */
const mostDeletions = 12;

/** What people, imports and other systems do with customers. */
export function customerEdits({ shop, dice, genre, ...hand }: EditorsHand): Edits {
  const { name, stampedNow, shopStamp } = hand;
  const deleted = new Set<number>();
  const kept: CustomerData[] = [];
  const anyId = () => dice.pick(shop.customers.ids());

  const loud: readonly (() => void)[] = [
    () => void shop.customers.save(anyId(), { lastname: name() }),
    () => void shop.customers.save(anyId()),
    () => void shop.customers.save(anyId(), { email: `changed${name().slice(1)}@example.com` }),
    () => void shop.customers.create({ firstname: name() }),
    () => stampedNow(shop.customers.saveLate(anyId(), { firstname: name() }).commit),
    () => stampedNow(shop.customers.saveLate(anyId(), { firstname: name() }).commit),
    () => stampedNow(shop.customers.createLate({ firstname: name() }).commit),
    () => void shop.customers.failLogin(anyId()),
    () => void shop.customers.updateBySql(anyId(), { taxvat: name() }),
    burst,
    remove,
    reuseId,
    futureStamp,
    () => shop.customers.skipIds(1 + dice.below(20)),
  ];
  const silent: readonly (() => void)[] = [
    () => void shop.customers.editAddress(anyId(), { city: name() }),
    () => void shop.customers.addAddress(anyId(), { city: name() }),
    deleteAddress,
    () => void shop.customers.subscribe(anyId(), dice.percent(50)),
    () => void shop.customers.updateSilently(anyId(), { prefix: name() }),
    loseStore,
    keep,
    restore,
  ];

  function deleteAddress(): void {
    const owner = shop.customers.all().find(({ addresses }) => addresses.length > 1);
    const address = owner?.addresses[0];
    if (owner && address) shop.customers.deleteAddress(owner.id, address.id);
  }

  /** A deleted store view or website: the keys become null and nothing else moves. */
  function loseStore(): void {
    const customer = shop.customers.get(anyId());
    if (!customer) return;
    const { store_id: _store, website_id: _website, ...rest } = customer;
    shop.customers.restore(rest);
  }

  /** Many saves within one second, more than fit on a page. */
  function burst(): void {
    const ids = shop.customers.ids();
    const first = dice.below(Math.max(1, ids.length - 25));
    shop.customers.saveMany(ids.slice(first, first + 25), { middlename: name() });
  }

  function remove(): void {
    if (hand.everDeleted('customers').size >= mostDeletions) return;
    const id = anyId();
    const orders = shop.sales.orders().filter(({ customer_id: customer }) => customer === id);
    shop.customers.remove(id);
    deleted.add(id);
    hand.deleted('customers', id);
    // The orders lose their customer without a stamp: in a story whose edits move stamps something else moves them.
    if (genre === 'loud') for (const order of orders) shop.sales.changeStatus(order.entity_id, name());
  }

  /** Takes a backup of one row. */
  function keep(): void {
    const customer = shop.customers.get(anyId());
    if (customer) kept.push(customer);
  }

  /** Restores the backup with its old stamp, whether the customer still exists or not. */
  function restore(): void {
    const customer = kept.pop();
    if (!customer) return;
    shop.customers.restore(customer);
    deleted.delete(customer.id);
  }

  /** Reuses the highest deleted id, as InnoDB before MySQL 8 does after a restart. */
  function reuseId(): void {
    const id = Math.max(0, ...deleted);
    if (id === 0) return;
    shop.customers.create({ id, firstname: name(), created_at: shopStamp(0) });
    deleted.delete(id);
  }

  /** Saves a customer with a stamp from the future: the clock of that web server is a day ahead. */
  function futureStamp(): void {
    if (!dice.percent(20)) return;
    shop.customers.updateSilently(anyId(), { lastname: name(), updated_at: shopStamp(86_400_000) });
  }

  return { loud, silent };
}
