import { type Entity, entities } from '@magento-sync/entities';
import { sql } from 'drizzle-orm';
import type { Statements } from '../connection/statements.ts';
import { isOneOf, nameOf } from '../values/rows.ts';
import { copiedEntity } from './copied-entity.ts';
import type { PageRows } from './page-rows.ts';
import { isForgotten } from './record-sql.ts';

/** Whether the records of an entity are people themselves. */
export function namesPeople({ person, table }: Entity): boolean {
  return 'customer' in person && person.customer === table.key;
}

/** The column that says whose a record is, and the entity that it points to; `undefined` for people themselves. */
function ownerOf(entity: Entity): { column: string; owner: Entity } | undefined {
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
 */
export async function idsOfErasedOwners(
  statements: Statements,
  entity: Entity,
  shop: string,
  { records }: PageRows,
): Promise<number[]> {
  const owned = ownerOf(entity);
  if (owned === undefined) return [];
  const owners = records.map(({ row }) => row[owned.column]).filter((id) => id !== null && id !== undefined);
  if (owners.length === 0) return [];
  const { records: its } = copiedEntity(owned.owner);
  // An order that was deleted is erased for its own sake: what is left of its documents stays.
  const isErased = namesPeople(owned.owner) ? sql`s.erased_at is not null` : isForgotten('s');
  const key = nameOf(its.key, 's');
  const answered = await statements.execute<{ id: string }>(
    sql`select ${key} as id from ${its.table} s
        where s.shop = ${shop} and ${isOneOf(key, owners.map(Number))} and ${isErased}`,
  );
  const erased = new Set(answered.rows.map(({ id }) => Number(id)));
  return records.filter(({ row }) => erased.has(Number(row[owned.column]))).map(({ id }) => id);
}
