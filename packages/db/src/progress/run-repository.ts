import { and, asc, desc, eq, gt, gte, inArray, lt, ne, type SQL, sql } from 'drizzle-orm';
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
  /** The latest run of each entity, kind and status: by as many looks into an index, however many runs are recorded. */
  const latestOfEachStatus = async (shop: string): Promise<Run[]> => {
    const found = await orm.execute<{ id: string }>(sql`
      ${kindsOf(shop)}
      select latest.id from kinds, lateral (
        select id from ${runs} r
        where r.shop = ${shop} and r.entity = kinds.entity and r.kind = kinds.kind and r.status = kinds.status
        order by started_at desc, id desc limit 1) latest`);
    const ids = found.rows.map(({ id }) => Number(id));
    return ids.length === 0 ? [] : orm.select().from(runs).where(inArray(runs.id, ids));
  };

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

    /**
     * Records the end; an 'interrupted' guessed from a missing heartbeat gives way to what the run itself says.
     *
     * One that was cancelled stays so, unless all its work was done by then; its end is when its work ended.
     */
    async finish(id: number, end: RunEnd): Promise<void> {
      const endings = end.status === 'succeeded' ? [...unended, 'cancelled' as const] : unended;
      const ended = await orm
        .update(runs)
        .set({
          status: end.status,
          reason: end.reason ?? null,
          finishedAt: sql`now()`,
          ...(end.details ? { details: sql`${runs.details} || ${JSON.stringify(end.details)}::jsonb` } : {}),
        })
        .where(and(eq(runs.id, id), inArray(runs.status, endings)))
        .returning({ id: runs.id });
      if (ended.length > 0) return;
      await orm
        .update(runs)
        .set({ finishedAt: sql`now()` })
        .where(and(eq(runs.id, id), eq(runs.status, 'cancelled')));
      const [existing] = await orm.select({ id: runs.id }).from(runs).where(eq(runs.id, id));
      if (existing === undefined) throw new UnknownRunError(id);
    },

    /**
     * Ends running runs at the wish of a person, whoever works for them: that process looks at its run between pages.
     *
     * Returns the ids of those that were running.
     */
    async cancel(shop: string, ids: readonly number[], reason: string): Promise<number[]> {
      if (ids.length === 0) return [];
      const cancelled = await orm
        .update(runs)
        .set({ status: 'cancelled', reason, finishedAt: sql`now()` })
        .where(and(eq(runs.shop, shop), inArray(runs.id, [...ids]), eq(runs.status, 'running')))
        .returning({ id: runs.id });
      return cancelled.map(({ id }) => id);
    },

    /** Why a run was cancelled; undefined when it was not. */
    async cancellation(id: number): Promise<string | undefined> {
      const [found] = await orm
        .select({ reason: runs.reason })
        .from(runs)
        .where(and(eq(runs.id, id), eq(runs.status, 'cancelled')));
      return found && (found.reason ?? '');
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
        /** Only those with a smaller id: where a list before has ended. */
        before?: number;
        limit?: number;
      } = {},
    ): Promise<Run[]> {
      return (
        orm
          .select()
          .from(runs)
          .where(
            and(
              eq(runs.shop, shop),
              filter.entity === undefined ? undefined : eq(runs.entity, filter.entity),
              filter.kind === undefined ? undefined : eq(runs.kind, filter.kind),
              filter.status === undefined ? undefined : eq(runs.status, filter.status),
              filter.since === undefined ? undefined : gte(runs.startedAt, filter.since),
              filter.before === undefined ? undefined : lt(runs.id, filter.before),
            ),
          )
          // As the index has it: another place for nulls, of which there are none, would sort all runs.
          .orderBy(sql`${runs.startedAt} desc nulls last`, desc(runs.id))
          .limit(filter.limit ?? 20)
      );
    },

    /** The ids of the runs of the same shop just before and after one; null where there is none. */
    async neighbours({
      shop,
      id,
    }: Pick<Run, 'shop' | 'id'>): Promise<{ before: number | null; after: number | null }> {
      const next = async (condition: SQL, order: SQL) => {
        const [found] = await orm
          .select({ id: runs.id })
          .from(runs)
          .where(and(eq(runs.shop, shop), condition))
          .orderBy(order)
          .limit(1);
        return found?.id ?? null;
      };
      return {
        before: await next(lt(runs.id, id), desc(runs.id)),
        after: await next(gt(runs.id, id), asc(runs.id)),
      };
    },

    /** The latest run of each entity and kind. */
    latestOfEachKind: async (shop: string): Promise<Run[]> => latestOfKinds(await latestOfEachStatus(shop)),

    /** The latest run of each entity and kind that came to an end of its own: an interruption says nothing about it, nor does somebody who cancelled it. */
    latestEnded: async (shop: string): Promise<Run[]> =>
      latestOfKinds((await latestOfEachStatus(shop)).filter(({ status }) => endsOfItsOwn.has(status))),

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

    /** How many runs are recorded by entity, kind and status, and when the latest of them ended. */
    async tally(shop: string): Promise<RunTally[]> {
      const counted = await orm.execute<Pick<RunTally, 'entity' | 'kind' | 'status'> & { runs: string }>(sql`
        ${kindsOf(shop)}
        select kinds.*, (
          select count(*) from ${runs} r where r.shop = ${shop} and r.entity = kinds.entity
            and r.kind = kinds.kind and r.status = kinds.status) as runs
        from kinds order by entity, kind, status`);
      const latest = await latestOfEachStatus(shop);
      return counted.rows.map((tally) => ({
        ...tally,
        runs: Number(tally.runs),
        lastFinishedAt:
          latest.find(
            ({ entity, kind, status }) =>
              entity === tally.entity && kind === tally.kind && status === tally.status,
          )?.finishedAt ?? null,
      }));
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

    /** Deletes ended runs that started earlier, oldest first and in portions. Returns how many. */
    async prune(shop: string, startedBefore: Date, portionSize = 10_000): Promise<number> {
      for (let total = 0; ; ) {
        const oldest = orm
          .select({ id: runs.id })
          .from(runs)
          .where(and(eq(runs.shop, shop), lt(runs.startedAt, startedBefore), ne(runs.status, 'running')))
          .orderBy(sql`${runs.startedAt} asc nulls first`)
          .limit(portionSize);
        const portion = await orm.delete(runs).where(sql`${runs.id} = any(array(${oldest}))`);
        total += portion.rowCount ?? 0;
        if ((portion.rowCount ?? 0) < portionSize) return total;
      }
    },
  };
}

