import { createCredentialRepository, type Database } from '@magento-sync/db';
import type { IntegrationAuthOptions } from '@magento-sync/magento-client';
import { z } from 'zod';
import type { TokenCipher } from './token-cipher.ts';

/** What is known of stored credentials without their secrets. */
export interface StoredCredentialsInfo {
  readonly storedAt: Date;
  /** Whether one of the configured keys opens them. */
  readonly readable: boolean;
}

/** The credentials of one shop's integration, encrypted in PostgreSQL. */
export interface StoredCredentials {
  /** Throws {@link StoredCredentialsError} when there are none or when no key opens them. */
  load(): Promise<IntegrationAuthOptions>;
  /** Stores or replaces. */
  save(credentials: IntegrationAuthOptions): Promise<void>;
  /** `undefined` when there are none. */
  describe(): Promise<StoredCredentialsInfo | undefined>;
  /** Forgets them; false when there were none. */
  remove(): Promise<boolean>;
}

/** Stored credentials are missing or cannot be read; the message says what to do. */
export class StoredCredentialsError extends Error {
  override readonly name = 'StoredCredentialsError';
}

const name = 'integration';
const missing = Symbol('no credentials are stored');
const contents = z.strictObject({
  consumerKey: z.string(),
  consumerSecret: z.string(),
  accessToken: z.string(),
  accessTokenSecret: z.string(),
});

/** Opens the credentials of a shop; without a cipher they can be described and removed, but neither read nor stored. */
export function createStoredCredentials(
  database: Database,
  shop: string,
  cipher: TokenCipher | undefined,
): StoredCredentials {
  const repository = createCredentialRepository(database);
  const context = credentialContext(shop, name);

  async function open(): Promise<string | typeof missing | undefined> {
    const stored = await repository.get(shop, name);
    return stored ? cipher?.open(stored, context) : missing;
  }

  return {
    async load() {
      const text = await open();
      if (text === missing) {
        throw new StoredCredentialsError(
          `No credentials are stored for the shop "${shop}". Run "magento-sync authorize" to get them from the shop, ` +
            'or set MAGENTO_CONSUMER_KEY, MAGENTO_CONSUMER_SECRET, MAGENTO_ACCESS_TOKEN and MAGENTO_ACCESS_TOKEN_SECRET.',
        );
      }
      if (text === undefined) {
        throw new StoredCredentialsError(
          `The stored credentials of the shop "${shop}" are encrypted with another key. Set TOKEN_ENCRYPTION_KEY or ` +
            'TOKEN_ENCRYPTION_KEY_PREVIOUS to the key they were stored with, or run "magento-sync authorize" again.',
        );
      }
      return { kind: 'integration', ...contents.parse(JSON.parse(text)) };
    },
    async save({ kind: _kind, ...secrets }) {
      if (!cipher) throw new Error('Credentials are stored encrypted only, and there is no key.');
      await repository.put(shop, name, cipher.seal(JSON.stringify(contents.parse(secrets)), context));
    },
    async describe() {
      const found = (await repository.list(shop)).find((each) => each.name === name);
      return found && { storedAt: found.updatedAt, readable: (await open()) !== undefined };
    },
    remove: () => repository.remove(shop, name),
  };
}

/** What the ciphertext of stored credentials is bound to. */
export function credentialContext(shop: string, credentialName: string): string {
  return `credentials\0${shop}\0${credentialName}`;
}
