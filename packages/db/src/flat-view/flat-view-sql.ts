import { createHash } from 'node:crypto';
import {
  attributeColumns,
  type FlatAttribute,
  type FlatColumn,
  identifier,
  literal,
} from './attribute-columns.ts';

/** Name of the generated view. */
export const flatViewName = 'magento.customers_flat';

/** Columns that every shop has. */
const baseColumns: readonly FlatColumn[] = [
  base('shop', 'text', 'c.shop', 'Short name of the shop'),
  base('id', 'bigint', 'c.id', 'Customer id in Magento'),
  base('email', 'text', 'c.email', 'E-mail address'),
  base('group_id', 'bigint', 'c.group_id', 'Customer group'),
  base('group_code', 'text', 'g.code', 'Name of the customer group'),
  base('website_id', 'integer', 'c.website_id', 'Website'),
  base('website_code', 'text', 'w.code', 'Code of the website'),
  base('store_id', 'integer', 'c.store_id', 'Store view'),
  base('store_code', 'text', 'v.code', 'Code of the store view'),
  base('prefix', 'text', 'c.prefix', 'Name prefix'),
  base('firstname', 'text', 'c.firstname', 'First name'),
  base('middlename', 'text', 'c.middlename', 'Middle name'),
  base('lastname', 'text', 'c.lastname', 'Last name'),
  base('suffix', 'text', 'c.suffix', 'Name suffix'),
  base('dob', 'date', 'c.dob', 'Date of birth'),
  base('gender', 'integer', 'c.gender', 'Option id of the gender'),
  base('taxvat', 'text', 'c.taxvat', 'Tax or VAT number'),
  base('is_subscribed', 'boolean', 'c.is_subscribed', 'Newsletter; null means unknown'),
  base('is_confirmed', 'boolean', 'c.confirmation is null', 'Whether the e-mail address was confirmed'),
  base('default_billing', 'bigint', 'c.default_billing', 'Default billing address'),
  base('default_shipping', 'bigint', 'c.default_shipping', 'Default shipping address'),
  base('source_created_at', 'timestamptz', 'c.source_created_at', 'Created in the shop'),
  base('source_updated_at', 'timestamptz', 'c.source_updated_at', 'Changed in the shop'),
  base('last_verified_at', 'timestamptz', 'c.last_verified_at', 'Last compared with the shop'),
];

function base(name: string, type: string, expression: string, comment: string): FlatColumn {
  return { name, type, expression, comment };
}

/** The view as SQL, and a digest by which an equal one is recognised. */
export interface FlatView {
  columns: readonly FlatColumn[];
  digest: string;
  query: string;
  comments: string;
}

/**
 * Builds the view of living customers with one typed column per custom attribute.
 *
 * `existing` are the columns of the present view: they keep their places, because a view can only grow at its end
 * without being dropped.
 */
export function buildFlatView(
  attributes: readonly FlatAttribute[],
  existing: readonly string[] = [],
): FlatView {
  const custom = attributeColumns(
    attributes,
    baseColumns.map(({ name }) => name),
  );
  const place = (name: string) => {
    const index = existing.indexOf(name);
    return index === -1 ? existing.length : index;
  };
  const columns = [...baseColumns, ...custom.toSorted((one, other) => place(one.name) - place(other.name))];
  const list = columns.map(
    ({ name, expression, type }) => `  (${expression})::${type} as ${identifier(name)}`,
  );
  const query = `select
${list.join(',\n')}
from magento.customers c
left join magento.customer_groups g on g.shop = c.shop and g.id = c.group_id
left join magento.websites w on w.shop = c.shop and w.id = c.website_id
left join magento.store_views v on v.shop = c.shop and v.id = c.store_id
where c.deleted_at is null`;
  const digest = createHash('sha256').update(JSON.stringify(columns)).digest('hex').slice(0, 16);
  const summary = `Living customers with one typed column per custom attribute; generated, do not edit. Digest ${digest}`;
  const comments = [
    `comment on view ${flatViewName} is ${literal(summary)}`,
    ...columns.map(
      ({ name, comment }) => `comment on column ${flatViewName}.${identifier(name)} is ${literal(comment)}`,
    ),
  ].join(';\n');
  return { columns, digest, query, comments };
}
