import { createTokenRepository, type Database } from '@magento-sync/db';
import type { TokenRecord, TokenStore } from '@magento-sync/magento-client';
import type { TokenCipher } from './token-cipher.ts';

/**
 * Keeps tokens in PostgreSQL, so that all workers of a shop use one and sign in once.
 *
 * Without a cipher the token itself stays in memory; failed logins are shared nevertheless, because a worker that is
 * restarted over and over must not lock the account.
 *
 * @param shop the name that the shop's address gives, see `shopNameOf`, and not MAGENTO_SHOP: wrong logins count for the
 *   account at that address, whatever the copy is called.
 */
export function createTokenStore(
  database: Database,
  shop: string,
  cipher: TokenCipher | undefined,
): TokenStore {
  const repository = createTokenRepository(database);
  const inMemory = new Map<string, TokenRecord['token']>();

  const fromRow = (
    name: string,
    row: Awaited<ReturnType<typeof repository.read>>,
  ): TokenRecord | undefined => {
    if (!row) return undefined;
    const { ciphertext, keyId, obtainedAt, expiresAt } = row;
    const value =
      ciphertext && keyId ? cipher?.open({ ciphertext, keyId }, tokenContext(shop, name)) : undefined;
    const stored = value !== undefined && obtainedAt ? { value, obtainedAt, expiresAt } : undefined;
    const token = stored ?? (cipher ? undefined : inMemory.get(name));
    return {
      ...(token ? { token } : {}),
      failedLogins: row.failedLogins.map((failure) => ({ ...failure, at: new Date(failure.at) })),
      credentialsFingerprint: row.credentialsFingerprint,
    };
  };
  const toRow = (name: string, record: TokenRecord) => {
    inMemory.set(name, record.token);
    const sealed = record.token && cipher?.seal(record.token.value, tokenContext(shop, name));
    return {
      ciphertext: sealed?.ciphertext ?? null,
      keyId: sealed?.keyId ?? null,
      obtainedAt: sealed ? (record.token?.obtainedAt ?? null) : null,
      expiresAt: sealed ? (record.token?.expiresAt ?? null) : null,
      failedLogins: record.failedLogins.map((failure) => ({ ...failure, at: failure.at.toISOString() })),
      credentialsFingerprint: record.credentialsFingerprint,
    };
  };

  return {
    async read(name) {
      return fromRow(name, await repository.read({ shop, name }));
    },
    async update(name, change, signal) {
      const row = await repository.withLock(
        { shop, name },
        async (current, { keep }) =>
          toRow(name, await change(fromRow(name, current), (record) => keep(toRow(name, record)))),
        { signal },
      );
      const updated = fromRow(name, row);
      if (!updated) throw new Error('The token was stored but cannot be read.');
      return updated;
    },
  };
}

/** What the ciphertext of a token is bound to. */
export function tokenContext(shop: string, name: string): string {
  return `${shop}\0${name}`;
}
