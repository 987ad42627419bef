import { entities } from '@magento-sync/entities';
import type { MagentoShop } from '@magento-sync/magento-testkit';
import { playCustomers } from './customers.ts';
import type { Played } from './played.ts';
import { playDocuments, playOrders } from './sales.ts';

/** The kinds of records with these names, in this shop. */
export function playedIn(shop: MagentoShop, names: readonly string[]): readonly Played[] {
  const known: readonly Played[] = [
    playCustomers(shop),
    playOrders(shop),
    playDocuments(shop, 'invoices'),
    playDocuments(shop, 'shipments'),
    playDocuments(shop, 'credit_memos'),
  ];
  return names.map((name) => {
    const found = known.find((played) => played.name === name);
    if (!found)
      throw new RangeError(`No story can be told of ${name} yet: describe them in tests/chaos/played.`);
    return found;
  });
}

/** The names of everything that has a definition. */
export const allNames: readonly string[] = entities.map(({ name }) => name);
