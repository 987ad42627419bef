import { and, asc, eq, sql } from 'drizzle-orm';
import { lockNames, lockUntilCommit } from '../connection/advisory-lock.ts';
import type { Database } from '../connection/open-database.ts';
import type { Statements } from '../connection/statements.ts';
import { inTransaction } from '../connection/transaction.ts';
import { checkpoints } from '../schema/progress.ts';
import { namesOf, rowsOf } from '../values/rows.ts';
import { advanceCheckpoint, holdFence, isCheckpoint } from './checkpoint-fence.ts';
import {
  type Checkpoint,
  type CheckpointKey,
  type CheckpointState,
  checkpointFields,
  checkpointOf,
  storedState,
} from './checkpoint-state.ts';

/** Which checkpoints are meant; what is left out matches everything. */
export interface CheckpointFilter {
  shop: string;
  entity?: string;
  kind?: CheckpointKey['kind'];
  range?: string;
}

/** A set of ranges that together cover an entity. */
export interface RangePlan {
  shop: string;
  entity: string;
  kind: CheckpointKey['kind'];
  ranges: readonly { range: string; state: CheckpointState }[];
  /** Forget an unfinished plan; its jobs are fenced out. Default false: the unfinished one goes on. */
  replace?: boolean;
}

/** Where a range is cut in two, and what the second part is called. */
export interface RangeSplit {
  atId: number;
  range: string;
  startedAt: Date;
}

/** Where reads go on. */
export type CheckpointRepository = ReturnType<typeof createCheckpointRepository>;

/** Creates the repository of checkpoints. */
export function createCheckpointRepository(database: Database) {
  const { orm } = database;
  return {
    /** Creates the checkpoint or takes it over from whoever holds it; the old holder can't write any more. */
    claim: (key: CheckpointKey, initial: CheckpointState) => claim(orm, key, initial),

    /** Moves a checkpoint without writing a page; throws FencedOutError like a page would. */
    advance: (key: CheckpointKey, fence: bigint, next: CheckpointState) =>
      inTransaction(database, async (statements) => {
        await holdFence(statements, { key, fence });
        await advanceCheckpoint(statements, { key, fence, next });
      }),

    /** Marks a range as done, wherever it stands. */
    complete: (key: CheckpointKey, fence: bigint, completedAt: Date) =>
      inTransaction(database, async (statements) => {
        await holdFence(statements, { key, fence });
        await statements
          .update(checkpoints)
          .set({ completedAt, updatedAt: sql`now()` })
          .where(isCheckpoint(key));
      }),

    /**
     * Cuts what is left of an open range in two: the ids after `atId` become a range of its own, begun at `startedAt`. Who
     * reads the first one is not fenced out, and finds its new end in the checkpoint.
     *
     * False when the range has ended meanwhile, or `atId` is not within what is left of it.
     */
    split: (key: CheckpointKey, at: RangeSplit) =>
      inTransaction(database, (statements) => split(statements, key, at)),

    /** Puts a checkpoint back to any state, watermark included, and fences out whoever holds it. */
    reset: (key: CheckpointKey, state: CheckpointState) =>
      inTransaction(database, async (statements) => {
        await remove(statements, key);
        return claim(statements, key, state);
      }),

    /** Lists checkpoints in the order of kind and position. */
    async list(filter: CheckpointFilter): Promise<Checkpoint[]> {
      const { entity, kind, afterId, range } = checkpoints;
      const found = await orm
        .select(checkpointFields)
        .from(checkpoints)
        .where(matching(filter))
        .orderBy(asc(entity), asc(kind), asc(afterId), asc(range));
      return found.map(checkpointOf);
    },

    /** Deletes checkpoints; whoever holds one is fenced out. Returns how many. */
    remove: (filter: CheckpointFilter) => remove(orm, filter),

    /** Creates the checkpoints of a plan, unless an unfinished plan exists: then that one is returned. */
    planRanges: (plan: RangePlan) => planRanges(database, plan),
  };
}

