import { jsonb, primaryKey, text } from 'drizzle-orm/pg-core';
import { instant, syncSchema } from './namespaces.ts';

/** A login that failed, or may have failed. */
export interface FailedLogin {
  /** ISO 8601. */
  at: string;
  /** Of the credentials; says nothing about them. */
  fingerprint: string;
  /** False when the shop has not answered. */
  refused: boolean;
  /** False when the shop has certainly not counted it as a wrong one. */
  counted?: boolean;
  /** What was said about it, without secrets. */
  says?: string;
}

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
    failedLogins: jsonb('failed_logins').$type<FailedLogin[]>().notNull().default([]),
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
