import { boolean, integer, jsonb, primaryKey, text } from 'drizzle-orm/pg-core';
import { instant, magentoId, magentoSchema } from './namespaces.ts';

/** What every table of reference data carries besides Magento's own fields. */
const observation = () => ({
  raw: jsonb('raw').notNull(),
  firstSeenAt: instant('first_seen_at').notNull(),
  changedAt: instant('changed_at').notNull(),
  deletedAt: instant('deleted_at'),
});

/** Customer groups, 'NOT LOGGED IN' (0) included. */
export const customerGroups = magentoSchema.table(
  'customer_groups',
  {
    shop: text('shop').notNull(),
    id: magentoId('id').notNull(),
    code: text('code'),
    taxClassId: magentoId('tax_class_id'),
    taxClassName: text('tax_class_name'),
    excludedWebsiteIds: integer('excluded_website_ids').array().notNull(),
    ...observation(),
  },
  (table) => [primaryKey({ name: 'customer_groups_pkey', columns: [table.shop, table.id] })],
);

/** Websites: the top of Magento's scope tree; 0 is the back office. */
export const websites = magentoSchema.table(
  'websites',
  {
    shop: text('shop').notNull(),
    id: integer('id').notNull(),
    code: text('code'),
    name: text('name'),
    defaultGroupId: integer('default_group_id'),
    ...observation(),
  },
  (table) => [primaryKey({ name: 'websites_pkey', columns: [table.shop, table.id] })],
);

/** Store groups ('stores' in the back office): between a website and its store views. */
export const storeGroups = magentoSchema.table(
  'store_groups',
  {
    shop: text('shop').notNull(),
    id: integer('id').notNull(),
    websiteId: integer('website_id'),
    code: text('code'),
    name: text('name'),
    rootCategoryId: magentoId('root_category_id'),
    defaultStoreId: integer('default_store_id'),
    ...observation(),
  },
  (table) => [primaryKey({ name: 'store_groups_pkey', columns: [table.shop, table.id] })],
);

/** Store views: what a customer's `store_id` points at. */
export const storeViews = magentoSchema.table(
  'store_views',
  {
    shop: text('shop').notNull(),
    id: integer('id').notNull(),
    websiteId: integer('website_id'),
    storeGroupId: integer('store_group_id'),
    code: text('code'),
    name: text('name'),
    isActive: boolean('is_active'),
    ...observation(),
  },
  (table) => [primaryKey({ name: 'store_views_pkey', columns: [table.shop, table.id] })],
);

/** Metadata of customer and address attributes; Magento's metadata route shows codes, never numeric ids. */
export const attributes = magentoSchema.table(
  'attributes',
  {
    shop: text('shop').notNull(),
    entityType: text('entity_type').notNull(),
    attributeCode: text('attribute_code').notNull(),
    frontendInput: text('frontend_input'),
    frontendLabel: text('frontend_label'),
    storeLabel: text('store_label'),
    backendType: text('backend_type'),
    required: boolean('required'),
    visible: boolean('visible'),
    userDefined: boolean('user_defined'),
    system: boolean('system'),
    sortOrder: integer('sort_order'),
    multilineCount: integer('multiline_count'),
    ...observation(),
  },
  (table) => [
    primaryKey({ name: 'attributes_pkey', columns: [table.shop, table.entityType, table.attributeCode] }),
  ],
);

/** Option labels of select and multiselect attributes. */
export const attributeOptions = magentoSchema.table(
  'attribute_options',
  {
    shop: text('shop').notNull(),
    entityType: text('entity_type').notNull(),
    attributeCode: text('attribute_code').notNull(),
    value: text('value').notNull(),
    label: text('label'),
    position: integer('position').notNull(),
    ...observation(),
  },
  (table) => [
    primaryKey({
      name: 'attribute_options_pkey',
      columns: [table.shop, table.entityType, table.attributeCode, table.value],
    }),
  ],
);