function matching({ shop, entity, kind, range }: CheckpointFilter) {
  return and(
    eq(checkpoints.shop, shop),
    entity === undefined ? undefined : eq(checkpoints.entity, entity),
    kind === undefined ? undefined : eq(checkpoints.kind, kind),
    range === undefined ? undefined : eq(checkpoints.range, range),
  );
}

async function remove(statements: Statements, filter: CheckpointFilter): Promise<number> {
  const deleted = await statements.delete(checkpoints).where(matching(filter));
  return deleted.rowCount ?? 0;
}

/** Drawn anew for every claim. */
const nextFence = sql<bigint>`nextval('sync.fences')`;

async function claim(
  statements: Statements,
  key: CheckpointKey,
  initial: CheckpointState,
): Promise<{ state: CheckpointState; fence: bigint }> {
  const { shop, entity, kind, range } = checkpoints;
  const claimedAt = sql`now()`;
  const { afterUpdatedAt, watermark, ...state } = storedState(initial);
  const [row] = await statements
    .insert(checkpoints)
    .values({
      ...key,
      ...state,
      afterUpdatedAt: sql`${afterUpdatedAt}::timestamptz`,
      watermark: sql`${watermark}::timestamptz`,
      fence: nextFence,
      claimedAt,
    })
    .onConflictDoUpdate({
      target: [shop, entity, kind, range],
      set: { fence: nextFence, claimedAt },
    })
    .returning(checkpointFields);
  if (row === undefined) throw new Error('INSERT … RETURNING answered no row.');
  const claimed = checkpointOf(row);
  return { state: claimed.state, fence: claimed.fence };
}

async function split(
  statements: Statements,
  key: CheckpointKey,
  { atId, range, startedAt }: RangeSplit,
): Promise<boolean> {
  const { afterId, upToId, completedAt } = checkpoints;
  const [open] = await statements
    .select({ afterId, upToId, completedAt })
    .from(checkpoints)
    .where(isCheckpoint(key))
    .for('update');
  if (!open || open.completedAt !== null || atId <= open.afterId) return false;
  if (open.upToId !== null && atId >= open.upToId) return false;
  await statements.update(checkpoints).set({ upToId: atId, updatedAt: sql`now()` }).where(isCheckpoint(key));
  await statements
    .insert(checkpoints)
    .values({ ...key, range, afterId: atId, upToId: open.upToId, startedAt, fence: nextFence });
  return true;
}

async function planRanges(
  database: Database,
  { shop, entity, kind, ranges, replace }: RangePlan,
): Promise<{ planned: boolean; checkpoints: Checkpoint[] }> {
  const filter = { shop, entity, kind };
  return inTransaction(database, async (statements) => {
    await lockUntilCommit(statements, lockNames.plan(shop, entity, kind));
    const read = () =>
      statements
        .select(checkpointFields)
        .from(checkpoints)
        .where(matching(filter))
        .orderBy(asc(checkpoints.afterId), asc(checkpoints.range))
        .for('update');
    const existing = await read();
    const unfinished = existing.some(({ completedAt }) => completedAt === null);
    if (unfinished && replace !== true) return { planned: false, checkpoints: existing.map(checkpointOf) };
    await remove(statements, filter);
    await statements.execute(sql`
      insert into ${checkpoints} (shop, entity, kind, ${namesOf(rangeColumns)}, fence)
      select ${shop}, ${entity}, ${kind}, ${namesOf(rangeColumns, 'r')}, ${nextFence}
      from ${rowsOf(rangeColumns, ranges.map(rangeRow), 'r')}`);
    return { planned: true, checkpoints: (await read()).map(checkpointOf) };
  });
}

const rangeColumns = [
  checkpoints.range,
  checkpoints.afterUpdatedAt,
  checkpoints.afterId,
  checkpoints.upToId,
  checkpoints.watermark,
  checkpoints.startedAt,
  checkpoints.completedAt,
];

function rangeRow({ range, state }: RangePlan['ranges'][number]) {
  const stored = storedState(state);
  return {
    range,
    after_updated_at: stored.afterUpdatedAt,
    after_id: stored.afterId,
    up_to_id: stored.upToId,
    watermark: stored.watermark,
    started_at: stored.startedAt,
    completed_at: stored.completedAt,
  };
}
