import { bigint, pgSchema, timestamp } from 'drizzle-orm/pg-core';

/** The copy of the shop: what readers of the database look at. */
export const magentoSchema = pgSchema('magento');

/** The bookkeeping of the synchronisation: checkpoints, runs, history, feed. */
export const syncSchema = pgSchema('sync');

/** Where the tables of this package live. */
export const ownSchemas: readonly string[] = [magentoSchema.schemaName, syncSchema.schemaName];

/** A point in time; always UTC in the database, a `Date` in code. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

/** A Magento key: MySQL's unsigned INT does not fit PostgreSQL's integer. */
export const magentoId = (name: string) => bigint(name, { mode: 'number' });
