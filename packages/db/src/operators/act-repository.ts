import { and, desc, eq, sql } from 'drizzle-orm';
import type { Database } from '../connection/open-database.ts';
import { acts } from '../schema/operations.ts';

/** An act as stored. */
export type Act = typeof acts.$inferSelect;

/** How an act ended; `asked` means that a daemon was asked to do the rest. */
export interface ActEnd {
  readonly outcome: Exclude<Act['outcome'], 'begun'>;
  /** In a sentence; without names, addresses or any other content of records. */
  readonly text?: string;
}

/** What operators did. */
export type ActRepository = ReturnType<typeof createActRepository>;

/** Creates the repository of acts. */
export function createActRepository({ orm }: Database) {
  return {
    /** Records that an act began and returns its id. */
    async begin(
      act: Pick<Act, 'shop' | 'act' | 'by' | 'via'> & Partial<Pick<Act, 'subject' | 'why'>>,
    ): Promise<number> {
      const [begun] = await orm.insert(acts).values(act).returning({ id: acts.id });
      if (begun === undefined) throw new Error('INSERT … RETURNING answered no row.');
      return begun.id;
    },

    /** Records how it ended; an act that was asked of a daemon ends a second time when that is through. */
    async end(id: number, { outcome, text }: ActEnd): Promise<void> {
      await orm
        .update(acts)
        .set({ outcome, outcomeText: text ?? null, endedAt: sql`now()` })
        .where(eq(acts.id, id));
    },

    /** The latest acts of a shop, or those of one name, newest first. */
    async recent(shop: string, limit = 50, act?: string): Promise<Act[]> {
      return orm
        .select()
        .from(acts)
        .where(and(eq(acts.shop, shop), act === undefined ? undefined : eq(acts.act, act)))
        .orderBy(desc(acts.at), desc(acts.id))
        .limit(limit);
    },
  };
}
