import { and, asc, desc, eq, inArray, isNotNull, isNull, lt, lte, or, sql } from 'drizzle-orm';
import type { Database } from '../connection/open-database.ts';
import { inTransaction } from '../connection/transaction.ts';
import { alertDeliveries, alerts } from '../schema/alerts.ts';

/** An alert as stored. */
export type Alert = typeof alerts.$inferSelect;

/** A message about an alert on its way to one channel. */
export type AlertDelivery = typeof alertDeliveries.$inferSelect;

/** What a look at the conditions changes. */
export interface AlertChanges {
  /** Alerts to store as they are now. */
  readonly put: readonly Alert[];
  /** Keys of conditions that were over before they became an alert. */
  readonly forgotten: readonly string[];
  readonly messages: readonly Pick<AlertDelivery, 'channel' | 'message'>[];
}

/** Somebody who looks after an alert, and for how long. */
export interface Acknowledgement {
  readonly by: string;
  /** `null` for as long as the alert goes on. */
  readonly until: Date | null;
  readonly why: string | null;
}

/** Alerts, and the messages that tell them. */
export type AlertRepository = ReturnType<typeof createAlertRepository>;

/** Creates the repository of alerts. Times are those of the database unless the caller gives them. */
export function createAlertRepository(database: Database) {
  const { orm } = database;
  return {
    /** Every alert of the shop that is kept, the latest first. */
    async list(shop: string): Promise<Alert[]> {
      return orm.select().from(alerts).where(eq(alerts.shop, shop)).orderBy(desc(alerts.since));
    },

    /**
     * Changes the stored alerts by what `decide` makes of them, in one transaction: what is told is noted as told.
     *
     * Two who look at the same time come one after the other, and the second finds what the first has told.
     */
    async change(shop: string, decide: (stored: readonly Alert[]) => AlertChanges): Promise<AlertChanges> {
      return inTransaction(database, async (statements) => {
        await oneAtATime(statements, shop);
        const changes = decide(await statements.select().from(alerts).where(eq(alerts.shop, shop)));
        for (const { shop: _, key, ...alert } of changes.put) {
          await statements
            .insert(alerts)
            .values({ shop, key, ...alert })
            .onConflictDoUpdate({ target: [alerts.shop, alerts.key], set: alert });
        }
        if (changes.forgotten.length > 0) {
          await statements
            .delete(alerts)
            .where(and(eq(alerts.shop, shop), inArray(alerts.key, [...changes.forgotten])));
        }
        if (changes.messages.length > 0) {
          await statements
            .insert(alertDeliveries)
            .values(changes.messages.map((message) => ({ ...message, shop })));
        }
        return changes;
      });
    },

    /**
     * Notes that somebody looks after alerts that go on, or nobody any more; returns those that did go on.
     *
     * In turn with {@link change}, which writes whole alerts as it has found them.
     */
    async acknowledge(
      shop: string,
      keys: readonly string[],
      acknowledgement: Acknowledgement | null,
    ): Promise<Alert[]> {
      if (keys.length === 0) return [];
      return inTransaction(database, async (statements) => {
        await oneAtATime(statements, shop);
        return statements
          .update(alerts)
          .set({
            acknowledgedBy: acknowledgement?.by ?? null,
            acknowledgedAt: acknowledgement ? sql`now()` : null,
            acknowledgedUntil: acknowledgement?.until ?? null,
            acknowledgedWhy: acknowledgement?.why ?? null,
          })
          .where(
            and(
              eq(alerts.shop, shop),
              inArray(alerts.key, [...keys]),
              isNotNull(alerts.firingSince),
              isNull(alerts.resolvedAt),
            ),
          )
          .returning();
      });
    },

    /**
     * Takes messages that are due, oldest first. Whoever takes one has `leaseMs` to send it: after that another may.
     *
     * `attempts` counts this one already.
     */
    async take(
      shop: string,
      { limit, leaseMs }: { limit: number; leaseMs: number },
    ): Promise<AlertDelivery[]> {
      const due = orm
        .select({ id: alertDeliveries.id })
        .from(alertDeliveries)
        .where(and(isOpen(shop), lte(alertDeliveries.dueAt, sql`now()`)))
        .orderBy(asc(alertDeliveries.id))
        .limit(limit)
        .for('update', { skipLocked: true });
      const taken = await orm
        .update(alertDeliveries)
        .set({
          attempts: sql`${alertDeliveries.attempts} + 1`,
          dueAt: sql`now() + ${leaseMs} * interval '1 millisecond'`,
        })
        .where(inArray(alertDeliveries.id, due))
        .returning();
      return taken.toSorted((one, other) => one.id - other.id);
    },

    /** Notes that a message has arrived. */
    async delivered(id: number): Promise<void> {
      await orm
        .update(alertDeliveries)
        .set({ deliveredAt: sql`now()`, failure: null })
        .where(eq(alertDeliveries.id, id));
    },

    /** Notes why a message did not arrive, and when it is tried again; never when that is undefined. */
    async undelivered(id: number, failure: string, again: { inMs: number } | undefined): Promise<void> {
      await orm
        .update(alertDeliveries)
        .set(
          again
            ? { failure, dueAt: sql`now() + ${again.inMs} * interval '1 millisecond'` }
            : { failure, failedAt: sql`now()` },
        )
        .where(eq(alertDeliveries.id, id));
    },

    /** Messages that did not arrive: given up, or still tried. The latest first. */
    async undeliveredOnes(shop: string, limit = 20): Promise<AlertDelivery[]> {
      return orm
        .select()
        .from(alertDeliveries)
        .where(
          and(
            eq(alertDeliveries.shop, shop),
            isNull(alertDeliveries.deliveredAt),
            sql`${alertDeliveries.failure} is not null`,
          ),
        )
        .orderBy(desc(alertDeliveries.id))
        .limit(limit);
    },

    /** Deletes resolved alerts and messages that came to an end before the given time. */
    async prune(shop: string, before: Date): Promise<number> {
      const old = await orm
        .delete(alerts)
        .where(and(eq(alerts.shop, shop), lt(alerts.resolvedAt, before)))
        .returning({ key: alerts.key });
      const ended = await orm
        .delete(alertDeliveries)
        .where(
          and(
            eq(alertDeliveries.shop, shop),
            or(lt(alertDeliveries.deliveredAt, before), lt(alertDeliveries.failedAt, before)),
          ),
        )
        .returning({ id: alertDeliveries.id });
      return old.length + ended.length;
    },
  };
}

/** Waits, until the end of the transaction, for whoever else changes alerts of the shop. */
async function oneAtATime(statements: Pick<Database['orm'], 'execute'>, shop: string): Promise<void> {
  await statements.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`alerts ${shop}`}, 0))`);
}

function isOpen(shop: string) {
  return and(
    eq(alertDeliveries.shop, shop),
    isNull(alertDeliveries.deliveredAt),
    isNull(alertDeliveries.failedAt),
  );
}
