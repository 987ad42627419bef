import { sql } from 'drizzle-orm';
import { lockNames } from '../connection/advisory-lock.ts';
import type { Database } from '../connection/open-database.ts';
import { inTransaction, type Queryable } from '../connection/transaction.ts';
import { checkpoints } from '../schema/progress.ts';
import { advanceCheckpoint, holdFence, isCheckpoint } from './checkpoint-fence.ts';
import {
  type Checkpoint,
  type CheckpointKey,
  type CheckpointRow,
  type CheckpointState,
  checkpointColumns,
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

/** Where reads go on. */
export type CheckpointRepository = ReturnType<typeof createCheckpointRepository>;

/** Creates the repository of checkpoints. */
export function createCheckpointRepository(database: Database) {
  return {
    /** Creates the checkpoint or takes it over from whoever holds it; the old holder can't write any more. */
    claim: (key: CheckpointKey, initial: CheckpointState) => claim(database.pool, key, initial),

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

    /** Puts a checkpoint back to any state, watermark included, and fences out whoever holds it. */
    reset: (key: CheckpointKey, state: CheckpointState) =>
      inTransaction(database, async (_statements, client) => {
        await deleteMatching(client, key);
        return claim(client, key, state);
      }),

    /** Lists checkpoints in the order of kind and position. */
    async list(filter: CheckpointFilter): Promise<Checkpoint[]> {
      const found = await database.pool.query<CheckpointRow>(
        `select ${checkpointColumns} from sync.checkpoints where ${matching} order by entity, kind, after_id, range`,
        parameters(filter),
      );
      return found.rows.map(checkpointOf);
    },

    /** Deletes checkpoints; whoever holds one is fenced out. Returns how many. */
    async remove(filter: CheckpointFilter): Promise<number> {
      return deleteMatching(database.pool, filter);
    },

    /** Creates the checkpoints of a plan, unless an unfinished plan exists: then that one is returned. */
    planRanges: (plan: RangePlan) => planRanges(database, plan),
  };
}

const matching = `shop = $1 and ($2::text is null or entity = $2) and ($3::text is null or kind = $3)
  and ($4::text is null or range = $4)`;

function parameters({ shop, entity, kind, range }: CheckpointFilter): unknown[] {
  return [shop, entity ?? null, kind ?? null, range ?? null];
}

async function deleteMatching(client: Queryable, filter: CheckpointFilter): Promise<number> {
  const deleted = await client.query(`delete from sync.checkpoints where ${matching}`, parameters(filter));
  return deleted.rowCount ?? 0;
}

async function claim(
  client: Queryable,
  key: CheckpointKey,
  initial: CheckpointState,
): Promise<{ state: CheckpointState; fence: bigint }> {
  const claimed = await client.query<CheckpointRow>(
    `insert into sync.checkpoints (shop, entity, kind, range,
       after_updated_at, after_id, up_to_id, watermark, started_at, completed_at, fence, claimed_at)
     values ($1, $2, $3, $4, $5::timestamptz, $6, $7, $8::timestamptz, $9, $10, nextval('sync.fences'), now())
     on conflict (shop, entity, kind, range)
     do update set fence = nextval('sync.fences'), claimed_at = now()
     returning ${checkpointColumns}`,
    [key.shop, key.entity, key.kind, key.range, ...Object.values(storedState(initial))],
  );
  const [row] = claimed.rows;
  if (row === undefined) throw new Error('INSERT … RETURNING answered no row.');
  const { state, fence } = checkpointOf(row);
  return { state, fence };
}

async function planRanges(
  database: Database,
  plan: RangePlan,
): Promise<{ planned: boolean; checkpoints: Checkpoint[] }> {
  const filter = { shop: plan.shop, entity: plan.entity, kind: plan.kind };
  return inTransaction(database, async (_statements, client) => {
    await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
      lockNames.plan(plan.shop, plan.entity, plan.kind),
    ]);
    const existing = await client.query<CheckpointRow>(
      `select ${checkpointColumns} from sync.checkpoints where ${matching} order by after_id, range for update`,
      parameters(filter),
    );
    const unfinished = existing.rows.some(({ completedAt }) => completedAt === null);
    if (unfinished && plan.replace !== true) {
      return { planned: false, checkpoints: existing.rows.map(checkpointOf) };
    }
    await deleteMatching(client, filter);
    const rows = plan.ranges.map(({ range, state }) => [range, ...Object.values(storedState(state))]);
    const column = (index: number) => rows.map((row) => row[index]);
    const created = await client.query<CheckpointRow>(
      `insert into sync.checkpoints (shop, entity, kind, range,
         after_updated_at, after_id, up_to_id, watermark, started_at, completed_at, fence)
       select $1, $2, $3, p.*, nextval('sync.fences')
       from unnest($4::text[], $5::timestamptz[], $6::bigint[], $7::bigint[], $8::timestamptz[],
         $9::timestamptz[], $10::timestamptz[]) p
       returning ${checkpointColumns}`,
      [plan.shop, plan.entity, plan.kind, ...[0, 1, 2, 3, 4, 5, 6].map(column)],
    );
    return { planned: true, checkpoints: created.rows.map(checkpointOf) };
  });
}
