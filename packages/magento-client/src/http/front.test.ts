import { expect, test } from 'vitest';
import { InvalidOptionsError } from '../errors.ts';
import { createFront } from './front.ts';

const base = 'https://shop.example.com/de';
const basicAuth = { username: 'stage', password: 'stäge:1' };

test('both logins stand in one header, the first one ends with its padding', () => {
  const front = createFront({ basicAuth: { username: 'abc', password: 'de' } }, base);
  const { authorization } = front.headersFor(`${base}/rest/V1/x`, { authorization: 'OAuth a="b"' });
  expect(authorization).toBe('Basic YWJjOmRl=, OAuth a="b"');
  expect(front.headersFor(`${base}/rest/V1/x`, {})['authorization']).toBe('Basic YWJjOmRl');
});

test('only the shop gets what is asked for in front of it', () => {
  const front = createFront({ basicAuth, extraHeaders: { 'X-Gate-Key': 'k3y' } }, base);
  expect(front.headersFor(`${base}/rest/V1/x`, { accept: 'a' })).toMatchObject({
    'x-gate-key': 'k3y',
    accept: 'a',
  });
  for (const url of ['https://shop.example.com/dex', 'https://ims.example.com/token'])
    expect(front.headersFor(url, { accept: 'a' })).toEqual({ accept: 'a' });
  expect(front.secrets).toEqual(expect.arrayContaining(['k3y', 'stäge:1']));
});

test.each([
  [{ extraHeaders: { Authorization: 'x' } }, /must not hold Authorization.*basicAuth/],
  [{ extraHeaders: { Host: 'x' } }, /must not hold Host/],
  [{ extraHeaders: { 'X Y': 'secret' } }, /"X Y", which is no name/],
  [{ extraHeaders: { 'X-Y': 'secret\nX-Z: 1' } }, /X-Y.*no header can carry/],
  [{ basicAuth: { username: 'a:b', password: 'secret' } }, /colon/],
])('what cannot be sent is refused without being shown', (options, message) => {
  const create = () => createFront(options, base);
  expect(create).toThrow(InvalidOptionsError);
  expect(create).toThrow(message);
  expect(create).not.toThrow(/secret/);
});
