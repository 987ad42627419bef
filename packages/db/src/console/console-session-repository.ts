import { and, eq, gt, lt, or, sql } from 'drizzle-orm';
import type { Database } from '../connection/open-database.ts';
import { consoleSessions, consoleTries } from '../schema/console.ts';

/** Somebody who is signed in to the page. */
export type ConsoleSession = typeof consoleSessions.$inferSelect;

/** How long a session lasts at most, and without being used. */
export interface SessionLife {
  longestMs: number;
  idleMs: number;
}

/** Sessions of the page, and passwords that were wrong. */
export type ConsoleSessionRepository = ReturnType<typeof createConsoleSessionRepository>;

/** A wrong password is remembered so long, for counting. */
const triesKeptMs = 3_600_000;

/** Creates the repository of sessions. */
export function createConsoleSessionRepository({ orm }: Database) {
  const age = (ms: number) => sql`now() - ${ms} * interval '1 millisecond'`;
  return {
    /** Begins a session, and forgets those that are over. */
    async start(
      session: Pick<ConsoleSession, 'tokenHash' | 'role' | 'person' | 'passwordProof' | 'address'>,
      life: SessionLife,
    ): Promise<void> {
      await orm
        .delete(consoleSessions)
        .where(
          or(
            lt(consoleSessions.startedAt, age(life.longestMs)),
            lt(consoleSessions.seenAt, age(life.idleMs)),
          ),
        );
      await orm.insert(consoleSessions).values(session);
    },

    /** The living session of a token; it counts as used from now on, to the minute. */
    async find(tokenHash: string, life: SessionLife): Promise<ConsoleSession | undefined> {
      const [found] = await orm
        .select()
        .from(consoleSessions)
        .where(
          and(
            eq(consoleSessions.tokenHash, tokenHash),
            sql`${consoleSessions.startedAt} > ${age(life.longestMs)}`,
            sql`${consoleSessions.seenAt} > ${age(life.idleMs)}`,
          ),
        );
      return found;
    },

    /** Says that a person looked at a page; what the page does by itself is no use. */
    async touch(tokenHash: string): Promise<void> {
      await orm
        .update(consoleSessions)
        .set({ seenAt: sql`now()` })
        .where(and(eq(consoleSessions.tokenHash, tokenHash), lt(consoleSessions.seenAt, age(60_000))));
    },

    /** Ends a session. */
    async end(tokenHash: string): Promise<void> {
      await orm.delete(consoleSessions).where(eq(consoleSessions.tokenHash, tokenHash));
    },

    /**
     * Notes a try before its password is looked at, so that many at once are counted too.
     *
     * Returns how many there were within so many milliseconds, this one included: from the address, and from all
     * addresses from which nobody is signed in.
     */
    async countTry(
      address: string,
      withinMs: number,
    ): Promise<{ id: number; own: number; strangers: number }> {
      await orm.delete(consoleTries).where(lt(consoleTries.triedAt, age(triesKeptMs)));
      const [noted] = await orm.insert(consoleTries).values({ address }).returning({ id: consoleTries.id });
      const known = orm
        .select({ one: sql`1` })
        .from(consoleSessions)
        .where(eq(consoleSessions.address, address));
      const [row] = await orm
        .select({
          own: sql`count(*) filter (where ${consoleTries.address} = ${address})`.mapWith(Number),
          strangers: sql`case when exists ${known} then 0 else count(*) end`.mapWith(Number),
        })
        .from(consoleTries)
        .where(gt(consoleTries.triedAt, age(withinMs)));
      return {
        id: noted?.id ?? 0,
        own: row?.own ?? 0,
        strangers: row?.strangers ?? 0,
      };
    },

    /** Forgets a try that was right. */
    async forgetTry(id: number): Promise<void> {
      await orm.delete(consoleTries).where(eq(consoleTries.id, id));
    },
  };
}
