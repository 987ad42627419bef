import { and, count, desc, eq, gt, gte, inArray, lt, max, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../connection/open-database.ts';
import { UnknownRunError } from '../errors.ts';
import { runs } from '../schema/progress.ts';
import { countRunPage, type RunCounters } from './run-counters.ts';

/** How a run ended. */
export interface RunEnd {
  status: 'succeeded' | 'incomplete' | 'failed' | 'interrupted';
  /** Why, in plain words; expected for everything but success. */
  reason?: string;
  /** Added to the details that the run began with. */
  details?: Record<string, unknown>;
}

/** A run as stored. */
export type Run = typeof runs.$inferSelect;

/** Recorded runs of one entity and kind that ended, or go on, in one way. */
export interface RunTally {
  entity: string;
  kind: string;
  status: Run['status'];
  runs: number;
  lastFinishedAt: Date | null;
}

/** What was run, and with which result. */
export type RunRepository = ReturnType<typeof createRunRepository>;

/** Creates the repository of runs. */
export function createRunRepository({ orm }: Database) {
  const latest = (shop: string, condition?: SQL) =>
    orm
      .selectDistinctOn([runs.entity, runs.kind])
      .from(runs)
      .where(and(eq(runs.shop, shop), condition))
      .orderBy(runs.entity, runs.kind, desc(runs.startedAt), desc(runs.id));

  return {
    /** Records the start of a run and returns its id. */
    async start(run: {
      shop: string;
      entity: string;
      kind: string;
      details?: Record<string, unknown>;
    }): Promise<number> {
      const [started] = await orm.insert(runs).values(run).returning({ id: runs.id });
      if (started === undefined) throw new Error('INSERT … RETURNING answered no row.');
      return started.id;
    },

    /** Says that the run is alive; false when it was marked as ended meanwhile. */
    async heartbeat(id: number): Promise<boolean> {
      const alive = await orm
        .update(runs)
        .set({ heartbeatAt: sql`now()` })
        .where(and(eq(runs.id, id), eq(runs.status, 'running')))
        .returning({ id: runs.id });
      return alive.length > 0;
    },

    /** Adds what was read without being written, which proves that the run is alive. Throws UnknownRunError. */
    count: (id: number, counts: Partial<RunCounters>) => countRunPage(orm, id, counts),

    /** Records the end; an 'interrupted' guessed from a missing heartbeat gives way to what the run itself says. */
    async finish(id: number, end: RunEnd): Promise<void> {
      const ended = await orm
        .update(runs)
        .set({
          status: end.status,
          reason: end.reason ?? null,
          finishedAt: sql`now()`,
          ...(end.details ? { details: sql`${runs.details} || ${JSON.stringify(end.details)}::jsonb` } : {}),
        })
        .where(and(eq(runs.id, id), inArray(runs.status, ['running', 'interrupted'])))
        .returning({ id: runs.id });
      if (ended.length > 0) return;
      const [existing] = await orm.select({ id: runs.id }).from(runs).where(eq(runs.id, id));
      if (existing === undefined) throw new UnknownRunError(id);
    },

    /** One run; undefined when there is none. */
    async find(id: number): Promise<Run | undefined> {
      const [found] = await orm.select().from(runs).where(eq(runs.id, id));
      return found;
    },

    /** The latest runs of a shop, newest first. */
    async recent(
      shop: string,
      filter: {
        entity?: string;
        kind?: string;
        status?: Run['status'];
        /** Only those that began at or after this moment. */
        since?: Date;
        limit?: number;
      } = {},
    ): Promise<Run[]> {
      return orm
        .select()
        .from(runs)
        .where(
          and(
            eq(runs.shop, shop),
            filter.entity === undefined ? undefined : eq(runs.entity, filter.entity),
            filter.kind === undefined ? undefined : eq(runs.kind, filter.kind),
            filter.status === undefined ? undefined : eq(runs.status, filter.status),
            filter.since === undefined ? undefined : gte(runs.startedAt, filter.since),
          ),
        )
        .orderBy(desc(runs.startedAt), desc(runs.id))
        .limit(filter.limit ?? 20);
    },

    /** The latest run of each entity and kind. */
    latestOfEachKind: (shop: string): Promise<Run[]> => latest(shop),

    /** The latest run of each entity and kind that came to an end of its own: an interruption says nothing about it. */
    latestEnded: (shop: string): Promise<Run[]> =>
      latest(shop, inArray(runs.status, ['succeeded', 'incomplete', 'failed'])),

    /** Notes on a running run why its work fails, and since when; `null` says that it goes on again. */
    async noteFailure(id: number, reason: string | null): Promise<void> {
      const since = sql`coalesce(${runs.details} -> 'failing' -> 'since', to_jsonb(now()))`;
      const details =
        reason === null
          ? sql`${runs.details} - 'failing'`
          : sql`${runs.details} || jsonb_build_object('failing', jsonb_build_object('since', ${since}, 'reason', ${reason}::text))`;
      await orm
        .update(runs)
        .set({ details })
        .where(
          and(
            eq(runs.id, id),
            eq(runs.status, 'running'),
            reason === null ? sql`${runs.details} ? 'failing'` : undefined,
          ),
        );
    },

    /** Notes on a running run which ids it leaves out of what it reads. */
    async noteSkipped(id: number, ids: readonly number[]): Promise<void> {
      const skipped = sql`jsonb_build_object('skipped', ${JSON.stringify(ids)}::jsonb)`;
      await orm
        .update(runs)
        .set({ details: sql`${runs.details} || ${skipped}` })
        .where(and(eq(runs.id, id), eq(runs.status, 'running')));
    },

    /** How many runs are recorded by entity, kind and status, and when the last of them ended. */
    async tally(shop: string): Promise<RunTally[]> {
      return orm
        .select({
          entity: runs.entity,
          kind: runs.kind,
          status: runs.status,
          runs: count(),
          lastFinishedAt: max(runs.finishedAt),
        })
        .from(runs)
        .where(eq(runs.shop, shop))
        .groupBy(runs.entity, runs.kind, runs.status)
        .orderBy(runs.entity, runs.kind, runs.status);
    },

    /**
     * How many records runs marked as deleted, or erased, that began within the last so many milliseconds; runs whose
     * deletions a person agreed to (`details.allowedShare`) are left out.
     */
    async deletedWithin(shop: string, entity: string, ms: number): Promise<number> {
      const [sum] = await orm
        .select({ deleted: sql`coalesce(sum(${runs.tombstoned} + ${runs.erased}), 0)`.mapWith(Number) })
        .from(runs)
        .where(
          and(
            eq(runs.shop, shop),
            eq(runs.entity, entity),
            gt(runs.startedAt, sql`now() - ${ms} * interval '1 millisecond'`),
            sql`not ${runs.details} ? 'allowedShare'`,
          ),
        );
      return sum?.deleted ?? 0;
    },

    /** Marks running runs without a sign of life for so long as interrupted: their process died. Returns their ids. */
    async markInterrupted(shop: string, silentForMs: number): Promise<number[]> {
      const marked = await orm
        .update(runs)
        .set({
          status: 'interrupted',
          reason: 'no sign of life: the process ended or hung',
          finishedAt: sql`now()`,
        })
        .where(
          and(
            eq(runs.shop, shop),
            eq(runs.status, 'running'),
            lt(runs.heartbeatAt, sql`now() - ${silentForMs} * interval '1 millisecond'`),
          ),
        )
        .returning({ id: runs.id });
      return marked.map(({ id }) => id);
    },

    /** Deletes ended runs that started earlier. Returns how many. */
    async prune(shop: string, startedBefore: Date): Promise<number> {
      const deleted = await orm
        .delete(runs)
        .where(
          and(
            eq(runs.shop, shop),
            lt(runs.startedAt, startedBefore),
            inArray(runs.status, ['succeeded', 'incomplete', 'failed', 'interrupted']),
          ),
        );
      return deleted.rowCount ?? 0;
    },
  };
}
