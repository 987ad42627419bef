import type { CustomerData, MagentoShop } from '@magento-sync/magento-testkit';
import type { Json, Played } from './played.ts';

const byCode = (attributes: unknown) =>
  Object.fromEntries(((attributes ?? []) as Json[]).map(({ attribute_code: code, value }) => [code, value]));
const inside = (name: string, member: string) => (shown: Json) => (shown[name] as Json | undefined)?.[member];

/** The customers of a shop. */
export function playCustomers({ customers, poison }: MagentoShop): Played {
  const rows = () => customers.all() as unknown as Json[];
  return {
    name: 'customers',
    record: 'customer',
    list: '/V1/customers/search',
    single: /\/V1\/customers\/\d+$/,
    key: 'id',
    stamp: 'source_updated_at',
    columns: {
      is_subscribed: inside('extension_attributes', 'is_subscribed'),
      custom_attributes: ({ custom_attributes: attributes }) => byCode(attributes),
      extension_attributes: ({ extension_attributes: members }) => members ?? {},
      source_created_at: ({ created_at: at }) => at,
      source_updated_at: ({ updated_at: at }) => at,
    },
    parts: [
      {
        table: 'customer_addresses',
        plural: 'addresses',
        parent: 'customer_id',
        key: ['id'],
        of: ({ addresses }) => addresses as Json[],
        columns: {
          // 0 is no region.
          region_id: ({ region_id: id }) => (id === 0 ? null : id),
          region: inside('region', 'region'),
          region_code: inside('region', 'region_code'),
          default_billing: ({ default_billing: is }) => is ?? false,
          default_shipping: ({ default_shipping: is }) => is ?? false,
          custom_attributes: ({ custom_attributes: attributes }) => byCode(attributes),
          extension_attributes: ({ extension_attributes: members }) => members ?? {},
        },
      },
    ],
    poison,
    ids: () => customers.ids(),
    stamps: () => customers.all().map(({ id, updated_at: stamp }) => [id, stamp]),
    shown: rows,
    // A list is believed about the newsletter, and the route of one customer is not.
    shownAlone: (row) => ({ ...row, extension_attributes: {} }),
    listed: rows,
    absent: (id) =>
      `{"message":"No such entity with %fieldName = %fieldValue","parameters":{"fieldName":"customerId","fieldValue":${id}}}`,
    save: (id, lastname) => void customers.save(id, { lastname }),
    saveBySql: (id, taxvat) => void customers.updateBySql(id, { taxvat }),
    saveLate: (id, firstname) => customers.saveLate(id, { firstname }).commit,
    createLate: (firstname) => customers.createLate({ firstname }).commit,
    change: (id, lastname, stamp) =>
      void customers.updateSilently(id, { lastname, ...(stamp === undefined ? {} : { updated_at: stamp }) }),
    replace: (id) => void customers.reuseId(id, { firstname: 'Somebody', lastname: 'Else' }),
    remove(id) {
      const row: CustomerData = customers.remove(id);
      return () => customers.restore(row);
    },
  };
}
