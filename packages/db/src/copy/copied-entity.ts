import type { ChildTable, Column, Entity, Table } from '@magento-sync/entities';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { type CopiedTable, childTable, recordTable } from '../schema/copied-tables.ts';

/** Values of a row by the names of its columns. */
export type Row = Readonly<Record<string, unknown>>;

/** A table of the copy as the statements need it. */
export interface Copied<T extends Table> {
  readonly definition: T;
  readonly table: CopiedTable;
  /** The columns that come from the shop, what was sent (`raw`) included. */
  readonly columns: readonly PgColumn[];
}

/** An entity with its tables. */
export interface CopiedEntity {
  readonly entity: Entity;
  readonly records: Copied<Entity['table']> & {
    /** The columns that are written with a record: those, and the digest of what was sent. */
    readonly written: readonly PgColumn[];
    /** A row of those without values, of which others are made: an object that gets members later is slow to make. */
    readonly empty: Row;
    /** The columns that the machinery has an eye on. */
    readonly key: PgColumn;
    readonly createdAt: PgColumn;
    readonly updatedAt: PgColumn;
  };
  readonly children: readonly (Copied<ChildTable> & { readonly parent: PgColumn })[];
}

const made = new WeakMap<Entity, CopiedEntity>();

/** The tables of an entity; made once. */
export function copiedEntity(entity: Entity): CopiedEntity {
  const known = made.get(entity);
  if (known) return known;
  const table = recordTable(entity);
  const column = (name: string) => columnOf(table, name);
  const columns = [...Object.keys(entity.table.columns), 'raw', 'content_hash'].map(column);
  const written = [...columns, column('sent_hash')];
  const copied: CopiedEntity = {
    entity,
    records: {
      definition: entity.table,
      table,
      columns,
      written,
      empty: Object.fromEntries(written.map(({ name }) => [name, null])),
      key: column(entity.table.key),
      createdAt: column(entity.table.createdAt),
      updatedAt: column(entity.table.updatedAt),
    },
    children: entity.children.map((definition) => {
      const parts = childTable(definition);
      return {
        definition,
        table: parts,
        columns: [...Object.keys(definition.columns), 'raw'].map((name) => columnOf(parts, name)),
        parent: columnOf(parts, definition.parent),
      };
    }),
  };
  made.set(entity, copied);
  return copied;
}

/** A column of a table by its name. */
export function columnOf(table: CopiedTable, name: string): PgColumn {
  const column = table[name];
  if (column === undefined) throw new Error(`A table of the copy has no column ${name}.`);
  return column;
}

/** The names of the columns that hold objects of named members. */
export function namesOfObjects({ columns }: Table): string[] {
  return Object.entries(columns)
    .filter(([, { kind }]) => kind === 'attributes' || kind === 'members')
    .map(([name]) => name);
}

/** The value of a column that is emptied. */
export function emptyValue({ kind, otherwise }: Column): unknown {
  if (otherwise !== undefined) return otherwise;
  if (kind === 'texts') return [];
  return kind === 'attributes' || kind === 'members' ? {} : null;
}
