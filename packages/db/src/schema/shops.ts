import { isNull } from 'drizzle-orm';
import { bigint, boolean, index, integer, jsonb, primaryKey, text } from 'drizzle-orm/pg-core';
import { instant, magentoId, syncSchema } from './namespaces.ts';

/** Which Magento each short name stands for. */
export const shops = syncSchema.table('shops', {
  shop: text('shop').primaryKey(),
  baseUrl: text('base_url').notNull(),
  registeredAt: instant('registered_at').notNull().defaultNow(),
});

/** What was found out about a shop: release, limits, clock difference. */
export const capabilities = syncSchema.table(
  'capabilities',
  {
    shop: text('shop').notNull(),
    name: text('name').notNull(),
    value: jsonb('value').$type<unknown>().notNull(),
    probedAt: instant('probed_at').notNull(),
  },
  (table) => [primaryKey({ name: 'capabilities_pkey', columns: [table.shop, table.name] })],
);

/** What runs when. */
export const schedules = syncSchema.table(
  'schedules',
  {
    shop: text('shop').notNull(),
    name: text('name').notNull(),
    job: text('job').notNull(),
    everyMs: bigint('every_ms', { mode: 'number' }),
    pattern: text('pattern'),
    enabled: boolean('enabled').notNull().default(true),
    data: jsonb('data').$type<Record<string, unknown>>().notNull().default({}),
    updatedAt: instant('updated_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ name: 'schedules_pkey', columns: [table.shop, table.name] })],
);

/** Ids that Magento itself cannot serve. */
export const quarantine = syncSchema.table(
  'quarantine',
  {
    shop: text('shop').notNull(),
    entity: text('entity').notNull(),
    id: magentoId('id').notNull(),
    reason: text('reason').notNull(),
    httpStatus: integer('http_status'),
    reportId: text('report_id'),
    runId: bigint('run_id', { mode: 'number' }),
    attempts: integer('attempts').notNull().default(1),
    firstFailedAt: instant('first_failed_at').notNull().defaultNow(),
    lastFailedAt: instant('last_failed_at').notNull().defaultNow(),
    nextAttemptAt: instant('next_attempt_at').notNull(),
    resolvedAt: instant('resolved_at'),
  },
  (table) => [
    primaryKey({ name: 'quarantine_pkey', columns: [table.shop, table.entity, table.id] }),
    index('quarantine_open_idx').on(table.shop, table.entity, table.id).where(isNull(table.resolvedAt)),
    index('quarantine_due_idx').on(table.shop, table.entity, table.nextAttemptAt),
  ],
);

/** Ids that somebody said have changed; never data, only a reason to read again. */
export const hints = syncSchema.table(
  'hints',
  {
    shop: text('shop').notNull(),
    entity: text('entity').notNull(),
    id: magentoId('id').notNull(),
    kind: text('kind', { enum: ['changed', 'deleted'] }).notNull(),
    source: text('source'),
    times: integer('times').notNull().default(1),
    receivedAt: instant('received_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ name: 'hints_pkey', columns: [table.shop, table.entity, table.id] }),
    index('hints_received_at_idx').on(table.shop, table.entity, table.receivedAt),
  ],
);