/** Every entity, kind and status of which runs are recorded, by one look into an index each. */
function kindsOf(shop: string): SQL {
  return sql`with recursive kinds as (
    (select entity, kind, status from ${runs} where shop = ${shop} order by entity, kind, status limit 1)
    union all
    select following.* from kinds, lateral (
      select entity, kind, status from ${runs} r
      where r.shop = ${shop} and (r.entity, r.kind, r.status) > (kinds.entity, kinds.kind, kinds.status)
      order by entity, kind, status limit 1) following
  )`;
}

/** How a run stands that may still say how it ended. */
const unended: Run['status'][] = ['running', 'interrupted'];

const endsOfItsOwn: ReadonlySet<Run['status']> = new Set(['succeeded', 'incomplete', 'failed']);

/** The latest of some runs for each entity and kind, in the order of these. */
function latestOfKinds(some: readonly Run[]): Run[] {
  const latest = new Map<string, Run>();
  for (const run of some) {
    const name = `${run.entity} ${run.kind}`;
    const before = latest.get(name);
    if (before === undefined || isLater(run, before)) latest.set(name, run);
  }
  return [...latest.keys()].toSorted().flatMap((name) => latest.get(name) ?? []);
}

function isLater(one: Run, other: Run): boolean {
  const later = one.startedAt.getTime() - other.startedAt.getTime();
  return later === 0 ? one.id > other.id : later > 0;
}
