import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { Secret } from './config/secret.ts';
import { createTokenCipher, type TokenCipher } from './token-cipher.ts';

const key = () => new Secret(randomBytes(32).toString('base64'));

function cipherOf(...keys: Secret[]): TokenCipher {
  const cipher = createTokenCipher(keys);
  if (!cipher) throw new Error('No cipher was made.');
  return cipher;
}

test('what was sealed opens with the same key and context, and never looks the same twice', () => {
  const cipher = cipherOf(key());
  const [one, other] = [cipher.seal('token', 'shop'), cipher.seal('token', 'shop')];
  expect(cipher.open(one, 'shop')).toBe('token');
  expect(one.ciphertext).not.toBe(other.ciphertext);
  expect(Buffer.from(one.ciphertext, 'base64').includes('token')).toBe(false);
});

test('the previous key still opens, the new one seals', () => {
  const [previous, next] = [key(), key()];
  const sealed = cipherOf(previous).seal('token', 'shop');
  const rotated = cipherOf(next, previous);
  expect(rotated.open(sealed, 'shop')).toBe('token');
  expect(cipherOf(previous).open(rotated.seal('token', 'shop'), 'shop')).toBeUndefined();
});

test('another context, an unknown key or a changed byte opens nothing', () => {
  const cipher = cipherOf(key());
  const sealed = cipher.seal('token', 'shop');
  const bytes = Buffer.from(sealed.ciphertext, 'base64');
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
  expect(cipher.open(sealed, 'other shop')).toBeUndefined();
  expect(cipherOf(key()).open(sealed, 'shop')).toBeUndefined();
  expect(cipher.open({ ...sealed, ciphertext: bytes.toString('base64') }, 'shop')).toBeUndefined();
  expect(cipher.open({ ...sealed, ciphertext: 'AAAA' }, 'shop')).toBeUndefined();
});
