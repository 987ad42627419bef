import { advanceCheckpoint, type CheckpointAdvance, holdFence } from '../checkpoint-fence.ts';
import type { Database } from '../open-database.ts';
import { appendToOutbox, type OutboxItem } from '../outbox-append.ts';
import { countRunPage } from '../run-counters.ts';
import type { ChangeCause } from '../schema/changes.ts';
import { inTransaction, type Queryable } from '../transaction.ts';
import { lockCustomersSql } from './customer-sql.ts';
import type { ChangeRecording } from './write-page.ts';

/** Customers that the shop has confirmed not to have any more. */
export interface Deletion {
  shop: string;
  ids: readonly number[];
  /** When the shop said so; a row that was seen later is left alone. */
  confirmedAt: Date;
  cause: ChangeCause;
  runId?: number;
  checkpoint?: CheckpointAdvance;
}

/**
 * Marks customers and their addresses as deleted in the source; what was known of them stays.
 *
 * Returns the ids that were marked: neither marked before nor seen after the confirmation.
 */
export async function tombstone(
  database: Database,
  recording: ChangeRecording,
  deletion: Deletion,
): Promise<number[]> {
  return inTransaction(database, async (client) => {
    if (deletion.checkpoint) await holdFence(client, deletion.checkpoint);
    await client.query(lockCustomersSql, [deletion.shop, deletion.ids]);
    const marked = await client.query<{ id: number }>(
      `update magento.customers set deleted_at = $3
       where shop = $1 and id = any($2::bigint[]) and deleted_at is null and last_seen_at <= $3
       returning id`,
      [deletion.shop, deletion.ids, deletion.confirmedAt],
    );
    const ids = marked.rows.map(({ id }) => id).toSorted(ascending);
    await client.query(
      'update magento.customer_addresses set deleted_at = $3 where shop = $1 and customer_id = any($2::bigint[])',
      [deletion.shop, ids, deletion.confirmedAt],
    );
    await record(client, recording, deletion, 'delete', ids);
    return ids;
  });
}

/**
 * Removes the personal data of customers for good: from the row, the addresses and the history.
 *
 * The id and the times stay, so that the copy still knows that there was somebody. Returns the ids that were erased.
 */
export async function erase(
  database: Database,
  recording: ChangeRecording,
  deletion: Deletion,
): Promise<number[]> {
  return inTransaction(database, async (client) => {
    if (deletion.checkpoint) await holdFence(client, deletion.checkpoint);
    await client.query(lockCustomersSql, [deletion.shop, deletion.ids]);
    const erased = await client.query<{ id: number }>(
      `update magento.customers set ${eraseColumns},
         deleted_at = coalesce(deleted_at, $3::timestamptz), erased_at = $3
       where shop = $1 and id = any($2::bigint[]) and erased_at is null
         and (deleted_at is not null or last_seen_at <= $3)
       returning id`,
      [deletion.shop, deletion.ids, deletion.confirmedAt],
    );
    const ids = erased.rows.map(({ id }) => id).toSorted(ascending);
    await client.query(
      'delete from magento.customer_addresses where shop = $1 and customer_id = any($2::bigint[])',
      [deletion.shop, ids],
    );
    await client.query(
      `update sync.changes set old_values = null, new_values = null
       where shop = $1 and entity = 'customers' and entity_id = any($2::bigint[])`,
      [deletion.shop, ids],
    );
    await record(client, recording, deletion, 'erase', ids);
    return ids;
  });
}

/** Everything but the key, the scope and the times. */
const eraseColumns = `email = null, group_id = null, created_in = null, prefix = null, firstname = null,
  middlename = null, lastname = null, suffix = null, dob = null, gender = null, taxvat = null, confirmation = null,
  default_billing = null, default_shipping = null, disable_auto_group_change = null, is_subscribed = null,
  custom_attributes = '{}', extension_attributes = '{}', raw = null, content_hash = null`;

async function record(
  client: Queryable,
  recording: ChangeRecording,
  deletion: Deletion,
  operation: 'delete' | 'erase',
  ids: readonly number[],
): Promise<void> {
  const changeIds = recording.history ? await recordHistory(client, deletion, operation, ids) : new Map();
  if (deletion.checkpoint) await advanceCheckpoint(client, deletion.checkpoint);
  if (deletion.runId !== undefined) {
    await countRunPage(client, deletion.runId, {
      [operation === 'delete' ? 'tombstoned' : 'erased']: ids.length,
    });
  }
  if (!recording.feed) return;
  const items = ids.map(
    (id): OutboxItem => ({ id, operation, changeId: changeIds.get(id) ?? null, changedFields: [] }),
  );
  await appendToOutbox(client, { ...deletion, runId: deletion.runId ?? null }, items);
}

async function recordHistory(
  client: Queryable,
  deletion: Deletion,
  operation: 'delete' | 'erase',
  ids: readonly number[],
): Promise<Map<number, string>> {
  const recorded = await client.query<{ id: string; entityId: number }>(
    `insert into sync.changes (shop, entity, entity_id, operation, cause, run_id, observed_at, changed_fields)
     select $1, 'customers', id, $3, $4, $5, $6, '{}' from unnest($2::bigint[]) id
     returning id::text as id, entity_id as "entityId"`,
    [deletion.shop, ids, operation, deletion.cause, deletion.runId ?? null, deletion.confirmedAt],
  );
  return new Map(recorded.rows.map(({ id, entityId }) => [entityId, id]));
}

function ascending(one: number, other: number): number {
  return one - other;
}
