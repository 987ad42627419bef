import { and, asc, count, eq, gt, sql } from 'drizzle-orm';
import type { Database } from '../connection/open-database.ts';
import { OutboxGapError } from '../errors.ts';
import { outbox, outboxConsumers, outboxHorizons } from '../schema/changes.ts';
import { outboxChannel } from './outbox-append.ts';
import { pruneOutboxPortion } from './outbox-prune.ts';

/** One entry of the feed: something happened to a record; read the record for its present state. */
export type OutboxEntry = typeof outbox.$inferSelect;

/** A consumer that is farther behind is not counted any further: nobody acts on the difference. */
const mostBehindCounted = 100_000;

/** The feed of changes: every consumer sees every entry at least once, those of one record in their order. */
export type OutboxRepository = ReturnType<typeof createOutboxRepository>;

/** Creates the repository of the feed. */
export function createOutboxRepository(database: Database) {
  const { orm } = database;
  return {
    /**
     * Entries after a position, in order; pass the position of the last one next time.
     *
     * @throws OutboxGapError when entries after that position were pruned.
     */
    async read(shop: string, after: bigint, limit = 1_000): Promise<OutboxEntry[]> {
      const entries = await orm
        .select()
        .from(outbox)
        .where(and(eq(outbox.shop, shop), gt(outbox.position, after)))
        .orderBy(asc(outbox.position))
        .limit(limit);
      // Asked afterwards: pruning between the two queries must not go unnoticed.
      const [horizon] = await orm.select().from(outboxHorizons).where(eq(outboxHorizons.shop, shop));
      if (horizon !== undefined && after < horizon.position)
        throw new OutboxGapError(shop, after, horizon.position);
      return entries;
    },

    /** The position after which everything that happens from now on comes; where a new consumer begins. */
    async head(shop: string): Promise<bigint> {
      const found = await orm.execute<{ position: string }>(sql`
        select greatest(
          coalesce((select max(position) from ${outbox} where shop = ${shop}), 0),
          coalesce((select position from ${outboxHorizons} where shop = ${shop}), 0))::text as position`);
      return BigInt(found.rows[0]?.position ?? 0);
    },

    /** The position after which everything comes that is still kept. */
    async oldest(shop: string): Promise<bigint> {
      const [horizon] = await orm.select().from(outboxHorizons).where(eq(outboxHorizons.shop, shop));
      return horizon?.position ?? 0n;
    },

    /** Up to where a consumer has acknowledged; undefined for an unknown one. */
    async acknowledged(shop: string, consumer: string): Promise<bigint | undefined> {
      const [found] = await orm
        .select({ position: outboxConsumers.position })
        .from(outboxConsumers)
        .where(and(eq(outboxConsumers.shop, shop), eq(outboxConsumers.consumer, consumer)));
      return found?.position;
    },

    /** Remembers how far a consumer has got; never moves back. */
    async acknowledge(shop: string, consumer: string, position: bigint): Promise<void> {
      await orm
        .insert(outboxConsumers)
        .values({ shop, consumer, position })
        .onConflictDoUpdate({
          target: [outboxConsumers.shop, outboxConsumers.consumer],
          set: {
            position: sql`greatest(${outboxConsumers.position}, excluded.position)`,
            updatedAt: sql`now()`,
          },
        });
    },

    /**
     * Every consumer with its position and how many entries it has yet to read, counted up to {@link mostBehindCounted};
     * `missed` when entries after that position were pruned.
     */
    async consumers(
      shop: string,
    ): Promise<{ consumer: string; position: bigint; behind: number; missed: boolean; updatedAt: Date }[]> {
      const [horizon] = await orm.select().from(outboxHorizons).where(eq(outboxHorizons.shop, shop));
      const known = await orm
        .select()
        .from(outboxConsumers)
        .where(eq(outboxConsumers.shop, shop))
        .orderBy(outboxConsumers.consumer);
      return Promise.all(
        known.map(async ({ consumer, position, updatedAt }) => {
          const unread = orm
            .select({ position: outbox.position })
            .from(outbox)
            .where(and(eq(outbox.shop, shop), gt(outbox.position, position)))
            .orderBy(asc(outbox.position))
            .limit(mostBehindCounted);
          const [counted] = await orm.select({ behind: count() }).from(unread.as('unread'));
          const missed = horizon !== undefined && position < horizon.position;
          return { consumer, position, behind: counted?.behind ?? 0, missed, updatedAt };
        }),
      );
    },

    /**
     * Deletes entries that are older, acknowledged or not; a consumer that has missed some is told so by `read`.
     *
     * In portions, each a transaction of its own for which no writer waits. Returns how many entries.
     */
    async prune(shop: string, recordedBefore: Date, portionSize = 10_000): Promise<number> {
      for (let total = 0; ; ) {
        const pruned = await pruneOutboxPortion(database, shop, recordedBefore, portionSize);
        total += pruned;
        if (pruned < portionSize) return total;
      }
    },

    /** Calls back, with the shop, whenever a feed has grown. Also read now and then: a lost connection tells nothing. */
    listen: (onGrowth: (shop: string) => void, onLost: (error: Error) => void) =>
      listenToOutbox(database, onGrowth, onLost),
  };
}

/** Listens on a connection of its own until it is disposed of; `onLost` is called once if that connection breaks. */
async function listenToOutbox(
  database: Database,
  onGrowth: (shop: string) => void,
  onLost: (error: Error) => void,
): Promise<AsyncDisposable> {
  const client = await database.connectAlone('listen');
  let closing = false;
  client.on('notification', ({ channel, payload }) => {
    if (channel === outboxChannel && payload !== undefined) onGrowth(payload);
  });
  client.once('end', () => {
    if (!closing) onLost(new Error('The connection that listened for changes was lost; listen again.'));
  });
  await client.query(`listen ${outboxChannel}`);
  return {
    async [Symbol.asyncDispose]() {
      closing = true;
      await client.end();
    },
  };
}
