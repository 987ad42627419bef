import { WebApiError } from '../http/exchange.ts';
import { once, recordedBody } from '../recordings.ts';
import { read } from '../routes/read-routes.ts';
import type { Route } from '../routes/route.ts';
import { missingBy, type RecordedList, recordedListRoutes } from './recorded-list.ts';

const folder = '2.4.8-p1';

/** The lists of the second shop beside those of sales. Magento: recordings/2.4.8-p1/get-routes-and-rights.txt. */
const lists: readonly RecordedList[] = [
  {
    path: '/products',
    right: 'Magento_Catalog::products',
    file: `${folder}/products.ndjson`,
    columns: { entity_id: 'id' },
    attributes: true,
    single: {
      path: '/products/:sku',
      member: 'sku',
      kind: 'text',
      missing: () =>
        new WebApiError(
          404,
          "The product that was requested doesn't exist. Verify the product and try again.",
        ),
    },
  },
  {
    path: '/categories/list',
    right: 'Magento_Catalog::categories',
    file: `${folder}/categories.ndjson`,
    columns: { entity_id: 'id' },
    attributes: true,
    single: { path: '/categories/:categoryId', member: 'id', kind: 'number', missing: missingBy('id') },
  },
  {
    path: '/products/attributes',
    right: 'Magento_Catalog::attributes_attributes',
    file: `${folder}/product-attributes.ndjson`,
    single: { path: '/products/attributes/:attributeCode', ...byAttributeCode() },
  },
  {
    path: '/categories/attributes',
    right: 'Magento_Catalog::attributes_attributes',
    file: `${folder}/category-attributes.ndjson`,
    single: { path: '/categories/attributes/:attributeCode', ...byAttributeCode() },
  },
  {
    path: '/eav/attribute-sets/list',
    right: 'Magento_Catalog::sets',
    file: `${folder}/attribute-sets.ndjson`,
    single: {
      path: '/eav/attribute-sets/:attributeSetId',
      member: 'attribute_set_id',
      kind: 'number',
      missing: missingBy('id'),
    },
  },
  {
    path: '/products/attribute-sets/sets/list',
    right: 'Magento_Catalog::sets',
    file: `${folder}/product-attribute-sets.ndjson`,
    single: {
      path: '/products/attribute-sets/:attributeSetId',
      member: 'attribute_set_id',
      kind: 'number',
      missing: missingBy('id'),
    },
  },
  {
    path: '/products/attribute-sets/groups/list',
    right: 'Magento_Catalog::sets',
    file: `${folder}/attribute-groups.ndjson`,
  },
  {
    path: '/carts/search',
    right: 'Magento_Cart::manage',
    file: `${folder}/carts.ndjson`,
    columns: { entity_id: 'id' },
    single: { path: '/carts/:cartId', member: 'id', kind: 'number', missing: missingBy('cartId') },
  },
  {
    path: '/coupons/search',
    right: 'Magento_SalesRule::quote',
    file: `${folder}/coupons.ndjson`,
    single: { path: '/coupons/:couponId', member: 'coupon_id', kind: 'number', missing: namelessMissing },
  },
  {
    path: '/salesRules/search',
    right: 'Magento_SalesRule::quote',
    file: `${folder}/sales-rules.ndjson`,
    single: { path: '/salesRules/:ruleId', member: 'rule_id', kind: 'number', missing: namelessMissing },
  },
  {
    path: '/taxClasses/search',
    right: 'Magento_Tax::manage_tax',
    file: `${folder}/tax-classes.ndjson`,
    single: {
      path: '/taxClasses/:taxClassId',
      member: 'class_id',
      kind: 'number',
      missing: missingBy('class_id'),
    },
  },
  {
    path: '/taxRates/search',
    right: 'Magento_Tax::manage_tax',
    file: `${folder}/tax-rates.ndjson`,
    columns: { tax_calculation_rate_id: 'id' },
    single: { path: '/taxRates/:rateId', member: 'id', kind: 'number', missing: missingBy('taxRateId') },
  },
  {
    path: '/taxRules/search',
    right: 'Magento_Tax::manage_tax',
    file: `${folder}/tax-rules.ndjson`,
    unseen: ['id', 'tax_calculation_rule_id'],
    single: { path: '/taxRules/:ruleId', member: 'id', kind: 'number', missing: missingBy('taxRuleId') },
  },
  {
    path: '/cmsPage/search',
    right: 'Magento_Cms::page',
    file: `${folder}/cms-pages.ndjson`,
    columns: { page_id: 'id' },
    single: {
      path: '/cmsPage/:pageId',
      member: 'id',
      kind: 'number',
      missing: (value) => missingContent('page', Number(value)),
    },
  },
  {
    path: '/cmsBlock/search',
    right: 'Magento_Cms::block',
    file: `${folder}/cms-blocks.ndjson`,
    columns: { block_id: 'id' },
    single: {
      path: '/cmsBlock/:blockId',
      member: 'id',
      kind: 'number',
      missing: (value) => missingContent('block', value),
    },
  },
  {
    path: '/inventory/sources',
    right: 'Magento_InventoryApi::source',
    file: `${folder}/sources.ndjson`,
    criteriaOptional: true,
    single: {
      path: '/inventory/sources/:sourceCode',
      member: 'source_code',
      kind: 'text',
      missing: (value) =>
        new WebApiError(404, 'Source with code "%value" does not exist.', { parameters: { value } }),
    },
  },
  {
    path: '/inventory/source-items',
    right: 'Magento_InventoryApi::source',
    file: `${folder}/source-items.ndjson`,
    // Stock of the default source came with each product: first the simple ones, then those of configurables.
    unseenId: {
      column: 'source_item_id',
      orderBy: ({ sku, source_code: source }) =>
        `${source === 'default' ? 0 : 1} ${String(sku).startsWith('SKU-') ? 0 : 1} ${String(sku)}`,
    },
  },
  {
    path: '/inventory/stocks',
    right: 'Magento_InventoryApi::stock',
    file: `${folder}/stocks.ndjson`,
    criteriaOptional: true,
    single: {
      path: '/inventory/stocks/:stockId',
      member: 'stock_id',
      kind: 'number',
      missing: (value) =>
        new WebApiError(404, 'Stock with id "%value" does not exist.', {
          parameters: { value: Number(value) },
        }),
    },
  },
  {
    path: '/inventory/stock-source-links',
    right: 'Magento_InventoryApi::stock_source_link',
    file: `${folder}/stock-source-links.ndjson`,
    unseenId: { column: 'link_id', orderBy: ({ stock_id: stock }) => String(stock) },
  },
  {
    path: '/customerGroups/search',
    right: 'Magento_Customer::group',
    file: `${folder}/customer-groups.ndjson`,
    // Magento knows the members of the JSON as well: module-customer/Model/ResourceModel/GroupRepository.php.
    columns: { customer_group_id: 'id', id: 'id', customer_group_code: 'code', code: 'code' },
    single: { path: '/customerGroups/:id', member: 'id', kind: 'number', missing: missingBy('id') },
  },
];

