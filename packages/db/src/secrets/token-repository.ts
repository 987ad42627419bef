import { and, eq, ne, sql } from 'drizzle-orm';
import { lockNames, withAdvisoryLock } from '../connection/advisory-lock.ts';
import type { Database } from '../connection/open-database.ts';
import type { Statements } from '../connection/statements.ts';
import { type FailedLogin, tokens } from '../schema/secrets.ts';

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
  /** Since the last login that succeeded, oldest first. */
  failedLogins: readonly FailedLogin[];
  credentialsFingerprint: string;
}

/** What a change may do while it holds the lock of its token. */
export interface HeldToken {
  /** Fires when the lock is lost. */
  readonly signal: AbortSignal;
  /** Stores a token at once: what must survive this process. */
  readonly keep: (token: StoredToken) => Promise<void>;
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
        failedLogins: tokens.failedLogins,
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
     * A caller that dies frees the lock and leaves the token as it was, or as it has last been kept by `held.keep`. The
     * signal in `held` fires when the lock is lost with its connection; then nothing is stored and LockLostError is thrown.
     */
    async withLock(
      key: TokenKey,
      change: (current: StoredToken | undefined, held: HeldToken) => Promise<StoredToken>,
      options: { signal?: AbortSignal } = {},
    ): Promise<StoredToken> {
      return withAdvisoryLock(
        database,
        lockNames.token(key.shop, key.name),
        async ({ statements, signal }) => {
          const signals = options.signal ? AbortSignal.any([signal, options.signal]) : signal;
          // On the connection that holds the lock: a lost lock can't store.
          const keep = (token: StoredToken) => store(statements, key, token);
          const changed = await change(await read(key), { signal: signals, keep });
          await keep(changed);
          return changed;
        },
        options.signal,
      );
    },

    /** Forgets a token, so that the next worker logs in. */
    async remove({ shop, name }: TokenKey): Promise<void> {
      await database.orm.delete(tokens).where(and(eq(tokens.shop, shop), eq(tokens.name, name)));
    },

    /** When the tokens of a shop's accounts were obtained and when they end, by account. */
    async lives(shop: string): Promise<Pick<StoredToken & TokenKey, 'name' | 'obtainedAt' | 'expiresAt'>[]> {
      return database.orm
        .select({ name: tokens.name, obtainedAt: tokens.obtainedAt, expiresAt: tokens.expiresAt })
        .from(tokens)
        .where(eq(tokens.shop, shop))
        .orderBy(tokens.name);
    },

    /** The failed logins of a shop's accounts that have not been followed by one that succeeded. */
    async failing(
      shop: string,
    ): Promise<
      Pick<
        StoredToken & TokenKey,
        'name' | 'failedLogins' | 'credentialsFingerprint' | 'obtainedAt' | 'expiresAt'
      >[]
    > {
      return database.orm
        .select({
          name: tokens.name,
          failedLogins: tokens.failedLogins,
          credentialsFingerprint: tokens.credentialsFingerprint,
          obtainedAt: tokens.obtainedAt,
          expiresAt: tokens.expiresAt,
        })
        .from(tokens)
        .where(and(eq(tokens.shop, shop), sql`jsonb_array_length(${tokens.failedLogins}) > 0`))
        .orderBy(tokens.name);
    },

    /** What is still encrypted with another key than the given one: the work list of a key rotation. */
    async notEncryptedWith(keyId: string): Promise<(TokenKey & { ciphertext: string; keyId: string })[]> {
      const found = await database.orm
        .select({ shop: tokens.shop, name: tokens.name, ciphertext: tokens.ciphertext, keyId: tokens.keyId })
        .from(tokens)
        .where(ne(tokens.keyId, keyId));
      return found.flatMap(({ ciphertext, keyId: other, ...key }) =>
        ciphertext === null || other === null ? [] : [{ ...key, ciphertext, keyId: other }],
      );
    },

    /** Puts the same token under another key, unless it has been replaced meanwhile. */
    async reencrypt(
      { shop, name }: TokenKey,
      oldCiphertext: string,
      sealed: { ciphertext: string; keyId: string },
    ): Promise<void> {
      await database.orm
        .update(tokens)
        .set({ ...sealed, updatedAt: sql`now()` })
        .where(and(eq(tokens.shop, shop), eq(tokens.name, name), eq(tokens.ciphertext, oldCiphertext)));
    },
  };
}

async function store(statements: Statements, { shop, name }: TokenKey, token: StoredToken): Promise<void> {
  const stored = { ...token, failedLogins: [...token.failedLogins] };
  await statements
    .insert(tokens)
    .values({ shop, name, ...stored })
    .onConflictDoUpdate({
      target: [tokens.shop, tokens.name],
      set: { ...stored, updatedAt: sql`now()` },
    });
}
