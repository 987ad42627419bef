import { bigint, index, integer, jsonb, primaryKey, text } from 'drizzle-orm/pg-core';
import { instant, syncSchema } from './namespaces.ts';

/** Conditions that a person should hear of: one row each, from when it was first seen; a later time is told anew. */
export const alerts = syncSchema.table(
  'alerts',
  {
    shop: text('shop').notNull(),
    /** Made from name and subject; not from the reason, which may change while the alert stays the same. */
    key: text('key').notNull(),
    name: text('name').notNull(),
    /** What it is about: an entity, a kind of run, a consumer. */
    subject: text('subject').notNull(),
    severity: text('severity', { enum: ['critical', 'warning'] }).notNull(),
    summary: text('summary').notNull(),
    cure: text('cure').notNull(),
    values: jsonb('values').$type<Record<string, number | string>>().notNull().default({}),
    /** Since when the condition holds. */
    since: instant('since').notNull(),
    /** Since when it is an alert: it held long enough to be told. */
    firingSince: instant('firing_since'),
    /** Since when the condition does not hold any more. */
    clearSince: instant('clear_since'),
    resolvedAt: instant('resolved_at'),
    notifications: integer('notifications').notNull().default(0),
    notifiedAt: instant('notified_at'),
    /** Key of the alert from which this one follows, and under which it stands. */
    follows: text('follows'),
    acknowledgedBy: text('acknowledged_by'),
    acknowledgedAt: instant('acknowledged_at'),
    /** Until when it is not repeated; null for as long as it goes on. */
    acknowledgedUntil: instant('acknowledged_until'),
    acknowledgedWhy: text('acknowledged_why'),
  },
  (table) => [primaryKey({ name: 'alerts_pkey', columns: [table.shop, table.key] })],
);

/** Messages about alerts on their way, one for each channel. */
export const alertDeliveries = syncSchema.table(
  'alert_deliveries',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    shop: text('shop').notNull(),
    channel: text('channel').notNull(),
    message: jsonb('message').$type<Record<string, unknown>>().notNull(),
    createdAt: instant('created_at').notNull().defaultNow(),
    attempts: integer('attempts').notNull().default(0),
    dueAt: instant('due_at').notNull().defaultNow(),
    deliveredAt: instant('delivered_at'),
    /** When it was given up. */
    failedAt: instant('failed_at'),
    failure: text('failure'),
  },
  (table) => [index('alert_deliveries_due_idx').on(table.shop, table.dueAt)],
);
