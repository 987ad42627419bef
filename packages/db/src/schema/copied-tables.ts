import type { ChildTable, Column, Entity, Index, Kind, Table } from '@magento-sync/entities';
import { and, isNotNull, isNull, type SQL, sql } from 'drizzle-orm';
import {
  boolean,
  date,
  type ExtraConfigColumn,
  index,
  integer,
  jsonb,
  numeric,
  type PgColumn,
  type PgTable,
  primaryKey,
  text,
  uuid,
} from 'drizzle-orm/pg-core';
import { instant, magentoId, magentoSchema } from './namespaces.ts';

/** The table of the records of an entity; its columns have the names that they have in the database. */
export type CopiedTable = PgTable & Readonly<Record<string, PgColumn>>;

type Columns = Record<string, ExtraConfigColumn>;

/** How each kind of column is stored. */
const builders = {
  text: (name: string) => text(name),
  flag: (name: string) => boolean(name),
  day: (name: string) => date(name, { mode: 'string' }),
  time: (name: string) => instant(name),
  integer: (name: string) => integer(name),
  id: (name: string) => magentoId(name),
  reference: (name: string) => magentoId(name),
  money: (name: string) => numeric(name, { precision: 20, scale: 4 }),
  rate: (name: string) => numeric(name, { precision: 20, scale: 8 }),
  quantity: (name: string) => numeric(name, { precision: 12, scale: 4 }),
  texts: (name: string) => text(name).array().notNull(),
  attributes: (name: string) => jsonb(name).notNull().default({}),
  members: (name: string) => jsonb(name).notNull().default({}),
  json: (name: string) => jsonb(name),
} satisfies Record<Kind, (name: string) => unknown>;

/**
 * The table of the records.
 *
 * A row that was compared and is equal is not touched: `sync.verified_ranges` remembers when that was.
 */
export function recordTable({ table }: Entity): CopiedTable {
  const { key, updatedAt } = table;
  const columns = {
    shop: text('shop').notNull(),
    ...columnsOf(table, [key]),
    raw: jsonb('raw'),
    content_hash: text('content_hash'),
    sent_hash: uuid('sent_hash'),
    first_seen_at: instant('first_seen_at').notNull(),
    last_seen_at: instant('last_seen_at').notNull(),
    last_verified_at: instant('last_verified_at'),
    deleted_at: instant('deleted_at'),
    erased_at: instant('erased_at'),
  };
  return magentoSchema.table(table.name, columns, (its: Columns) => [
    primaryKey({ name: `${table.name}_pkey`, columns: chosen(its, ['shop', key]) }),
    ...indexesOf(table, its),
    index(`${table.name}_${updatedAt}_idx`).on(...chosen(its, ['shop', updatedAt, key])),
    index(`${table.name}_deleted_at_idx`)
      .on(...chosen(its, ['shop', 'deleted_at']))
      .where(isNotNull(oneOf(its, 'deleted_at'))),
    index(`${table.name}_living_idx`)
      .on(...chosen(its, ['shop', key]))
      .where(isNull(oneOf(its, 'deleted_at'))),
    index(`${table.name}_tombstones_idx`)
      .on(...chosen(its, ['shop', key]))
      .where(and(isNotNull(oneOf(its, 'deleted_at')), isNull(oneOf(its, 'erased_at'))) ?? sql`true`),
    index(`${table.name}_erased_idx`)
      .on(...chosen(its, ['shop', key]))
      .where(isNotNull(oneOf(its, 'erased_at'))),
  ]) as unknown as CopiedTable;
}

/** A table of parts: a row exists as long as its record shows it, and carries `deleted_at` only together with it. */
export function childTable(child: ChildTable): CopiedTable {
  const columns = {
    shop: text('shop').notNull(),
    ...columnsOf(child, [...child.key, child.parent]),
    raw: jsonb('raw').notNull(),
    first_seen_at: instant('first_seen_at').notNull(),
    changed_at: instant('changed_at').notNull(),
    deleted_at: instant('deleted_at'),
  };
  return magentoSchema.table(child.name, columns, (its: Columns) => [
    primaryKey({ name: `${child.name}_pkey`, columns: chosen(its, ['shop', ...child.key]) }),
    ...(child.key[0] === child.parent ? [] : indexesOf({ ...child, indexes: [{ on: [child.parent] }] }, its)),
    ...indexesOf(child, its),
  ]) as unknown as CopiedTable;
}

function columnsOf({ columns }: Table, required: readonly string[]) {
  return Object.fromEntries(
    Object.entries(columns).map(([name, column]) => [name, columnOf(name, column, required.includes(name))]),
  );
}

function columnOf(name: string, { kind, otherwise }: Column, required: boolean) {
  const built = builders[kind](name);
  return required || otherwise !== undefined ? built.notNull() : built;
}

function indexesOf({ name, indexes }: Table, its: Columns) {
  return indexes.map(({ on, lower, without }: Index) => {
    const named = index(`${name}_${on.map((column) => column.replace(/_id$/, '')).join('_')}_idx`);
    const parts: [ExtraConfigColumn | SQL, ...(ExtraConfigColumn | SQL)[]] = [
      oneOf(its, 'shop'),
      ...on.map((column) => (lower ? sql`lower(${its[column]})` : oneOf(its, column))),
    ];
    const built = named.on(...parts);
    return without === undefined ? built : built.where(isNull(oneOf(its, without)));
  });
}

function chosen(its: Columns, names: readonly string[]) {
  return names.map((name) => oneOf(its, name)) as [ExtraConfigColumn, ...ExtraConfigColumn[]];
}

function oneOf(its: Columns, name: string): ExtraConfigColumn {
  const column = its[name];
  if (column === undefined)
    throw new Error(`A definition names a column ${name} that its table does not have.`);
  return column;
}
