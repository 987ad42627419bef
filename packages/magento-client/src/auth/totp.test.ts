import { describe, expect, test } from 'vitest';
import { decodeTotpSecret, totp } from './totp.ts';

const keys = {
  sha1: Buffer.from('12345678901234567890'),
  sha256: Buffer.from('12345678901234567890123456789012'),
  sha512: Buffer.from('1234567890123456789012345678901234567890123456789012345678901234'),
};

describe('RFC 6238, appendix B', () => {
  test.each([
    [59, 'sha1', '94287082'],
    [59, 'sha256', '46119246'],
    [59, 'sha512', '90693936'],
    [1111111109, 'sha1', '07081804'],
    [1111111109, 'sha256', '68084774'],
    [1111111109, 'sha512', '25091201'],
    [1111111111, 'sha1', '14050471'],
    [1111111111, 'sha256', '67062674'],
    [1111111111, 'sha512', '99943326'],
    [1234567890, 'sha1', '89005924'],
    [1234567890, 'sha256', '91819424'],
    [1234567890, 'sha512', '93441116'],
    [2000000000, 'sha1', '69279037'],
    [2000000000, 'sha256', '90698825'],
    [2000000000, 'sha512', '38618901'],
    [20000000000, 'sha1', '65353130'],
    [20000000000, 'sha256', '77737706'],
    [20000000000, 'sha512', '47863826'],
  ] as const)('at %i s with %s', (seconds, algorithm, expected) => {
    expect(totp(keys[algorithm], seconds * 1000, { digits: 8, algorithm })).toBe(expected);
  });
});

test('makes the code that a real shop accepted', () => {
  // recordings/two-factor.json 'google authenticate'
  expect(totp(decodeTotpSecret('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'), 1795521261_000)).toBe('362522');
});

test('reads a secret as people copy it', () => {
  const key = decodeTotpSecret('JBSWY3DPEHPK3PXP');
  expect(Buffer.from(key).toString('hex')).toBe('48656c6c6f21deadbeef');
  expect(decodeTotpSecret('jbsw y3dp-ehpk 3pxp====')).toEqual(key);
});

test.each(['JBSWY3DPEHPK3PX1', 'JBSWY3DPEHPK3PX!', 'JBSW', ''])('refuses "%s"', (secret) => {
  expect(() => decodeTotpSecret(secret)).toThrow(/^auth.totpSecret is/);
});

test('does not repeat a secret it refuses', () => {
  expect(() => decodeTotpSecret('JBSWY3DPEHPK3PX1')).not.toThrow(/JBSWY3DP/);
});
