import { and, asc, eq, gt } from 'drizzle-orm';
import type { Database } from '../connection/open-database.ts';
import { OutboxGapError } from '../errors.ts';
import { outbox, outboxConsumers, outboxHorizons } from '../schema/changes.ts';
import { listenToOutbox } from './outbox-listener.ts';
import { pruneOutboxSlice } from './outbox-prune.ts';

/** One entry of the feed: something happened to a record; read the record for its present state. */
export type OutboxEntry = typeof outbox.$inferSelect;

/** The feed of changes: every consumer sees every entry at least once, those of one record in their order. */
export type OutboxRepository = ReturnType<typeof createOutboxRepository>;

/** Creates the repository of the feed. */
export function createOutboxRepository(database: Database) {
  const { orm, pool } = database;
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
      const found = await pool.query<{ position: string }>(
        `select greatest(
           coalesce((select max(position) from sync.outbox where shop = $1), 0),
           coalesce((select position from sync.outbox_horizons where shop = $1), 0))::text as position`,
        [shop],
      );
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
      await pool.query(
        `insert into sync.outbox_consumers as c (shop, consumer, position) values ($1, $2, $3)
         on conflict (shop, consumer) do update
         set position = greatest(c.position, excluded.position), updated_at = now()`,
        [shop, consumer, position.toString()],
      );
    },

    /** Every consumer with its position and how many entries it has yet to read. */
    async consumers(
      shop: string,
    ): Promise<{ consumer: string; position: bigint; behind: number; updatedAt: Date }[]> {
      const found = await pool.query<{ consumer: string; position: string; behind: number; updatedAt: Date }>(
        `select consumer, position::text as position, updated_at as "updatedAt",
           (select count(*) from sync.outbox o where o.shop = c.shop and o.position > c.position) as behind
         from sync.outbox_consumers c where shop = $1 order by consumer`,
        [shop],
      );
      return found.rows.map((row) => ({ ...row, position: BigInt(row.position) }));
    },

    /**
     * Deletes entries that are older, acknowledged or not; a consumer that has missed some is told so by `read`.
     *
     * In slices, each a transaction of its own: writers wait for one slice at most. Returns how many entries.
     */
    async prune(shop: string, recordedBefore: Date, sliceSize = 10_000): Promise<number> {
      for (let total = 0; ; ) {
        const pruned = await pruneOutboxSlice(database, shop, recordedBefore, sliceSize);
        total += pruned;
        if (pruned < sliceSize) return total;
      }
    },

    /** Calls back, with the shop, whenever a feed has grown. Also read now and then: a lost connection tells nothing. */
    listen: (onGrowth: (shop: string) => void, onLost: (error: Error) => void) =>
      listenToOutbox(database, onGrowth, onLost),
  };
}
