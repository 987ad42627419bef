import { type CheckpointKey, type CheckpointState, stateParameters } from './checkpoint-state.ts';
import { FencedOutError } from './errors.ts';
import type { Queryable } from './transaction.ts';

/** Moves a checkpoint that was claimed with this fence. */
export interface CheckpointAdvance {
  key: CheckpointKey;
  fence: bigint;
  next: CheckpointState;
}

/** Keeps everybody from claiming the checkpoint until the transaction ends. Throws {@link FencedOutError}. */
export async function holdFence(
  client: Queryable,
  { key, fence }: Omit<CheckpointAdvance, 'next'>,
): Promise<void> {
  const held = await client.query<{ fence: string }>(
    `select fence::text as fence from sync.checkpoints
     where shop = $1 and entity = $2 and kind = $3 and range = $4 for update`,
    [key.shop, key.entity, key.kind, key.range],
  );
  if (held.rows[0]?.fence !== fence.toString()) throw new FencedOutError(key);
}

/**
 * Writes the state of a checkpoint whose fence is held.
 *
 * A watermark never moves back. Within an id range `afterId` doesn't either; a pull may start again at an earlier one.
 */
export async function advanceCheckpoint(client: Queryable, { key, next }: CheckpointAdvance): Promise<void> {
  await client.query(
    `update sync.checkpoints set
       after_updated_at = $5::timestamptz,
       after_id = case when kind = 'pull' then $6::bigint else greatest(after_id, $6::bigint) end,
       up_to_id = $7::bigint,
       watermark = greatest(watermark, $8::timestamptz),
       started_at = $9::timestamptz,
       completed_at = $10::timestamptz,
       updated_at = now()
     where shop = $1 and entity = $2 and kind = $3 and range = $4`,
    [key.shop, key.entity, key.kind, key.range, ...stateParameters(next)],
  );
}
