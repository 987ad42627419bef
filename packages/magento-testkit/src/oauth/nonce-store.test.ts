import { expect, test } from 'vitest';
import { NonceStore } from './nonce-store.ts';

test('a nonce can be used once per consumer, whatever its case', () => {
  const nonces = new NonceStore();
  expect(nonces.store(1, 'abc')).toBe('stored');
  expect(nonces.store(1, 'ABC')).toBe('used');
  expect(nonces.store(2, 'abc')).toBe('stored');
});

test('long nonces collide when their first 32 characters are equal', () => {
  const nonces = new NonceStore();
  const first = `${'a'.repeat(32)}1`;
  expect(nonces.store(1, first)).toBe('stored');
  expect(nonces.store(1, first)).toBe('collision');
  expect(nonces.store(1, `${'A'.repeat(32)}2`)).toBe('collision');
  expect(nonces.store(1, 'a'.repeat(32))).toBe('used');
});