function byAttributeCode() {
  return {
    member: 'attribute_code',
    kind: 'text' as const,
    missing: (value: string) =>
      new WebApiError(
        404,
        'The attribute with a "%1" attributeCode doesn\'t exist. Verify the attribute and try again.',
        { parameters: [value] },
      ),
  };
}

function namelessMissing(): WebApiError {
  return new WebApiError(404, 'No such entity.');
}

/** Magento: recordings/2.4.8-p1/cms-pages.json, cms-blocks.json 'single that does not exist': a number, and a text. */
function missingContent(what: 'page' | 'block', id: number | string): WebApiError {
  return new WebApiError(404, `The CMS ${what} with the "%1" ID doesn't exist.`, { parameters: [id] });
}

/** Reference data that nobody edits, whatever it is asked for. */
function exactly(path: string, right: string, title: string): Route {
  return read(
    path,
    right,
    once(() => recordedBody(`${folder}/other-reads`, title)),
  );
}

/** Every list of the second shop that is only read. */
export const secondShopRoutes: readonly Route[] = [
  ...lists.flatMap(recordedListRoutes),
  exactly('/modules', 'Magento_Backend::admin', 'modules'),
  exactly('/directory/currency', 'anonymous', 'currency'),
  exactly('/categories', 'Magento_Catalog::categories', 'category tree'),
];
