import { UnstorableRecordError } from '../errors.ts';
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

/** A row of {@link checkpointColumns}. */
export interface CheckpointRow extends CheckpointKey, CheckpointState {
  fence: string;
  claimedAt: Date | null;
  updatedAt: Date;
}

/** Select list that yields {@link CheckpointRow}. */
export const checkpointColumns = `
shop, entity, kind, range, ${asSourceTime('after_updated_at')} as "afterUpdatedAt", after_id as "afterId",
up_to_id as "upToId", ${asSourceTime('watermark')} as watermark, started_at as "startedAt",
completed_at as "completedAt", fence::text as fence, claimed_at as "claimedAt", updated_at as "updatedAt"`;

/** Builds the public value from a row. */
export function checkpointOf(row: CheckpointRow): Checkpoint {
  const { shop, entity, kind, range, fence, claimedAt, updatedAt, ...state } = row;
  return { key: { shop, entity, kind, range }, state, fence: BigInt(fence), claimedAt, updatedAt };
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
