import { type SQL, sql } from 'drizzle-orm';
import { lockedUntilCommit, lockNames } from '../connection/advisory-lock.ts';
import type { Statements } from '../connection/statements.ts';
import { type ChangeCause, type ChangeOperation, outbox } from '../schema/changes.ts';
import { plainArray } from '../values/array-text.ts';

/** Channel that is notified, with the shop as payload, whenever the feed has grown. */
export const outboxChannel = 'magento_sync_changes';

/** One entry to be appended to the feed. */
export interface OutboxItem {
  id: number;
  operation: ChangeOperation;
  changeId: string | null;
  changedFields: readonly string[];
}

/** Whose entries are appended, and who found what they tell. */
export interface OutboxOrigin {
  shop: string;
  entity: string;
  cause: ChangeCause;
  runId: number | null;
}

/** Appends to the feed of a shop as the last step of a transaction, as {@link appendedToOutbox} says. */
export async function appendToOutbox(
  statements: Statements,
  origin: OutboxOrigin,
  items: readonly OutboxItem[],
): Promise<void> {
  for (const statement of appendedToOutbox(origin, items)) await statements.execute(statement);
}

/**
 * Statements that append to the feed of a shop; the last ones of a transaction, in this order.
 *
 * The lock is held until the commit: without it a transaction could commit positions below ones that consumers have
 * already passed, and those entries would never be read.
 */
export function appendedToOutbox(
  { shop, entity, cause, runId }: OutboxOrigin,
  items: readonly OutboxItem[],
): SQL[] {
  if (items.length === 0) return [];
  // New rows, of which a backfill has nothing else, differ in their ids alone.
  const entries = items.every(({ operation }) => operation === 'insert')
    ? sql`
      select ${shop}, ${entity}, id, 'insert', ${cause}, ${runId}::bigint, null::bigint, '{}'::text[]
      from unnest(${plainArray(items.map(({ id }) => id))}::bigint[]) with ordinality as items(id, n)
      order by n`
    : sql`
      select ${shop}, ${entity}, (i ->> 'id')::bigint, i ->> 'operation', ${cause}, ${runId}::bigint,
        (i ->> 'changeId')::bigint, array(select jsonb_array_elements_text(i -> 'changedFields'))
      from jsonb_array_elements(${JSON.stringify(items)}::jsonb) with ordinality as items(i, n)
      order by n`;
  return [
    lockedUntilCommit(lockNames.outbox(shop)),
    // One statement for both: whoever else writes waits for this transaction.
    sql`
    with appended as (
      insert into ${outbox} (shop, entity, entity_id, operation, cause, run_id, change_id, changed_fields)${entries}
    )
    select pg_notify(${outboxChannel}, ${shop})`,
  ];
}
