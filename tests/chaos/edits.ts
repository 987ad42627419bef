import type { CustomerData, MagentoShop } from '@magento-sync/magento-testkit';
import type { Dice } from './random.ts';

/**
 * Which edits a story makes. `loud`: only edits that move `updated_at`, which pulls alone must find. `all`: every kind, also
 * silent edits and deletions, which only sweep and reconcile can find.
 */
export type Genre = 'loud' | 'all';

/** Makes random edits of the shop, of every kind that people, imports and other systems make. */
export interface Editor {
  /** One edit of a random kind. */
  edit(): void;
  /** Hides more customers than the brake on deletions allows, as for a role that lost a website. */
  hide(): void;
  /** Shows the hidden customers again, unchanged. */
  show(): void;
  /** Commits rows that are stamped and not committed yet, and shows hidden customers. */
  finish(): void;
  readonly edits: number;
  /** Customers that were deleted at some time, hidden ones not among them. */
  readonly everDeleted: ReadonlySet<number>;
}

/** Deletions of one story: far below the share that the brake allows. */
const mostDeletions = 12;
/** Rows commit this long after their stamp at most: close to two overlaps of the pulls, less what two clocks may differ. */
const longestLateMs = 540_000;

/** Creates the editor of one story. */
export function createEditor(shop: MagentoShop, dice: Dice, genre: Genre): Editor {
  const late: { readonly stampedAt: number; commit(): void }[] = [];
  const deleted = new Set<number>();
  const everDeleted = new Set<number>();
  const kept: CustomerData[] = [];
  let hidden: CustomerData[] = [];
  let edits = 0;
  const anyId = () => dice.pick(shop.customers.ids());
  const existing = (id: number) => shop.customers.get(id);
  const stampedNow = (commit: () => void) => late.push({ stampedAt: shop.clock.now(), commit });
  const name = () => `N${edits}`;

  const loud: readonly (() => void)[] = [
    () => void shop.customers.save(anyId(), { lastname: name() }),
    () => void shop.customers.save(anyId()),
    () => void shop.customers.save(anyId(), { email: `changed${edits}@example.com` }),
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
  const kinds = genre === 'loud' ? loud : [...loud, ...silent];

  function deleteAddress(): void {
    const owner = shop.customers.all().find(({ addresses }) => addresses.length > 1);
    const address = owner?.addresses[0];
    if (owner && address) shop.customers.deleteAddress(owner.id, address.id);
  }

  /** A deleted store view or website: the keys become null and nothing else moves. */
  function loseStore(): void {
    const customer = existing(anyId());
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
    if (everDeleted.size >= mostDeletions) return;
    const id = anyId();
    shop.customers.remove(id);
    deleted.add(id);
    everDeleted.add(id);
  }

  /** Takes a backup of one row. */
  function keep(): void {
    const customer = existing(anyId());
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

  function shopStamp(aheadMs: number): string {
    return new Date(shop.clock.now() + aheadMs).toISOString().slice(0, 19).replace('T', ' ');
  }

  function commitDue(everything: boolean): void {
    for (const waiting of late.slice()) {
      const due = shop.clock.now() - waiting.stampedAt > longestLateMs - 60_000;
      if (!everything && !due && dice.percent(85)) continue;
      late.splice(late.indexOf(waiting), 1);
      waiting.commit();
    }
  }

  const show = () => {
    for (const customer of hidden) if (!existing(customer.id)) shop.customers.restore(customer);
    hidden = [];
  };

  return {
    get edits() {
      return edits;
    },
    everDeleted,
    edit() {
      edits += 1;
      dice.pick(kinds)();
      shop.clock.advance(dice.below(60_000));
      commitDue(false);
    },
    hide() {
      if (hidden.length > 0) return;
      const ids = shop.customers.ids();
      const share = Math.ceil(ids.length * 0.7);
      hidden = ids.slice(0, share).map((id) => shop.customers.remove(id));
    },
    show,
    finish() {
      commitDue(true);
      show();
    },
  };
}
