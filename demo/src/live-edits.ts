import type { MagentoShop } from '@magento-sync/magento-testkit';

/** An edit in the shop and the question that PostgreSQL answers once the edit has arrived. */
export interface LiveEdit {
  readonly title: string;
  perform(): void;
  readonly query: string;
  readonly parameters: readonly unknown[];
}

/** Four edits: two that every sync finds, two that leave no trace in `updated_at`. */
export function liveEdits(shop: MagentoShop): readonly LiveEdit[] {
  return [
    {
      title: 'a new customer signs up: Ada Lovelace',
      perform: () =>
        void shop.customers.create({ firstname: 'Ada', lastname: 'Lovelace', email: 'ada@example.com' }),
      query: 'select id, email, firstname, lastname from magento.customers where email = $1',
      parameters: ['ada@example.com'],
    },
    {
      title: 'customer 42 marries and changes the last name',
      perform: () => void shop.customers.save(42, { lastname: 'Newlywed' }),
      query: 'select id, email, lastname from magento.customers where id = 42 and lastname = $1',
      parameters: ['Newlywed'],
    },
    {
      title:
        'customer 1 moves to Hvar: an address edit, which leaves updated_at as it is (found by the sweep)',
      perform: () => void shop.customers.editAddress(1, { city: 'Hvar' }),
      query:
        'select customer_id, id, city from magento.customer_addresses where customer_id = 1 and city = $1',
      parameters: ['Hvar'],
    },
    {
      title: 'customer 77 is deleted, which leaves no trace at all (found by the reconcile)',
      perform: () => void shop.customers.remove(77),
      query: 'select id, email, deleted_at from magento.customers where id = $1 and deleted_at is not null',
      parameters: [77],
    },
  ];
}
