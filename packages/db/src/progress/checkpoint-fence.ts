import { type SQL, sql } from 'drizzle-orm';
import type { Statements } from '../connection/statements.ts';
import { FencedOutError } from '../errors.ts';
import { checkpoints } from '../schema/progress.ts';
import { type CheckpointKey, type CheckpointState, storedState } from './checkpoint-state.ts';

/** Moves a checkpoint that was claimed with this fence. */
export interface CheckpointAdvance {
  key: CheckpointKey;
  fence: bigint;
  next: CheckpointState;
}

/**
 * Keeps everybody from claiming or splitting the checkpoint until the transaction ends, and says where its range ends by now.
 * Throws {@link FencedOutError}.
 */
export async function holdFence(
  statements: Statements,
  { key, fence }: Omit<CheckpointAdvance, 'next'>,
): Promise<Pick<CheckpointState, 'upToId'>> {
  const [held] = await statements
    .select({ fence: checkpoints.fence, upToId: checkpoints.upToId })
    .from(checkpoints)
    .where(isCheckpoint(key))
    .for('update');
  if (held?.fence !== fence) throw new FencedOutError(key);
  return { upToId: held.upToId };
}

/** Writes the state of a checkpoint whose fence is held, as {@link advancedCheckpoint} says. */
export async function advanceCheckpoint(statements: Statements, advance: CheckpointAdvance): Promise<void> {
  await statements.execute(advancedCheckpoint(advance));
}

/**
 * Writes the state of a checkpoint whose fence is held.
 *
 * A watermark never moves back. Within an id range `afterId` doesn't either; a pull may start again at an earlier one. The
 * end of a range only moves forward to its start: who does not know yet that it was split keeps the new end, and stays
 * before it, so that nobody takes the range for read to its end.
 */
export function advancedCheckpoint({ key, next }: CheckpointAdvance): SQL {
  const { afterUpdatedAt, afterId, upToId, watermark, startedAt, completedAt } = storedState(next);
  return sql`
    update ${checkpoints} set
      after_updated_at = ${afterUpdatedAt}::timestamptz,
      after_id = case
        when kind = 'pull' then ${afterId}::bigint
        when up_to_id < ${upToId}::bigint or (up_to_id is not null and ${upToId}::bigint is null)
          then greatest(after_id, least(${afterId}::bigint, up_to_id - 1))
        else greatest(after_id, ${afterId}::bigint)
      end,
      up_to_id = least(up_to_id, ${upToId}::bigint),
      watermark = greatest(watermark, ${watermark}::timestamptz),
      started_at = ${startedAt}::timestamptz,
      completed_at = ${completedAt}::timestamptz,
      updated_at = now()
    where ${isCheckpoint(key)}`;
}

/** Condition that is true of one checkpoint. */
export function isCheckpoint({ shop, entity, kind, range }: CheckpointKey) {
  const { shop: ofShop, entity: ofEntity, kind: ofKind, range: ofRange } = checkpoints;
  return sql`${ofShop} = ${shop} and ${ofEntity} = ${entity} and ${ofKind} = ${kind} and ${ofRange} = ${range}`;
}
