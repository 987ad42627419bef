import { bigint, index, integer, primaryKey, text } from 'drizzle-orm/pg-core';
import { instant, syncSchema } from './namespaces.ts';

/** How an entity stood and how much was read, in stretches of a few minutes: what the charts of the page show. */
export const samples = syncSchema.table(
  'samples',
  {
    shop: text('shop').notNull(),
    entity: text('entity').notNull(),
    at: instant('at').notNull(),
    sampledAt: instant('sampled_at').notNull(),
    lagMs: bigint('lag_ms', { mode: 'number' }),
    rowsRead: bigint('rows_read', { mode: 'number' }).notNull(),
    rowsWritten: bigint('rows_written', { mode: 'number' }).notNull(),
    rowsLive: bigint('rows_live', { mode: 'number' }),
    quarantined: integer('quarantined').notNull(),
  },
  (table) => [primaryKey({ name: 'samples_pkey', columns: [table.shop, table.entity, table.at] })],
);

/** Who is signed in to the page; the token itself is known to the browser alone. */
export const consoleSessions = syncSchema.table('console_sessions', {
  tokenHash: text('token_hash').primaryKey(),
  role: text('role', { enum: ['viewer', 'operator'] }).notNull(),
  person: text('person').notNull(),
  passwordProof: text('password_proof').notNull(),
  address: text('address').notNull(),
  startedAt: instant('started_at').notNull().defaultNow(),
  seenAt: instant('seen_at').notNull().defaultNow(),
});

/** Passwords that were tried at the page and were wrong. */
export const consoleTries = syncSchema.table(
  'console_tries',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    address: text('address').notNull(),
    triedAt: instant('tried_at').notNull().defaultNow(),
  },
  (table) => [index('console_tries_tried_at_idx').on(table.triedAt)],
);
