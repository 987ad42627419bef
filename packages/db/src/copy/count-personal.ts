import type { Entity } from '@magento-sync/entities';
import { sql } from 'drizzle-orm';
import type { Database } from '../connection/open-database.ts';
import { changes } from '../schema/changes.ts';
import { isOneOf, nameOf } from '../values/rows.ts';
import { type CopiedEntity, copiedEntity } from './copied-entity.ts';
import { aboutPeople } from './erase.ts';
import { namesPeople, ownerOf } from './erased-owners.ts';
import { idsOf } from './tombstones.ts';

/** Rows that an erasure of a record empties or removes, by table; tables without any are left out. */
export type PersonalRows = Readonly<Record<string, number>>;

/**
 * Counts what `forget` of one record would empty or remove: the record, what records of other entities hold of the same
 * person, the parts of all of them, and entries of the history that have values. Writes nothing.
 */
export async function countPersonal(
  { orm }: Database,
  copied: CopiedEntity,
  shop: string,
  id: number,
  others: readonly Entity[],
): Promise<PersonalRows> {
  const counts: Record<string, number> = {};
  const add = (table: string, rows: number) => {
    if (rows > 0) counts[table] = (counts[table] ?? 0) + rows;
  };
  const count = async (query: ReturnType<typeof sql>) => {
    const { rows } = await orm.execute<{ rows: string }>(query);
    return Number(rows[0]?.rows ?? 0);
  };
  for (const [its, ids] of await recordsOf({ orm }, copied, shop, id, others)) {
    add(its.entity.table.name, ids.length);
    if (ids.length === 0) continue;
    for (const child of its.children) {
      const theirs = sql`shop = ${shop} and ${isOneOf(nameOf(child.parent), ids)}`;
      add(
        child.definition.name,
        await count(sql`select count(*) as rows from ${child.table} where ${theirs}`),
      );
    }
    const entries = sql`shop = ${shop} and entity = ${its.entity.name} and ${isOneOf(changes.entityId, ids)}
      and (old_values is not null or new_values is not null)`;
    add('changes', await count(sql`select count(*) as rows from ${changes} where ${entries}`));
  }
  return counts;
}

/** Records that are not erased yet and hold what is personal of the record with this id, itself among them. */
async function recordsOf(
  { orm }: Pick<Database, 'orm'>,
  copied: CopiedEntity,
  shop: string,
  id: number,
  others: readonly Entity[],
): Promise<[CopiedEntity, number[]][]> {
  const unerased = sql`o.shop = ${shop} and o.erased_at is null`;
  const key = nameOf(copied.records.key, 'o');
  const own = await idsOf(
    orm,
    sql`select ${key} as id from ${copied.records.table} o where ${unerased} and ${isOneOf(key, [id])}`,
  );
  const found: [CopiedEntity, number[]][] = [[copied, own]];
  for (const other of others) {
    if (other === copied.entity) continue;
    const its = copiedEntity(other);
    if (namesPeople(copied.entity)) {
      const about = aboutPeople(copied, its, { shop, ids: [id] }, others, sql`o.erased_at is null`);
      if (about) found.push([its, await idsOf(orm, about)]);
      continue;
    }
    const owned = ownerOf(other);
    if (owned?.owner !== copied.entity) continue;
    const theirs = sql`select ${nameOf(its.records.key, 'o')} as id from ${its.records.table} o
      where ${unerased} and ${isOneOf(sql`o.${sql.identifier(owned.column)}`, [id])}`;
    found.push([its, await idsOf(orm, theirs)]);
  }
  return found;
}
