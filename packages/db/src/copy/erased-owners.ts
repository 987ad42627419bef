import { type Entity, entities } from '@magento-sync/entities';
import { sql } from 'drizzle-orm';
import type { Statements } from '../connection/statements.ts';
import { isOneOf, nameOf } from '../values/rows.ts';
import { copiedEntity } from './copied-entity.ts';
import type { RecordRow } from './page-rows.ts';
import { isForgotten } from './record-sql.ts';

/** Whether the records of an entity are people themselves. */
export function namesPeople({ person, table }: Entity): boolean {
  return 'customer' in person && person.customer === table.key;
}

/** The column that says whose a record is, and the entity that it points to; `undefined` for people themselves. */
export function ownerOf(entity: Entity): { column: string; owner: Entity } | undefined {
  if (namesPeople(entity)) return undefined;
  const { person } = entity;
  const column = 'order' in person ? person.order : person.customer;
  const owner = entities.find((other) =>
    'order' in person ? 'customer' in other.person && !namesPeople(other) : namesPeople(other),
  );
  return owner && { column, owner };
}

/**
 * Which records of a page belong to people who were erased before the records came: a credit memo of an order that was
 * emptied, an order of a customer who is gone.
 *
 * With `hold` the owners stay as they are until the transaction ends: whoever erases one meanwhile waits, and then finds
 * the record; whoever was erasing is waited for.
 */
export async function idsOfErasedOwners(
  statements: Statements,
  entity: Entity,
  shop: string,
  records: readonly RecordRow[],
  { hold = false }: { hold?: boolean } = {},
): Promise<number[]> {
  const owned = ownerOf(entity);
  if (owned === undefined) return [];
  const owners = records.map(({ row }) => row[owned.column]).filter((id) => id !== null && id !== undefined);
  if (owners.length === 0) return [];
  const { records: its } = copiedEntity(owned.owner);
  // An order that was deleted is erased for its own sake: what is left of its documents stays.
  const isErased = namesPeople(owned.owner) ? sql`s.erased_at is not null` : isForgotten('s');
  const key = nameOf(its.key, 's');
  // Asked of every owner, not in the condition: a row that did not match would not be locked.
  const answered = await statements.execute<{ id: string; erased: boolean }>(
    sql`select ${key} as id, (${isErased}) as erased from ${its.table} s
        where s.shop = ${shop} and ${isOneOf(key, [...new Set(owners.map(Number))])}
        order by ${key} ${hold ? sql`for key share of s` : sql``}`,
  );
  const erased = new Set(answered.rows.filter((row) => row.erased).map(({ id }) => Number(id)));
  return records.filter(({ row }) => erased.has(Number(row[owned.column]))).map(({ id }) => id);
}
