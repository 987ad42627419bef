import { createHmac } from 'node:crypto';
import { InvalidOptionsError } from '../errors.ts';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** What differs between authenticator apps; the defaults are those of Google Authenticator, which Magento uses. */
export interface TotpParameters {
  readonly digits?: number;
  readonly periodSeconds?: number;
  readonly algorithm?: 'sha1' | 'sha256' | 'sha512';
}

/** Computes the one-time password of a moment (ms since 1970), RFC 6238. */
export function totp(key: Uint8Array, atMs: number, parameters: TotpParameters = {}): string {
  const { digits = 6, periodSeconds = 30, algorithm = 'sha1' } = parameters;
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(atMs / 1000 / periodSeconds)));
  const digest = createHmac(algorithm, key).update(counter).digest();
  const offset = digest.readUInt8(digest.length - 1) & 0x0f;
  const number = digest.readUInt32BE(offset) & 0x7fffffff;
  return String(number % 10 ** digits).padStart(digits, '0');
}

/** Reads a secret as authenticator apps show it: base32, in any case, with or without spaces and padding. */
export function decodeTotpSecret(secret: string): Uint8Array {
  const text = secret.replace(/[\s=-]/g, '').toUpperCase();
  const bytes: number[] = [];
  let buffer = 0;
  let bits = 0;
  for (const character of text) {
    const value = BASE32.indexOf(character);
    if (value < 0) {
      throw new InvalidOptionsError(
        'auth.totpSecret is not base32: it may hold only the letters A-Z and the digits 2-7. Use the secret_code that Magento shows beside the QR code.',
      );
    }
    buffer = ((buffer << 5) | value) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((buffer >> bits) & 0xff);
    }
  }
  if (bytes.length < 10) {
    throw new InvalidOptionsError(
      'auth.totpSecret is too short to be a secret: 16 characters or more are expected.',
    );
  }
  return Uint8Array.from(bytes);
}
