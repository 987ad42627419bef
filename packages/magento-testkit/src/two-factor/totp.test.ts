import { expect, test } from 'vitest';
import { isTotpValid, totpAt } from './totp.ts';

/** "12345678901234567890" in Base32, the secret of RFC 6238's examples. */
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

test.each([
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
])('at %i the code is that of RFC 6238', (time, code) => {
  expect(totpAt(SECRET, time)).toBe(code);
});

test('a code is valid through the leeway and not beyond', () => {
  const lastSecond = 1_111_111_109;
  expect(isTotpValid(SECRET, '081804', lastSecond)).toBe(true);
  expect(isTotpValid(SECRET, '081804', lastSecond + 1)).toBe(false);
  expect(isTotpValid(SECRET, '081804', lastSecond + 29, 29)).toBe(true);
  expect(isTotpValid(SECRET, '081804', lastSecond + 30, 29)).toBe(false);
  const firstSecond = lastSecond - 29;
  expect(isTotpValid(SECRET, '081804', firstSecond - 29, 29)).toBe(true);
  expect(isTotpValid(SECRET, '081804', firstSecond - 30, 29)).toBe(false);
});

test('a secret that is no Base32 is refused', () => {
  expect(() => totpAt('not base 32!', 0)).toThrow('A TOTP secret is Base32');
});
