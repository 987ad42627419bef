import { bigint, index, integer, jsonb, primaryKey, text } from 'drizzle-orm/pg-core';
import { instant, magentoId, syncSchema } from './namespaces.ts';

/** Every claim of a checkpoint draws its fence here, so that no fence is ever used twice, not even after a reset. */
export const fences = syncSchema.sequence('fences');

/** Where each read goes on after a crash. */
export const checkpoints = syncSchema.table(
  'checkpoints',
  {
    shop: text('shop').notNull(),
    entity: text('entity').notNull(),
    kind: text('kind', { enum: ['pull', 'backfill', 'sweep', 'reconcile'] }).notNull(),
    range: text('range').notNull(),
    afterUpdatedAt: instant('after_updated_at'),
    afterId: magentoId('after_id').notNull(),
    upToId: magentoId('up_to_id'),
    watermark: instant('watermark'),
    startedAt: instant('started_at'),
    completedAt: instant('completed_at'),
    fence: bigint('fence', { mode: 'bigint' }).notNull(),
    claimedAt: instant('claimed_at'),
    updatedAt: instant('updated_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ name: 'checkpoints_pkey', columns: [table.shop, table.entity, table.kind, table.range] }),
  ],
);

/**
 * When the living rows of each range of ids were last compared with the shop, every one of them.
 *
 * Every range is true by itself, also where two overlap. Neighbours that were compared within the same hour are one, so that there are few.
 */
export const verifiedRanges = syncSchema.table(
  'verified_ranges',
  {
    shop: text('shop').notNull(),
    entity: text('entity').notNull(),
    afterId: magentoId('after_id').notNull(),
    upToId: magentoId('up_to_id').notNull(),
    verifiedAt: instant('verified_at').notNull(),
  },
  (table) => [
    primaryKey({ name: 'verified_ranges_pkey', columns: [table.shop, table.entity, table.afterId] }),
  ],
);

/** One row per run of a job, with what it read and what that did to the copy. */
export const runs = syncSchema.table(
  'runs',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    shop: text('shop').notNull(),
    entity: text('entity').notNull(),
    kind: text('kind').notNull(),
    status: text('status', {
      enum: ['running', 'succeeded', 'incomplete', 'failed', 'interrupted', 'cancelled'],
    })
      .notNull()
      .default('running'),
    reason: text('reason'),
    details: jsonb('details').$type<Record<string, unknown>>().notNull().default({}),
    startedAt: instant('started_at').notNull().defaultNow(),
    heartbeatAt: instant('heartbeat_at').notNull().defaultNow(),
    finishedAt: instant('finished_at'),
    pages: integer('pages').notNull().default(0),
    rowsRead: bigint('rows_read', { mode: 'number' }).notNull().default(0),
    inserted: bigint('inserted', { mode: 'number' }).notNull().default(0),
    updated: bigint('updated', { mode: 'number' }).notNull().default(0),
    unchanged: bigint('unchanged', { mode: 'number' }).notNull().default(0),
    stale: bigint('stale', { mode: 'number' }).notNull().default(0),
    replaced: bigint('replaced', { mode: 'number' }).notNull().default(0),
    revived: bigint('revived', { mode: 'number' }).notNull().default(0),
    tombstoned: bigint('tombstoned', { mode: 'number' }).notNull().default(0),
    erased: bigint('erased', { mode: 'number' }).notNull().default(0),
  },
  (table) => [
    index('runs_recent_idx').on(table.shop, table.startedAt.desc()),
    index('runs_kinds_idx').on(table.shop, table.entity, table.kind, table.status, table.startedAt, table.id),
    index('runs_running_idx').on(table.status, table.heartbeatAt),
  ],
);
