import type { Table } from '@magento-sync/entities';
import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../connection/open-database.ts';
import { inTransaction } from '../connection/transaction.ts';
import { changes } from '../schema/changes.ts';
import { isOneOf, nameOf } from '../values/rows.ts';
import { type Copied, type CopiedEntity, columnOf, emptyValue } from './copied-entity.ts';
import { idsOf } from './tombstones.ts';

/** Columns by the name of their table. */
export type ColumnsOfTables = Readonly<Record<string, readonly string[]>>;

/** So many records are emptied in one transaction. */
const portionRows = 1_000;

/**
 * Empties columns of all rows of a shop, of deleted ones too, with what was sent (`raw`) and the values in the history.
 *
 * Goes through the ids in portions, each a transaction of its own; after a crash it is begun anew, which does no harm. The
 * digests of content go too, so that the next read of a record writes its row as it is to be from now on. Returns the number
 * of records.
 */
export async function stripColumns(
  database: Database,
  { entity, records, children }: CopiedEntity,
  shop: string,
  columns: ColumnsOfTables,
): Promise<number> {
  const key = nameOf(records.key);
  let stripped = 0;
  for (let after = 0; ; ) {
    const ids = await inTransaction(database, async (statements) => {
      const some = await idsOf(
        statements,
        sql`select ${key} as id from ${records.table} where shop = ${shop} and ${key} > ${after}
            order by ${key} limit ${portionRows} for update`,
      );
      if (some.length === 0) return some;
      await statements.execute(
        sql`update ${records.table} set ${emptied(records, columns)}raw = null, content_hash = null, sent_hash = null
            where shop = ${shop} and ${isOneOf(key, some)}`,
      );
      for (const child of children)
        await statements.execute(
          sql`update ${child.table} set ${emptied(child, columns)}raw = '{}'
              where shop = ${shop} and ${isOneOf(nameOf(child.parent), some)}`,
        );
      await statements.execute(
        sql`update ${changes} set old_values = null, new_values = null
            where shop = ${shop} and entity = ${entity.name} and ${isOneOf(nameOf(changes.entityId), some)}
              and (old_values is not null or new_values is not null)`,
      );
      return some;
    });
    stripped += ids.length;
    const last = ids.at(-1);
    if (last === undefined) return stripped;
    after = last;
  }
}

function emptied({ definition, table }: Copied<Table>, columns: ColumnsOfTables): SQL {
  const assignments = (columns[definition.name] ?? []).flatMap((name) => {
    const column = definition.columns[name];
    if (column === undefined) return [];
    const value = emptyValue(column);
    const isObject = value !== null && typeof value === 'object';
    return [sql`${nameOf(columnOf(table, name))} = ${isObject ? sql`'{}'` : sql`${value}`}, `];
  });
  return sql.join(assignments);
}
