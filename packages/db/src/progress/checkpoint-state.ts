import type { SelectResultFields } from 'drizzle-orm/query-builders/select.types';
import { UnstorableRecordError } from '../errors.ts';
import { checkpoints } from '../schema/progress.ts';
import { asSourceTime, sourceTime } from '../values/source-time.ts';

/** Names one checkpoint. */
export interface CheckpointKey {
  shop: string;
  entity: string;
  kind: 'pull' | 'backfill' | 'sweep' | 'reconcile';
  /** 'all', or the name of one range of ids. */
  range: string;
}

/** Where a read goes on. Times of the source are UTC, 'YYYY-MM-DD HH:MM:SS'. */
export interface CheckpointState {
  afterUpdatedAt: string | null;
  afterId: number;
  /** Last id of the range; null means no end. */
  upToId: number | null;
  watermark: string | null;
  startedAt: Date | null;
  completedAt: Date | null;
}

/** A checkpoint as stored. */
export interface Checkpoint {
  key: CheckpointKey;
  state: CheckpointState;
  fence: bigint;
  claimedAt: Date | null;
  updatedAt: Date;
}

/** What is read of a row. */
export const checkpointFields = {
  shop: checkpoints.shop,
  entity: checkpoints.entity,
  kind: checkpoints.kind,
  range: checkpoints.range,
  afterUpdatedAt: asSourceTime(checkpoints.afterUpdatedAt),
  afterId: checkpoints.afterId,
  upToId: checkpoints.upToId,
  watermark: asSourceTime(checkpoints.watermark),
  startedAt: checkpoints.startedAt,
  completedAt: checkpoints.completedAt,
  fence: checkpoints.fence,
  claimedAt: checkpoints.claimedAt,
  updatedAt: checkpoints.updatedAt,
};

/** Builds the public value from what was read of a row. */
export function checkpointOf(row: SelectResultFields<typeof checkpointFields>): Checkpoint {
  const { shop, entity, kind, range, fence, claimedAt, updatedAt, ...state } = row;
  return { key: { shop, entity, kind, range }, state, fence, claimedAt, updatedAt };
}

/** The state as it is stored, its times with their zone. Throws {@link UnstorableRecordError} for a time that is none. */
export function storedState(state: CheckpointState): CheckpointState {
  return {
    afterUpdatedAt: requiredTime('afterUpdatedAt', state.afterUpdatedAt),
    afterId: state.afterId,
    upToId: state.upToId,
    watermark: requiredTime('watermark', state.watermark),
    startedAt: state.startedAt,
    completedAt: state.completedAt,
  };
}

function requiredTime(field: string, text: string | null): string | null {
  if (text === null) return null;
  const time = sourceTime(text);
  if (time !== undefined) return time;
  throw new UnstorableRecordError(`The checkpoint's ${field} '${text}' is not 'YYYY-MM-DD HH:MM:SS' in UTC.`);
}
