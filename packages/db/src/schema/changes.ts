import { bigint, index, jsonb, primaryKey, text } from 'drizzle-orm/pg-core';
import { instant, magentoId, syncSchema } from './namespaces.ts';

const operations = ['insert', 'update', 'replace', 'revive', 'delete', 'erase'] as const;
const causes = ['pull', 'backfill', 'sweep', 'verify', 'reconcile', 'hint', 'resync', 'request'] as const;

/** What a change did to the row of the copy. */
export type ChangeOperation = (typeof operations)[number];

/** Which kind of read found a change; or a request of a person. */
export type ChangeCause = (typeof causes)[number];

/** The history: what each change altered, field by field. The values of a row's first version are the row itself. */
export const changes = syncSchema.table(
  'changes',
  {
    id: bigint('id', { mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
    shop: text('shop').notNull(),
    entity: text('entity').notNull(),
    entityId: magentoId('entity_id').notNull(),
    operation: text('operation', { enum: operations }).notNull(),
    cause: text('cause', { enum: causes }).notNull(),
    runId: bigint('run_id', { mode: 'number' }),
    observedAt: instant('observed_at').notNull(),
    recordedAt: instant('recorded_at').notNull().defaultNow(),
    changedFields: text('changed_fields').array().notNull(),
    oldValues: jsonb('old_values').$type<Record<string, unknown>>(),
    newValues: jsonb('new_values').$type<Record<string, unknown>>(),
  },
  (table) => [
    index('changes_entity_idx').on(table.shop, table.entity, table.entityId, table.id),
    index('changes_age_idx').on(table.shop, table.recordedAt),
  ],
);

/** The feed for consumers; positions of one shop rise in the order of commits, so a cursor never skips an entry. */
export const outbox = syncSchema.table(
  'outbox',
  {
    position: bigint('position', { mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
    shop: text('shop').notNull(),
    entity: text('entity').notNull(),
    entityId: magentoId('entity_id').notNull(),
    operation: text('operation', { enum: operations }).notNull(),
    cause: text('cause', { enum: causes }).notNull(),
    runId: bigint('run_id', { mode: 'number' }),
    changeId: bigint('change_id', { mode: 'bigint' }),
    changedFields: text('changed_fields').array().notNull(),
    recordedAt: instant('recorded_at').notNull().defaultNow(),
  },
  (table) => [
    index('outbox_shop_idx').on(table.shop, table.position),
    index('outbox_recorded_at_idx').using('brin', table.recordedAt),
  ],
);

/** How far each consumer of the feed has acknowledged. */
export const outboxConsumers = syncSchema.table(
  'outbox_consumers',
  {
    shop: text('shop').notNull(),
    consumer: text('consumer').notNull(),
    position: bigint('position', { mode: 'bigint' }).notNull(),
    updatedAt: instant('updated_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ name: 'outbox_consumers_pkey', columns: [table.shop, table.consumer] })],
);

/** Up to where the feed of a shop was pruned: a cursor below it has missed entries. */
export const outboxHorizons = syncSchema.table('outbox_horizons', {
  shop: text('shop').primaryKey(),
  position: bigint('position', { mode: 'bigint' }).notNull(),
  prunedAt: instant('pruned_at').notNull().defaultNow(),
});
