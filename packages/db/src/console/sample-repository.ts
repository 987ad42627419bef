import { and, asc, desc, eq, gte, lt, sql } from 'drizzle-orm';
import type { Database } from '../connection/open-database.ts';
import { samples } from '../schema/console.ts';

/** How one entity stands now, and what was done since the last time this was noted. */
export interface Sample {
  entity: string;
  /** Since the last complete pull; null when there was none. */
  lagMs: number | null;
  rowsRead: number;
  rowsWritten: number;
  rowsLive: number | null;
  quarantined: number;
}

/** A stretch of time of one entity as a chart shows it. */
export interface SampledStretch {
  entity: string;
  at: Date;
  /** The largest within the stretch. */
  lagMs: number | null;
  rowsRead: number;
  rowsWritten: number;
}

/** Samples of one stretch are one row: five minutes, so that a week of an entity is 2,016 rows. */
const stretchMs = 5 * 60_000;
/** Sooner than that, another process has just noted the same. */
const leastGapMs = 45_000;

/** What charts are drawn from. */
export type SampleRepository = ReturnType<typeof createSampleRepository>;

/** Creates the repository of samples. */
export function createSampleRepository({ orm }: Database) {
  return {
    /** Adds samples of a shop to the present stretch: the lag grows to the largest, rows are added up. */
    async add(shop: string, now: Date, list: readonly Sample[]): Promise<void> {
      if (list.length === 0) return;
      const at = new Date(Math.floor(now.getTime() / stretchMs) * stretchMs);
      await orm
        .insert(samples)
        .values(list.map((sample) => ({ ...sample, shop, at, sampledAt: now })))
        .onConflictDoUpdate({
          target: [samples.shop, samples.entity, samples.at],
          set: {
            sampledAt: sql`excluded.sampled_at`,
            lagMs: sql`greatest(${samples.lagMs}, excluded.lag_ms)`,
            rowsRead: sql`${samples.rowsRead} + excluded.rows_read`,
            rowsWritten: sql`${samples.rowsWritten} + excluded.rows_written`,
            rowsLive: sql`excluded.rows_live`,
            quarantined: sql`excluded.quarantined`,
          },
          setWhere: sql`excluded.sampled_at >= ${samples.sampledAt} + ${leastGapMs} * interval '1 millisecond'`,
        });
    },

    /** Stretches of a shop since a time, in order, put together to so many milliseconds each. */
    async since(shop: string, from: Date, everyMs: number): Promise<SampledStretch[]> {
      const at = sql`date_bin(${everyMs} * interval '1 millisecond', ${samples.at}, timestamptz '2000-01-01 00:00Z')`;
      const rows = await orm
        .select({
          entity: samples.entity,
          at: sql<string>`${at}`.as('stretch'),
          lagMs: sql`max(${samples.lagMs})`.mapWith(Number),
          rowsRead: sql`sum(${samples.rowsRead})`.mapWith(Number),
          rowsWritten: sql`sum(${samples.rowsWritten})`.mapWith(Number),
        })
        .from(samples)
        .where(and(eq(samples.shop, shop), gte(samples.at, from)))
        .groupBy(samples.entity, sql`stretch`)
        .orderBy(asc(samples.entity), sql`stretch`);
      return rows.map((row) => ({ ...row, at: new Date(row.at) }));
    },

    /** When a daemon last noted how a shop stands; null when none ever did. */
    async lastAt(shop: string): Promise<Date | null> {
      const [found] = await orm
        .select({ at: samples.sampledAt })
        .from(samples)
        .where(eq(samples.shop, shop))
        .orderBy(desc(samples.at))
        .limit(1);
      return found?.at ?? null;
    },

    /** Deletes what is older, in slices. Returns how many rows. */
    async prune(before: Date, sliceSize = 5_000): Promise<number> {
      for (let total = 0; ; ) {
        const old = orm
          .select({ row: sql`ctid` })
          .from(samples)
          .where(lt(samples.at, before))
          .limit(sliceSize);
        const slice = await orm.delete(samples).where(sql`ctid = any(array(${old}))`);
        total += slice.rowCount ?? 0;
        if ((slice.rowCount ?? 0) < sliceSize) return total;
      }
    },
  };
}
