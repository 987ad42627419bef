import { migrate } from '@magento-sync/db';
import { type Clock, systemClock } from './clock.ts';
import type { ShopConfig, StorageConfig } from './config/config.ts';
import type { Logger } from './logger.ts';
import { reencryptSecrets } from './reencrypt-secrets.ts';
import { type Storage, type StorageOptions, withStorage } from './storage.ts';
import { createTokenCipher, type TokenCipher } from './token-cipher.ts';

/** What is open once for a process, however many shops it works for. */
export interface ProcessServices extends Storage {
  readonly clock: Clock;
  readonly log: Logger;
  /** Of tokens and credentials in the database; absent without a key. */
  readonly cipher: TokenCipher | undefined;
  /** Encrypts with the newest key what an older one still holds. */
  readonly keepSecretsUnderNewestKey: () => Promise<void>;
}

/** How to open them. */
export interface ProcessOptions extends StorageOptions {
  readonly signal: AbortSignal;
}

/** Opens the storage and brings the tables up to date; everything is released afterwards, also when the work fails. */
export async function withProcessServices<T>(
  config: StorageConfig & Pick<ShopConfig, 'tokenEncryptionKeys'>,
  options: ProcessOptions,
  use: (services: ProcessServices) => Promise<T>,
): Promise<T> {
  const { log, signal, readOnly } = options;
  return withStorage(config, options, async (storage) => {
    if (!readOnly) {
      const { applied } = await migrate(storage.database, { signal });
      if (applied.length > 0) log.info({ applied }, 'tables brought up to date');
    }
    const cipher = createTokenCipher(config.tokenEncryptionKeys);
    const keepSecretsUnderNewestKey = async () => {
      const reencrypted = cipher ? await reencryptSecrets(storage.database, cipher) : 0;
      if (reencrypted > 0) log.info({ reencrypted }, 'secrets encrypted with the newest key');
    };
    if (!readOnly) await keepSecretsUnderNewestKey();
    return use({ ...storage, clock: systemClock, log, cipher, keepSecretsUnderNewestKey });
  });
}
