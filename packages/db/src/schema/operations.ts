import { bigint, index, jsonb, primaryKey, text } from 'drizzle-orm/pg-core';
import { instant, syncSchema } from './namespaces.ts';

/** What operators have paused; `all` stands for every entity or every kind of work. */
export const pauses = syncSchema.table(
  'pauses',
  {
    shop: text('shop').notNull(),
    entity: text('entity').notNull(),
    kind: text('kind').notNull(),
    /** Who paused it. */
    by: text('by').notNull(),
    why: text('why').notNull(),
    since: instant('since').notNull().defaultNow(),
    /** When the work goes on by itself; null when somebody has to resume it. */
    until: instant('until'),
    /** The run that was cancelled, when it is not a pause but a cancellation: asking for the work ends it too. */
    cancelledRun: bigint('cancelled_run', { mode: 'number' }),
  },
  (table) => [primaryKey({ name: 'pauses_pkey', columns: [table.shop, table.entity, table.kind] })],
);

/** What operators did: one row per act, kept for good. */
export const acts = syncSchema.table(
  'acts',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    shop: text('shop').notNull(),
    act: text('act').notNull(),
    /** What it was about: entity, kind, ids, end of a pause. Never values of records. */
    subject: jsonb('subject').$type<Record<string, unknown>>().notNull().default({}),
    by: text('by').notNull(),
    /** From where: the command line or the page. */
    via: text('via').notNull(),
    why: text('why'),
    at: instant('at').notNull().defaultNow(),
    /** `begun` until it ends; a process that died leaves it so. */
    outcome: text('outcome', { enum: ['begun', 'asked', 'done', 'incomplete', 'refused', 'failed'] })
      .notNull()
      .default('begun'),
    outcomeText: text('outcome_text'),
    endedAt: instant('ended_at'),
  },
  (table) => [index('acts_recent_idx').on(table.shop, table.at.desc())],
);
