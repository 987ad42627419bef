import { lockNames } from './advisory-lock.ts';
import type { ChangeCause, ChangeOperation } from './schema/changes.ts';
import type { Queryable } from './transaction.ts';

/** Channel that is notified, with the shop as payload, whenever the feed has grown. */
export const outboxChannel = 'magento_sync_changes';

/** One entry to be appended to the feed. */
export interface OutboxItem {
  id: number;
  operation: ChangeOperation;
  changeId: string | null;
  changedFields: readonly string[];
}

/**
 * Appends to the feed of a shop as the last step of a transaction.
 *
 * The lock is held until the commit: without it a transaction could commit positions below ones that consumers have
 * already passed, and those entries would never be read.
 */
export async function appendToOutbox(
  client: Queryable,
  origin: { shop: string; cause: ChangeCause; runId: number | null },
  items: readonly OutboxItem[],
): Promise<void> {
  if (items.length === 0) return;
  await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
    lockNames.outbox(origin.shop),
  ]);
  await client.query(
    `insert into sync.outbox (shop, entity, entity_id, operation, cause, run_id, change_id, changed_fields)
     select $1, 'customers', (i ->> 'id')::bigint, i ->> 'operation', $2, $3, (i ->> 'changeId')::bigint,
       array(select jsonb_array_elements_text(i -> 'changedFields'))
     from jsonb_array_elements($4::jsonb) with ordinality as items(i, n)
     order by n`,
    [origin.shop, origin.cause, origin.runId, JSON.stringify(items)],
  );
  await client.query('select pg_notify($1, $2)', [outboxChannel, origin.shop]);
}
