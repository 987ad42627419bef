import { createHash } from 'node:crypto';
import type { Entity } from '@magento-sync/entities';
import { getTableConfig } from 'drizzle-orm/pg-core';
import { copiedEntity } from '../copy/copied-entity.ts';
import { describeTables } from '../schema/dictionary.ts';
import { customerGroups, storeViews, websites } from '../schema/reference.ts';
import {
  attributeColumns,
  type FlatAttribute,
  type FlatColumn,
  identifier,
  literal,
} from './attribute-columns.ts';

/** An entity whose attributes a shop defines. */
export type EntityWithAttributes = Entity & { readonly attributes: NonNullable<Entity['attributes']> };

/** The view as SQL, and a digest by which an equal one is recognised. */
export interface FlatView {
  /** With its schema. */
  name: string;
  columns: readonly FlatColumn[];
  digest: string;
  query: string;
  comments: string;
}

/** Name of the generated view, with its schema. */
export function flatViewName({ attributes }: EntityWithAttributes): string {
  return `magento.${attributes.view.name}`;
}

/** Where an id points to, and the alias by which the view looks it up. */
const references = {
  customer_groups: { alias: 'g', table: customerGroups },
  websites: { alias: 'w', table: websites },
  store_views: { alias: 'v', table: storeViews },
};

/** When a row was compared: when it was written, or with all rows of its range since then. */
function verifiedSince(written: string, { name, table: { key } }: EntityWithAttributes): string {
  const id = `c.${identifier(key)}`;
  return `greatest(${written}, (select max(r.verified_at) from sync.verified_ranges r where r.shop = c.shop
    and r.entity = ${literal(name)} and r.after_id < ${id} and r.up_to_id >= ${id}))`;
}

/** The columns before the attributes, and what they have to be joined with. */
function baseOf(entity: EntityWithAttributes): { columns: FlatColumn[]; joins: string[] } {
  const { table } = copiedEntity(entity).records;
  const [described] = describeTables(entity);
  const comments = Object.fromEntries((described?.columns ?? []).map((each) => [each.name, each.comment]));
  const joins: string[] = [];
  const plain = (name: string): FlatColumn[] => {
    const { kind, pointsTo, comment } = entity.table.columns[name] ?? {};
    const storedType = table[name]?.getSQLType() ?? 'text';
    const type =
      kind === 'time' || kind === undefined ? storedType.replace(/^timestamp.*/, 'timestamptz') : storedType;
    const stored = `c.${identifier(name)}`;
    const expression = name === 'last_verified_at' ? verifiedSince(stored, entity) : stored;
    const column = { name, type, expression, comment: comments[name] ?? '' };
    if (pointsTo === undefined) return [column];
    const { alias, table: other } = references[pointsTo];
    const { schema, name: otherName } = getTableConfig(other);
    joins.push(
      `left join ${schema}.${otherName} ${alias} on ${alias}.shop = c.shop and ${alias}.id = ${expression}`,
    );
    const code = name.replace(/_id$/, '_code');
    return [
      column,
      { name: code, type: 'text', expression: `${alias}.code`, comment: `${comment}: its code` },
    ];
  };
  const columns = ['shop', ...entity.attributes.view.columns].flatMap((column) =>
    typeof column === 'string'
      ? plain(column)
      : {
          name: column.name,
          type: 'boolean',
          expression: `c.${identifier(column.empty)} is null`,
          comment: `Whether ${column.empty} is empty`,
        },
  );
  return { columns, joins };
}

/**
 * Builds the view of the living records of an entity with one typed column per attribute.
 *
 * `existing` are the columns of the present view: they keep their places, because a view can only grow at its end
 * without being dropped.
 */
export function buildFlatView(
  entity: EntityWithAttributes,
  attributes: readonly FlatAttribute[],
  existing: readonly string[] = [],
): FlatView {
  const name = flatViewName(entity);
  const { columns: base, joins } = baseOf(entity);
  const custom = attributeColumns(
    attributes,
    base.map(({ name }) => name),
    entity.attributes,
  );
  const place = (name: string) => {
    const index = existing.indexOf(name);
    return index === -1 ? existing.length : index;
  };
  const columns = [...base, ...custom.toSorted((one, other) => place(one.name) - place(other.name))];
  const list = columns.map(
    ({ name, expression, type }) => `  (${expression})::${type} as ${identifier(name)}`,
  );
  const query = `select
${list.join(',\n')}
from magento.${identifier(entity.table.name)} c
${joins.join('\n')}
where c.deleted_at is null`;
  const digest = createHash('sha256').update(JSON.stringify(columns)).digest('hex').slice(0, 16);
  const summary = `Living ${entity.name} with one typed column per custom attribute; generated, do not edit. Digest ${digest}`;
  const comments = [
    `comment on view ${name} is ${literal(summary)}`,
    ...columns.map(
      (column) => `comment on column ${name}.${identifier(column.name)} is ${literal(column.comment)}`,
    ),
  ].join(';\n');
  return { name, columns, digest, query, comments };
}
