import { and, asc, eq, gt, isNull, lte, or, sql } from 'drizzle-orm';
import type { Database } from '../connection/open-database.ts';
import { inTransaction } from '../connection/transaction.ts';
import { pauses } from '../schema/operations.ts';

/** A pause as stored; `all` stands for every entity or every kind of work. */
export type Pause = typeof pauses.$inferSelect;

/** Which work a pause is about. */
export type PausedWork = Pick<Pause, 'entity' | 'kind'>;

/** What operators have paused. */
export type PauseRepository = ReturnType<typeof createPauseRepository>;

/** Creates the repository of pauses. A pause counts until its end by the clock of the database. */
export function createPauseRepository(database: Database) {
  const { orm } = database;
  return {
    /** The pauses that hold now, widest first. */
    async active(shop: string): Promise<Pause[]> {
      return orm
        .select()
        .from(pauses)
        .where(and(eq(pauses.shop, shop), or(isNull(pauses.until), gt(pauses.until, sql`now()`))))
        .orderBy(sql`(${pauses.entity} <> 'all')::int + (${pauses.kind} <> 'all')::int`, asc(pauses.since));
    },

    /**
     * Pauses work. What was paused already stays so since then, with the latest name, reason and end.
     *
     * Returns the pause, and the one that held before.
     */
    async put(
      pause: Pick<Pause, 'shop' | 'entity' | 'kind' | 'by' | 'why' | 'until'> &
        Partial<Pick<Pause, 'cancelledRun'>>,
    ): Promise<{ pause: Pause; before: Pause | null }> {
      return inTransaction(database, async (transaction) => {
        const same = and(
          eq(pauses.shop, pause.shop),
          eq(pauses.entity, pause.entity),
          eq(pauses.kind, pause.kind),
        );
        await transaction.delete(pauses).where(and(same, lte(pauses.until, sql`now()`)));
        const [before] = await transaction.select().from(pauses).where(same).for('update');
        const [stored] = await transaction
          .insert(pauses)
          .values(pause)
          .onConflictDoUpdate({
            target: [pauses.shop, pauses.entity, pauses.kind],
            set: {
              by: pause.by,
              why: pause.why,
              until: pause.until,
              cancelledRun: pause.cancelledRun ?? null,
            },
          })
          .returning();
        if (stored === undefined) throw new Error('INSERT … RETURNING answered no row.');
        return { pause: stored, before: before ?? null };
      });
    },

    /** Ends exactly these pauses; returns those that still held. */
    async lift(shop: string, work: readonly PausedWork[]): Promise<Pause[]> {
      if (work.length === 0) return [];
      const lifted = await orm
        .delete(pauses)
        .where(
          and(
            eq(pauses.shop, shop),
            or(...work.map(({ entity, kind }) => and(eq(pauses.entity, entity), eq(pauses.kind, kind)))),
          ),
        )
        .returning();
      return lifted;
    },
  };
}
