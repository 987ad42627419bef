import { expect, test } from 'vitest';
import { readExchange } from '../testing/recordings.ts';
import { readTokenTimes, renewalTime } from './token-expiry.ts';

test('a recorded token lives for an hour', () => {
  const token = JSON.parse(readExchange('tokens.json', 'admin token').response.body) as string;
  const times = readTokenTimes(token);
  expect(times?.expiresAt.getTime()).toBe((times?.issuedAt?.getTime() ?? 0) + 3_600_000);
});

test.each([
  ['opaque', 'abcdefghijklmnopqrstuvwxyz012345'],
  ['encrypted, five parts', 'a.b.c.d.e'],
  ['three parts that are no JSON', 'a.b.c'],
  ['without exp', `a.${Buffer.from('{"iat":1}').toString('base64url')}.c`],
  ['exp is text', `a.${Buffer.from('{"exp":"soon"}').toString('base64url')}.c`],
  ['a list', `a.${Buffer.from('[]').toString('base64url')}.c`],
])('%s: says nothing', (_, token) => {
  expect(readTokenTimes(token)).toBeUndefined();
});

test('a token that never ends is never due', () => {
  expect(renewalTime({ obtainedAt: new Date(0), expiresAt: null })).toBeNull();
  expect(renewalTime({ obtainedAt: new Date(0), expiresAt: new Date(1_000) })).toBe(800);
});
