import { type SQL, sql } from 'drizzle-orm';
import { appendToOutbox, type OutboxItem } from '../changes/outbox-append.ts';
import type { Database } from '../connection/open-database.ts';
import type { Statements } from '../connection/statements.ts';
import { inTransaction } from '../connection/transaction.ts';
import { countRunPage } from '../progress/run-counters.ts';
import { type ChangeCause, changes } from '../schema/changes.ts';
import { plainArray } from '../values/array-text.ts';
import { isOneOf, nameOf } from '../values/rows.ts';
import type { CopiedEntity } from './copied-entity.ts';
import { lastSeen } from './verified-ranges.ts';
import { type ChangeRecording, lockRecords } from './write-page.ts';

/** Records that the shop has confirmed not to have any more. */
export interface Deletion {
  shop: string;
  ids: readonly number[];
  /** When the shop said so; a row that was seen later is left alone. */
  confirmedAt: Date;
  cause: ChangeCause;
  runId?: number;
}

/** So many records are marked or erased in one transaction. */
const mostAtOnce = 500;

/**
 * Marks records and their parts as deleted in the source; what was known of them stays.
 *
 * Returns the ids that were marked: neither marked before nor seen after the confirmation.
 */
export function tombstone(
  database: Database,
  copied: CopiedEntity,
  recording: ChangeRecording,
  deletion: Deletion,
): Promise<number[]> {
  const { records, children } = copied;
  const key = nameOf(records.key);
  return inPortions(deletion, (portion) =>
    inTransaction(database, async (statements) => {
      const { shop, confirmedAt } = portion;
      const at = sql`${confirmedAt}::timestamptz`;
      await lockRecords(statements, copied, shop, portion.ids);
      const ids = await idsOf(
        statements,
        sql`update ${records.table} c set deleted_at = ${at}
            where shop = ${shop} and ${isOneOf(key, portion.ids)} and deleted_at is null
              and ${lastSeen(copied, 'c')} <= ${at}
            returning ${key} as id`,
      );
      for (const { table, parent } of children) {
        await statements.execute(
          sql`update ${table} set deleted_at = ${at} where shop = ${shop} and ${isOneOf(nameOf(parent), ids)}`,
        );
      }
      await record(statements, copied, recording, portion, 'delete', ids);
      return ids;
    }),
  );
}

/** Does the work for so many ids at a time, each portion in a transaction of its own; puts the results together. */
export async function inPortions(
  deletion: Deletion,
  work: (portion: Deletion) => Promise<number[]>,
): Promise<number[]> {
  const done: number[] = [];
  for (let start = 0; start < deletion.ids.length; start += mostAtOnce) {
    done.push(...(await work({ ...deletion, ids: deletion.ids.slice(start, start + mostAtOnce) })));
  }
  return done.toSorted((one, other) => one - other);
}

/** The ids that a statement returns, ascending. */
export async function idsOf(statements: Statements, statement: SQL): Promise<number[]> {
  const answered = await statements.execute<{ id: string }>(statement);
  return answered.rows.map(({ id }) => Number(id)).toSorted((one, other) => one - other);
}

/** Notes deletions or erasures in the history, with their run, and in the feed. */
export async function record(
  statements: Statements,
  { entity }: CopiedEntity,
  recording: ChangeRecording,
  deletion: Deletion,
  operation: 'delete' | 'erase',
  ids: readonly number[],
): Promise<void> {
  const { shop, cause, confirmedAt, runId } = deletion;
  const changeIds = new Map<number, string>();
  if (recording.history) {
    const recorded = await statements.execute<{ id: string; entityId: string }>(sql`
      insert into ${changes} (shop, entity, entity_id, operation, cause, run_id, observed_at, changed_fields)
      select ${shop}, ${entity.name}, id, ${operation}, ${cause}, ${runId ?? null}::bigint,
        ${confirmedAt}::timestamptz, '{}'
      from unnest(${plainArray(ids)}::bigint[]) id
      returning id::text as id, entity_id as "entityId"`);
    for (const { id, entityId } of recorded.rows) changeIds.set(Number(entityId), id);
  }
  if (runId !== undefined) {
    await countRunPage(statements, runId, {
      [operation === 'delete' ? 'tombstoned' : 'erased']: ids.length,
    });
  }
  if (!recording.feed) return;
  const items = ids.map(
    (id): OutboxItem => ({ id, operation, changeId: changeIds.get(id) ?? null, changedFields: [] }),
  );
  await appendToOutbox(statements, { shop, entity: entity.name, cause, runId: runId ?? null }, items);
}
