import { and, eq, notInArray, sql } from 'drizzle-orm';
import type { Database } from '../connection/open-database.ts';
import { inTransaction } from '../connection/transaction.ts';
import { schedules } from '../schema/shops.ts';

/** When a job runs: every so many milliseconds or by a cron pattern. */
export interface Schedule {
  name: string;
  job: string;
  everyMs: number | null;
  pattern: string | null;
  enabled: boolean;
  data: Record<string, unknown>;
}

/** What runs when. */
export type ScheduleRepository = ReturnType<typeof createScheduleRepository>;

/** Creates the repository of schedules. */
export function createScheduleRepository(database: Database) {
  return {
    /** Makes the schedules of a shop equal to a list: adds, changes, removes. */
    async replace(shop: string, list: readonly Schedule[]): Promise<void> {
      await inTransaction(database, async (statements) => {
        const names = list.map(({ name }) => name);
        await statements
          .delete(schedules)
          .where(
            and(eq(schedules.shop, shop), names.length > 0 ? notInArray(schedules.name, names) : undefined),
          );
        if (list.length === 0) return;
        await statements
          .insert(schedules)
          .values(list.map((schedule) => ({ ...schedule, shop })))
          .onConflictDoUpdate({
            target: [schedules.shop, schedules.name],
            set: {
              job: sql`excluded.job`,
              everyMs: sql`excluded.every_ms`,
              pattern: sql`excluded.pattern`,
              enabled: sql`excluded.enabled`,
              data: sql`excluded.data`,
              updatedAt: sql`now()`,
            },
          });
      });
    },

    /** All schedules of a shop by name. */
    async list(shop: string): Promise<Schedule[]> {
      return database.orm
        .select({
          name: schedules.name,
          job: schedules.job,
          everyMs: schedules.everyMs,
          pattern: schedules.pattern,
          enabled: schedules.enabled,
          data: schedules.data,
        })
        .from(schedules)
        .where(eq(schedules.shop, shop))
        .orderBy(schedules.name);
    },
  };
}
