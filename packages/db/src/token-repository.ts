import { and, eq, sql } from 'drizzle-orm';
import { lockNames, withAdvisoryLock } from './advisory-lock.ts';
import type { Database } from './open-database.ts';
import { tokens } from './schema/secrets.ts';

/** Names one token. */
export interface TokenKey {
  shop: string;
  name: string;
}

/** A token as stored; what is encrypted, and how, is the caller's matter. */
export interface StoredToken {
  ciphertext: string | null;
  /** Which key encrypted it. */
  keyId: string | null;
  obtainedAt: Date | null;
  expiresAt: Date | null;
  refusedLogins: number;
  lastRefusedAt: Date | null;
  credentialsFingerprint: string;
}

/** Tokens that all workers of a shop share. */
export type TokenRepository = ReturnType<typeof createTokenRepository>;

/** Creates the repository of tokens. */
export function createTokenRepository(database: Database) {
  const read = async ({ shop, name }: TokenKey): Promise<StoredToken | undefined> => {
    const [found] = await database.orm
      .select({
        ciphertext: tokens.ciphertext,
        keyId: tokens.keyId,
        obtainedAt: tokens.obtainedAt,
        expiresAt: tokens.expiresAt,
        refusedLogins: tokens.refusedLogins,
        lastRefusedAt: tokens.lastRefusedAt,
        credentialsFingerprint: tokens.credentialsFingerprint,
      })
      .from(tokens)
      .where(and(eq(tokens.shop, shop), eq(tokens.name, name)));
    return found;
  };

  return {
    /** The token without waiting for anybody; undefined when none was ever stored. */
    read,

    /**
     * Runs `change` for one caller at a time across all processes and stores what it returns.
     *
     * A caller that dies frees the lock and leaves the token as it was. The signal given to `change` fires when the lock
     * is lost with its connection; then nothing is stored and LockLostError is thrown.
     */
    async withLock(
      key: TokenKey,
      change: (current: StoredToken | undefined, signal: AbortSignal) => Promise<StoredToken>,
      options: { signal?: AbortSignal } = {},
    ): Promise<StoredToken> {
      return withAdvisoryLock(
        database,
        lockNames.token(key.shop, key.name),
        async ({ client, signal }) => {
          const signals = options.signal ? AbortSignal.any([signal, options.signal]) : signal;
          const changed = await change(await read(key), signals);
          // On the connection that holds the lock: a lost lock can't store.
          await client.query(storeSql, [
            key.shop,
            key.name,
            changed.ciphertext,
            changed.keyId,
            changed.obtainedAt,
            changed.expiresAt,
            changed.refusedLogins,
            changed.lastRefusedAt,
            changed.credentialsFingerprint,
          ]);
          return changed;
        },
        options.signal,
      );
    },

    /** Forgets a token, so that the next worker logs in. */
    async remove({ shop, name }: TokenKey): Promise<void> {
      await database.orm.delete(tokens).where(and(eq(tokens.shop, shop), eq(tokens.name, name)));
    },

    /** Tokens that expire before the given moment: what a scheduled refresh looks at. */
    async expiringBefore(shop: string, moment: Date): Promise<{ name: string; expiresAt: Date }[]> {
      const found = await database.orm
        .select({ name: tokens.name, expiresAt: tokens.expiresAt })
        .from(tokens)
        .where(and(eq(tokens.shop, shop), sql`${tokens.expiresAt} < ${moment.toISOString()}`));
      return found.flatMap(({ name, expiresAt }) => (expiresAt === null ? [] : [{ name, expiresAt }]));
    },
  };
}

const storeSql = `
insert into sync.tokens as t (shop, name, ciphertext, key_id, obtained_at, expires_at, refused_logins, last_refused_at,
  credentials_fingerprint)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict (shop, name) do update set ciphertext = excluded.ciphertext, key_id = excluded.key_id,
  obtained_at = excluded.obtained_at, expires_at = excluded.expires_at, refused_logins = excluded.refused_logins,
  last_refused_at = excluded.last_refused_at, credentials_fingerprint = excluded.credentials_fingerprint,
  updated_at = now()`;
