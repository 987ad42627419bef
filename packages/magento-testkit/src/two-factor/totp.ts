import { createHmac } from 'node:crypto';

const STEP_SECONDS = 30;
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/**
 * Whether a code fits a secret at a time, or at the latest `leewaySeconds` earlier or later.
 *
 * RFC 6238 with SHA-1, six digits and steps of 30 seconds; leeway as Magento's library counts it.
 *
 * @param secret in Base32
 * @param time seconds since 1970
 */
export function isTotpValid(secret: string, code: string, time: number, leewaySeconds = 0): boolean {
  return [time, time - leewaySeconds, time + leewaySeconds].some((moment) => totpAt(secret, moment) === code);
}

/** The code of a secret at a time. RFC 6238. */
export function totpAt(secret: string, time: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(time / STEP_SECONDS)));
  const digest = createHmac('sha1', decodeBase32(secret)).update(counter).digest();
  const offset = (digest.at(-1) ?? 0) & 0x0f;
  const number = digest.readUInt32BE(offset) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}

function decodeBase32(text: string): Buffer {
  let bits = 0;
  let value = 0;
  const bytes: number[] = [];
  for (const char of text.toUpperCase().replace(/=+$/, '')) {
    const digit = BASE32.indexOf(char);
    if (digit === -1) throw new RangeError('A TOTP secret is Base32: letters A to Z and digits 2 to 7.');
    value = ((value << 5) | digit) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((value >>> bits) & 0xff);
    }
  }
  return Buffer.from(bytes);
}
