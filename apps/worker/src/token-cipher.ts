import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import type { Secret } from './config/secret.ts';

/** A text under lock and key. */
export interface Sealed {
  readonly ciphertext: string;
  /** Which key opens it; says nothing about the key itself. */
  readonly keyId: string;
}

/** Encrypts with the newest key and decrypts with any. */
export interface TokenCipher {
  /** Which key is the newest. */
  readonly keyId: string;
  /** `context` is bound to the ciphertext: it cannot be opened as something else's. */
  seal(plaintext: string, context: string): Sealed;
  /** `undefined` when the key is unknown or the text was tampered with. */
  open(sealed: Sealed, context: string): string | undefined;
}

const ivBytes = 12;
const tagBytes = 16;

/** AES-256-GCM with the given keys (32 bytes in base64, newest first); `undefined` without keys. */
export function createTokenCipher(keys: readonly Secret[]): TokenCipher | undefined {
  const ring = keys.map((key) => Buffer.from(key.reveal(), 'base64'));
  const newest = ring[0];
  if (!newest) return undefined;
  const byId = new Map(ring.map((key) => [keyIdOf(key), key]));
  return {
    keyId: keyIdOf(newest),
    seal(plaintext, context) {
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv('aes-256-gcm', newest, iv).setAAD(Buffer.from(context));
      const body = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()]);
      const ciphertext = Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64');
      return { ciphertext, keyId: keyIdOf(newest) };
    },
    open({ ciphertext, keyId }, context) {
      const key = byId.get(keyId);
      if (!key) return undefined;
      const bytes = Buffer.from(ciphertext, 'base64');
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivBytes), {
          authTagLength: tagBytes,
        });
        decipher.setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
        return Buffer.concat([
          decipher.update(bytes.subarray(ivBytes + tagBytes)),
          decipher.final(),
        ]).toString();
      } catch {
        return undefined;
      }
    },
  };
}

function keyIdOf(key: Buffer): string {
  return createHash('sha256').update('key id\0').update(key).digest('hex').slice(0, 16);
}
