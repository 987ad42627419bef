import { bigint, boolean, doublePrecision, integer, primaryKey, text } from 'drizzle-orm/pg-core';
import { instant, syncSchema } from './namespaces.ts';

/** What of each shop's request budget no worker holds; every change of a share is a new version of its row. */
export const budgets = syncSchema.table('budgets', {
  shop: text('shop').primaryKey(),
  version: bigint('version', { mode: 'number' }).notNull().default(0),
  tokens: doublePrecision('tokens'),
  freeRate: doublePrecision('free_rate'),
  countedAt: instant('counted_at').notNull().defaultNow(),
});

/** Who works with which shop now, and which share of its request budget each of them holds. */
export const workers = syncSchema.table(
  'workers',
  {
    shop: text('shop').notNull(),
    id: text('id').notNull(),
    command: text('command').notNull(),
    host: text('host').notNull(),
    pid: integer('pid').notNull(),
    startedAt: instant('started_at').notNull().defaultNow(),
    seenAt: instant('seen_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
    mostPlaces: integer('most_places').notNull(),
    mostRate: doublePrecision('most_rate').notNull(),
    pace: doublePrecision('pace').notNull(),
    demand: integer('demand').notNull(),
    rateDemand: doublePrecision('rate_demand').notNull(),
    isFresh: boolean('is_fresh').notNull(),
    inFlight: integer('in_flight').notNull(),
    places: integer('places').notNull(),
    rate: doublePrecision('rate').notNull(),
    waitingSince: instant('waiting_since'),
    turnSince: instant('turn_since'),
  },
  (table) => [primaryKey({ name: 'workers_pkey', columns: [table.shop, table.id] })],
);
