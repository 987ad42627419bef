import { isNotNull, sql } from 'drizzle-orm';
import { boolean, date, index, integer, jsonb, primaryKey, text } from 'drizzle-orm/pg-core';
import { instant, magentoId, magentoSchema } from './namespaces.ts';

/**
 * Customers as the shop last showed them, one row per shop and customer id.
 *
 * Neither `last_seen_at` nor `last_verified_at` has an index: they move far more often than anything else, and
 * without an index such an update stays within its page (a heap-only tuple).
 */
export const customers = magentoSchema.table(
  'customers',
  {
    shop: text('shop').notNull(),
    id: magentoId('id').notNull(),
    email: text('email'),
    groupId: magentoId('group_id'),
    websiteId: integer('website_id'),
    storeId: integer('store_id'),
    createdIn: text('created_in'),
    prefix: text('prefix'),
    firstname: text('firstname'),
    middlename: text('middlename'),
    lastname: text('lastname'),
    suffix: text('suffix'),
    dob: date('dob', { mode: 'string' }),
    gender: integer('gender'),
    taxvat: text('taxvat'),
    confirmation: text('confirmation'),
    defaultBilling: magentoId('default_billing'),
    defaultShipping: magentoId('default_shipping'),
    disableAutoGroupChange: boolean('disable_auto_group_change'),
    isSubscribed: boolean('is_subscribed'),
    customAttributes: jsonb('custom_attributes').notNull().default({}),
    extensionAttributes: jsonb('extension_attributes').notNull().default({}),
    raw: jsonb('raw'),
    contentHash: text('content_hash'),
    sourceCreatedAt: instant('source_created_at'),
    sourceUpdatedAt: instant('source_updated_at'),
    firstSeenAt: instant('first_seen_at').notNull(),
    lastSeenAt: instant('last_seen_at').notNull(),
    lastVerifiedAt: instant('last_verified_at'),
    deletedAt: instant('deleted_at'),
    erasedAt: instant('erased_at'),
  },
  (table) => [
    primaryKey({ name: 'customers_pkey', columns: [table.shop, table.id] }),
    index('customers_email_idx').on(table.shop, sql`lower(${table.email})`),
    index('customers_source_updated_at_idx').on(table.shop, table.sourceUpdatedAt, table.id),
    index('customers_deleted_at_idx').on(table.shop, table.deletedAt).where(isNotNull(table.deletedAt)),
  ],
);
