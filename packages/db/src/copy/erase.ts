import type { Entity, Table } from '@magento-sync/entities';
import { eq, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../connection/open-database.ts';
import type { Statements } from '../connection/statements.ts';
import { inTransaction } from '../connection/transaction.ts';
import { changes } from '../schema/changes.ts';
import { isOneOf, nameOf } from '../values/rows.ts';
import { type Copied, type CopiedEntity, columnOf, copiedEntity } from './copied-entity.ts';
import { namesPeople, ownerOf } from './erased-owners.ts';
import { type Deletion, idsOf, inPortions, record } from './tombstones.ts';
import { lastSeen } from './verified-ranges.ts';
import { emptiedColumns } from './without-person.ts';
import { type ChangeRecording, lockRecords } from './write-page.ts';

/**
 * Removes the personal data of deleted records for good: from the row, its parts, the history, and from what records of
 * other entities hold of the same people.
 *
 * Ids and times stay, so that the copy still knows that there was somebody. Returns the ids that were erased.
 */
export function erase(
  database: Database,
  copied: CopiedEntity,
  recording: ChangeRecording,
  deletion: Deletion,
  others: readonly Entity[],
): Promise<number[]> {
  return inPortions(deletion, async (portion) => {
    // First: as soon as the records themselves are erased, nobody knows any more whose e-mail addresses to look for.
    await forgetPeople((work) => inTransaction(database, work), copied, recording, portion, others);
    return inTransaction(database, async (statements) => {
      const { shop, confirmedAt } = portion;
      const at = sql`${confirmedAt}::timestamptz`;
      await lockRecords(statements, copied, shop, portion.ids);
      // Again, with the records locked, for what was written since: whoever writes more waits until they are erased.
      await forgetPeople((work) => work(statements), copied, recording, portion, others);
      const ids = await idsOf(
        statements,
        sql`update ${copied.records.table} c set ${emptied(copied.records)}raw = null, content_hash = null, sent_hash = null,
              deleted_at = coalesce(deleted_at, ${at}), erased_at = ${at}
            where shop = ${shop} and ${isOneOf(nameOf(copied.records.key), portion.ids)} and erased_at is null
              and (deleted_at is not null or ${lastSeen(copied, 'c')} <= ${at})
            returning ${nameOf(copied.records.key)} as id`,
      );
      await eraseTraces(statements, copied, shop, ids);
      await record(statements, copied, recording, portion, 'erase', ids);
      return ids;
    });
  });
}

/**
 * Removes the personal data of records for good at a person's request: of these records, whether the shop still has them or
 * not, and of what records of other entities hold of the same people. What the shop says of them later comes without it.
 *
 * Returns the ids of the records themselves that held any.
 */
export function forgetRecords(
  database: Database,
  copied: CopiedEntity,
  recording: ChangeRecording,
  deletion: Deletion,
  others: readonly Entity[],
): Promise<number[]> {
  return inPortions(deletion, async (portion) => {
    await forgetPeople((work) => inTransaction(database, work), copied, recording, portion, others);
    return inTransaction(database, async (statements) => {
      const within: Within = (work) => work(statements);
      await lockRecords(statements, copied, portion.shop, portion.ids);
      await forgetPeople(within, copied, recording, portion, others);
      const ids = await forget(within, copied, recording, portion);
      await forgetOwned(within, copied.entity, portion.ids, recording, portion, others);
      return ids;
    });
  });
}

/** Runs work in a transaction: each in one of its own, or all in one that is there already. */
type Within = <T>(work: (statements: Statements) => Promise<T>) => Promise<T>;

/** Removes what records of other entities, which the shop still has, hold of the people whose records are erased. */
async function forgetPeople(
  within: Within,
  copied: CopiedEntity,
  recording: ChangeRecording,
  deletion: Deletion,
  others: readonly Entity[],
): Promise<void> {
  if (!namesPeople(copied.entity)) return;
  const forgotten = new Map<Entity, readonly number[]>();
  // Documents before their orders, which say whose they are.
  for (const other of others.toReversed()) {
    if (other === copied.entity) continue;
    const its = copiedEntity(other);
    const about = aboutPeople(copied, its, deletion, others, sql`o.erased_at is null`);
    if (about === undefined) continue;
    const found = await within((statements) => idsOf(statements, about));
    forgotten.set(other, await forget(within, its, recording, { ...deletion, ids: found }));
  }
  // And those that came between the two: their orders are known by now, and hold up whoever writes more.
  for (const [owner, ids] of forgotten) await forgetOwned(within, owner, ids, recording, deletion, others);
}

/** Removes what records that belong to others say of their people: documents of orders. */
async function forgetOwned(
  within: Within,
  owner: Entity,
  ids: readonly number[],
  recording: ChangeRecording,
  deletion: Deletion,
  others: readonly Entity[],
): Promise<void> {
  if (namesPeople(owner) || ids.length === 0) return;
  for (const other of others) {
    const owned = ownerOf(other);
    if (owned?.owner !== owner) continue;
    const its = copiedEntity(other);
    const theirs = sql`select ${nameOf(its.records.key, 'o')} as id from ${its.records.table} o
      where o.shop = ${deletion.shop} and o.erased_at is null
        and ${isOneOf(sql`o.${sql.identifier(owned.column)}`, ids)}`;
    const found = await within((statements) => idsOf(statements, theirs));
    await forget(within, its, recording, { ...deletion, ids: found });
  }
}

/** Ids of the records that carry an e-mail address, in whatever letter case; none where records carry no such thing. */
export function idsByEmail(
  database: Database,
  { entity, records }: CopiedEntity,
  shop: string,
  email: string,
): Promise<number[]> {
  const { person } = entity;
  if (!('email' in person)) return Promise.resolve([]);
  return idsOf(
    database.orm,
    sql`select ${nameOf(records.key, 'o')} as id from ${records.table} o
        where o.shop = ${shop} and lower(o.${sql.identifier(person.email)}) = lower(${email})`,
  );
}

/**
 * Query for the ids of the records `o` that hold personal data of the people with the given ids.
 *
 * Each way to such a record is a query of its own, so that each goes by its index.
 */
export function aboutPeople(
  people: CopiedEntity,
  { entity: { person }, records }: CopiedEntity,
  { shop, ids }: Pick<Deletion, 'shop' | 'ids'>,
  all: readonly Entity[],
  kind: SQL,
): SQL | undefined {
  const found = (condition: SQL) =>
    sql`select ${nameOf(records.key, 'o')} as id from ${records.table} o
        where o.shop = ${shop} and ${kind} and ${condition}`;
  if ('customer' in person) {
    if (!('email' in people.entity.person)) return undefined;
    const email = sql`lower(p.${sql.identifier(people.entity.person.email)})`;
    const emails = sql`array(
      select ${email} from ${people.records.table} p
      where p.shop = ${shop} and ${isOneOf(nameOf(people.records.key, 'p'), ids)})`;
    return sql`${found(isOneOf(sql`o.${sql.identifier(person.customer)}`, ids))}
      union ${found(sql`lower(o.${sql.identifier(person.email)}) = any(${emails})`)}`;
  }
  const owning = all.find(({ person: its, table }) => 'customer' in its && its.customer !== table.key);
  const owners = owning && aboutPeople(people, copiedEntity(owning), { shop, ids }, all, sql`true`);
  return owners && found(sql`o.${sql.identifier(person.order)} = any(array(${owners}))`);
}

/** Empties what is personal in rows of living records; such a row is never filled again. */
function forget(
  within: Within,
  copied: CopiedEntity,
  recording: ChangeRecording,
  deletion: Deletion,
): Promise<number[]> {
  return inPortions(deletion, (portion) =>
    within(async (statements) => {
      const { shop, confirmedAt } = portion;
      await lockRecords(statements, copied, shop, portion.ids);
      const ids = await idsOf(
        statements,
        sql`update ${copied.records.table} set ${emptied(copied.records)}raw = null, sent_hash = null,
              erased_at = ${confirmedAt}::timestamptz
            where shop = ${shop} and ${isOneOf(nameOf(copied.records.key), portion.ids)} and erased_at is null
            returning ${nameOf(copied.records.key)} as id`,
      );
      await eraseTraces(statements, copied, shop, ids);
      const { runId: _, ...onNoAccount } = portion;
      await record(statements, copied, recording, onNoAccount, 'erase', ids);
      return ids;
    }),
  );
}

/** Removes what parts and history say of the people. */
async function eraseTraces(
  statements: Statements,
  { entity, children }: CopiedEntity,
  shop: string,
  ids: readonly number[],
): Promise<void> {
  for (const child of children) {
    const its = sql`shop = ${shop} and ${isOneOf(nameOf(child.parent), ids)}`;
    await statements.execute(
      outlivesErasure(child)
        ? sql`update ${child.table} set ${emptied(child)}raw = '{}' where ${its}`
        : sql`delete from ${child.table} where ${its}`,
    );
  }
  await statements
    .update(changes)
    .set({ oldValues: null, newValues: null })
    .where(
      sql`${eq(changes.shop, shop)} and ${eq(changes.entity, entity.name)} and ${isOneOf(changes.entityId, ids)}`,
    );
}

/** Whether anything of such a part is worth keeping without the person: a column beside its ids. */
function outlivesErasure({ definition }: CopiedEntity['children'][number]): boolean {
  const ids = [...definition.key, definition.parent];
  return Object.entries(definition.columns).some(([name, { kept }]) => kept && !ids.includes(name));
}

/** Empties every column that is not kept on purpose: whatever is added to a table is erased too. */
function emptied({ definition, table }: Copied<Table>): SQL {
  const columns = emptiedColumns(definition).map(([name, value]) => {
    const isObject = value !== null && typeof value === 'object';
    return sql`${nameOf(columnOf(table, name))} = ${isObject ? sql`'{}'` : sql`${value}`}, `;
  });
  return sql.join(columns);
}
