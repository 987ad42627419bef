import { and, eq, ne, sql } from 'drizzle-orm';
import type { Database } from '../connection/open-database.ts';
import { credentials } from '../schema/secrets.ts';

/** Credentials as stored; what is encrypted, and how, is the caller's matter. */
export interface StoredCredentials {
  ciphertext: string;
  keyId: string;
}

/** Credentials that a shop handed out. */
export type CredentialRepository = ReturnType<typeof createCredentialRepository>;

/** Creates the repository of credentials. */
export function createCredentialRepository({ orm }: Database) {
  const named = (shop: string, name: string) => and(eq(credentials.shop, shop), eq(credentials.name, name));
  return {
    /** Stores or replaces. */
    async put(shop: string, name: string, secret: StoredCredentials): Promise<void> {
      await orm
        .insert(credentials)
        .values({ shop, name, ...secret })
        .onConflictDoUpdate({
          target: [credentials.shop, credentials.name],
          set: { ...secret, updatedAt: sql`now()` },
        });
    },

    /** Undefined when there are none. */
    async get(shop: string, name: string): Promise<StoredCredentials | undefined> {
      const [found] = await orm
        .select({ ciphertext: credentials.ciphertext, keyId: credentials.keyId })
        .from(credentials)
        .where(named(shop, name));
      return found;
    },

    /** Names and ages, without the secrets. */
    async list(shop: string): Promise<{ name: string; keyId: string; updatedAt: Date }[]> {
      return orm
        .select({ name: credentials.name, keyId: credentials.keyId, updatedAt: credentials.updatedAt })
        .from(credentials)
        .where(eq(credentials.shop, shop))
        .orderBy(credentials.name);
    },

    /** What is still encrypted with another key than the given one: the work list of a key rotation. */
    async notEncryptedWith(keyId: string): Promise<({ shop: string; name: string } & StoredCredentials)[]> {
      return orm
        .select({
          shop: credentials.shop,
          name: credentials.name,
          ciphertext: credentials.ciphertext,
          keyId: credentials.keyId,
        })
        .from(credentials)
        .where(ne(credentials.keyId, keyId));
    },

    /** Puts the same secret under another key, unless it has been replaced meanwhile; its age stays. */
    async reencrypt(
      shop: string,
      name: string,
      oldCiphertext: string,
      secret: StoredCredentials,
    ): Promise<void> {
      await orm
        .update(credentials)
        .set(secret)
        .where(and(named(shop, name), eq(credentials.ciphertext, oldCiphertext)));
    },

    /** Returns whether there was something to forget. */
    async remove(shop: string, name: string): Promise<boolean> {
      const removed = await orm
        .delete(credentials)
        .where(named(shop, name))
        .returning({ name: credentials.name });
      return removed.length > 0;
    },
  };
}
