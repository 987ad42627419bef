import { entities } from '@magento-sync/entities';
import { getTableColumns, is, SQL } from 'drizzle-orm';
import { getTableConfig, PgTable } from 'drizzle-orm/pg-core';
import { describe, expect, inject, test } from 'vitest';
import { childTable, recordTable } from '../schema/copied-tables.ts';
import * as schema from '../schema/index.ts';
import { createTestDatabase } from '../testing.ts';

const tables = [
  ...Object.values(schema).filter((each) => is(each, PgTable)),
  ...entities.flatMap((entity) => [recordTable(entity), ...entity.children.map(childTable)]),
];

/** Spellings of one type: drizzle's, and format_type's. */
function spelled(type: string): string {
  return type
    .replace(/ \(/, '(')
    .replace(/, /g, ',')
    .replace(/^timestamp\((\d)\) with time zone$/, 'timestamp($1) with time zone');
}

/** A table as its definition says it is. */
function defined(table: PgTable) {
  const { schema: namespace, name, indexes, checks, foreignKeys, primaryKeys } = getTableConfig(table);
  const columns = Object.values(getTableColumns(table));
  const keys = primaryKeys.flatMap((key) => key.columns).map((column) => column.name);
  const keyColumns = new Set([...keys, ...columns.filter((each) => each.primary).map((each) => each.name)]);
  return {
    table: `${namespace}.${name}`,
    columns: Object.fromEntries(
      columns.map((column) => [
        column.name,
        {
          type: spelled(column.getSQLType()),
          notNull: column.notNull || keyColumns.has(column.name),
          default:
            column.default !== undefined ||
            column.generated !== undefined ||
            Boolean(column.generatedIdentity),
        },
      ]),
    ),
    primaryKey: [...keyColumns].toSorted(),
    indexes: indexes
      .map(({ config }) => ({
        name: config.name,
        unique: config.unique,
        partial: config.where instanceof SQL,
      }))
      .toSorted((one, other) => String(one.name).localeCompare(String(other.name))),
    checks: checks.map((check) => check.name).toSorted(),
    foreignKeys: foreignKeys.length,
  };
}

describe.each(Object.entries(inject('postgresUrls')))(
  'the tables after all migrations on PostgreSQL %s',
  (_version, adminUrl) => {
    test('are those that the code defines: columns, types, keys, indexes and checks', async () => {
      await using own = await createTestDatabase(adminUrl);
      const { pool } = own.database;
      const live = await pool.query<{ table: string; shape: ReturnType<typeof defined> }>(
        `select n.nspname || '.' || c.relname as table, json_build_object(
         'table', n.nspname || '.' || c.relname,
         'columns', (select json_object_agg(a.attname, json_build_object(
             'type', format_type(a.atttypid, a.atttypmod), 'notNull', a.attnotnull,
             'default', a.atthasdef or a.attidentity <> ''))
           from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped),
         'primaryKey', coalesce((select json_agg(a.attname::text order by a.attname::text) from pg_index i
           join pg_attribute a on a.attrelid = c.oid and a.attnum = any(i.indkey)
           where i.indrelid = c.oid and i.indisprimary), '[]'),
         'indexes', coalesce((select json_agg(json_build_object('name', x.relname, 'unique', i.indisunique,
             'partial', i.indpred is not null) order by x.relname)
           from pg_index i join pg_class x on x.oid = i.indexrelid
           where i.indrelid = c.oid and not exists (select from pg_constraint k where k.conindid = i.indexrelid and k.conrelid = c.oid)), '[]'),
         'checks', coalesce((select json_agg(k.conname order by k.conname) from pg_constraint k
           where k.conrelid = c.oid and k.contype = 'c'), '[]'),
         'foreignKeys', (select count(*) from pg_constraint k where k.conrelid = c.oid and k.contype = 'f')
       ) as shape
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname in ('magento', 'sync') and c.relkind = 'r' and c.oid <> 'sync.migrations'::regclass
       order by 1`,
      );
      const shapes = live.rows.map(({ shape }) => ({
        ...shape,
        columns: Object.fromEntries(
          Object.entries(shape.columns).map(([name, column]) => [
            name,
            { ...column, type: spelled(column.type) },
          ]),
        ),
        indexes: shape.indexes.toSorted((one, other) => String(one.name).localeCompare(String(other.name))),
      }));
      expect(shapes).toEqual(
        tables.map(defined).toSorted((one, other) => (one.table < other.table ? -1 : 1)),
      );
    });
  },
);
