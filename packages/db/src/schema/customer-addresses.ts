import { boolean, index, jsonb, primaryKey, text } from 'drizzle-orm/pg-core';
import { instant, magentoId, magentoSchema } from './namespaces.ts';

/**
 * The address book of every customer.
 *
 * Magento shows an address only inside its customer and keeps no time stamps for it; a row exists as long as the
 * customer shows it, and carries `deleted_at` only together with its customer.
 */
export const customerAddresses = magentoSchema.table(
  'customer_addresses',
  {
    shop: text('shop').notNull(),
    id: magentoId('id').notNull(),
    customerId: magentoId('customer_id').notNull(),
    prefix: text('prefix'),
    firstname: text('firstname'),
    middlename: text('middlename'),
    lastname: text('lastname'),
    suffix: text('suffix'),
    company: text('company'),
    street: text('street').array().notNull(),
    city: text('city'),
    postcode: text('postcode'),
    countryId: text('country_id'),
    regionId: magentoId('region_id'),
    regionCode: text('region_code'),
    region: text('region'),
    telephone: text('telephone'),
    fax: text('fax'),
    vatId: text('vat_id'),
    defaultBilling: boolean('default_billing').notNull(),
    defaultShipping: boolean('default_shipping').notNull(),
    customAttributes: jsonb('custom_attributes').notNull().default({}),
    extensionAttributes: jsonb('extension_attributes').notNull().default({}),
    raw: jsonb('raw').notNull(),
    firstSeenAt: instant('first_seen_at').notNull(),
    changedAt: instant('changed_at').notNull(),
    deletedAt: instant('deleted_at'),
  },
  (table) => [
    primaryKey({ name: 'customer_addresses_pkey', columns: [table.shop, table.id] }),
    index('customer_addresses_customer_idx').on(table.shop, table.customerId),
  ],
);
