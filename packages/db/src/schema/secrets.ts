import { integer, primaryKey, text } from 'drizzle-orm/pg-core';
import { instant, syncSchema } from './namespaces.ts';

/** One access token per shop and login, encrypted by the caller. */
export const tokens = syncSchema.table(
  'tokens',
  {
    shop: text('shop').notNull(),
    name: text('name').notNull(),
    ciphertext: text('ciphertext'),
    keyId: text('key_id'),
    obtainedAt: instant('obtained_at'),
    expiresAt: instant('expires_at'),
    refusedLogins: integer('refused_logins').notNull().default(0),
    lastRefusedAt: instant('last_refused_at'),
    credentialsFingerprint: text('credentials_fingerprint').notNull(),
    updatedAt: instant('updated_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ name: 'tokens_pkey', columns: [table.shop, table.name] })],
);

/** Credentials that a shop handed out during an activation, encrypted by the caller. */
export const credentials = syncSchema.table(
  'credentials',
  {
    shop: text('shop').notNull(),
    name: text('name').notNull(),
    ciphertext: text('ciphertext').notNull(),
    keyId: text('key_id').notNull(),
    updatedAt: instant('updated_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ name: 'credentials_pkey', columns: [table.shop, table.name] })],
);
