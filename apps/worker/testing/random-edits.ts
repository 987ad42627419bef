import type { MagentoShop } from '@magento-sync/magento-testkit';
import { seededRandom } from '../src/sync/verify/verify-ranges.ts';

/** Somebody who keeps editing customers in ways that move `updated_at`, by any clock, committed at once or late. */
export interface Editor {
  /** Does one to three edits and lets some time pass. */
  edit(): void;
  /** Commits what was stamped but not committed yet. */
  finish(): void;
  readonly edits: number;
}

const longestLateMs = 540_000;

/** Edits the shop at random, but always the same for one seed. */
export function randomEditor(shop: MagentoShop, seed: number): Editor {
  const random = seededRandom(seed);
  const late: { readonly stampedAt: number; commit(): void }[] = [];
  let edits = 0;
  const number = (below: number) => Math.floor(random() * below);
  const anyId = () => {
    const ids = shop.customers.ids();
    return ids[number(ids.length)];
  };
  const withAny = (change: (id: number) => void) => {
    const id = anyId();
    if (id !== undefined) change(id);
  };
  const stampedNow = (commit: () => void) => late.push({ stampedAt: shop.clock.now(), commit });
  const kinds = [
    () => withAny((id) => shop.customers.save(id, { lastname: `Edit ${edits}` })),
    () => shop.customers.create({ firstname: `New ${edits}` }),
    () => withAny((id) => stampedNow(shop.customers.saveLate(id, { firstname: `Late ${edits}` }).commit)),
    () => stampedNow(shop.customers.createLate({ firstname: `Late new ${edits}` }).commit),
    () => withAny((id) => shop.customers.failLogin(id)),
    () => withAny((id) => shop.customers.updateBySql(id, { taxvat: `SQL ${edits}` })),
    () =>
      shop.customers.saveMany(
        [anyId(), anyId(), anyId()].filter((id) => id !== undefined),
        { middlename: `M${edits}` },
      ),
    () => withAny((id) => shop.customers.remove(id)),
  ];
  return {
    get edits() {
      return edits;
    },
    edit() {
      for (let count = 1 + number(3); count > 0; count--) {
        edits += 1;
        kinds[number(kinds.length)]?.();
      }
      shop.clock.advance(number(90_000));
      // Nothing is committed later after its stamp than the overlap allows for.
      for (const waiting of late.slice()) {
        const due = shop.clock.now() - waiting.stampedAt > longestLateMs - 100_000;
        if (!due && random() < 0.7) continue;
        late.splice(late.indexOf(waiting), 1);
        waiting.commit();
      }
    },
    finish() {
      for (const waiting of late.splice(0)) waiting.commit();
    },
  };
}
