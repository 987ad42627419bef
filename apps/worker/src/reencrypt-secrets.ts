import { createCredentialRepository, createTokenRepository, type Database } from '@magento-sync/db';
import { credentialContext } from './stored-credentials.ts';
import type { TokenCipher } from './token-cipher.ts';
import { tokenContext } from './token-store.ts';

/**
 * Encrypts with the newest key what an older one still holds, for all shops of the database, and returns how much that
 * was.
 *
 * What no configured key opens is left alone: a token is fetched anew when it is needed, and credentials say what is
 * wrong when they are loaded. What somebody replaces meanwhile stays as they wrote it.
 */
export async function reencryptSecrets(database: Database, cipher: TokenCipher): Promise<number> {
  const tokens = createTokenRepository(database);
  const credentials = createCredentialRepository(database);
  let count = 0;
  for (const token of await tokens.notEncryptedWith(cipher.keyId)) {
    const context = tokenContext(token.shop, token.name);
    const value = cipher.open(token, context);
    if (value === undefined) continue;
    await tokens.reencrypt(token, token.ciphertext, cipher.seal(value, context));
    count += 1;
  }
  for (const stored of await credentials.notEncryptedWith(cipher.keyId)) {
    const context = credentialContext(stored.shop, stored.name);
    const value = cipher.open(stored, context);
    if (value === undefined) continue;
    await credentials.reencrypt(stored.shop, stored.name, stored.ciphertext, cipher.seal(value, context));
    count += 1;
  }
  return count;
}
