import fc from 'fast-check';
import { expect, test } from 'vitest';
import { careful, TextBytes } from './text-bytes.ts';

const upperCase = careful((character) => character >= 'A' && character <= 'Z');

test('property: what is written piece by piece is the text of all pieces', () => {
  const texts = fc.array(fc.string({ unit: 'binary', maxLength: 300 }), { maxLength: 20 });
  const bytes = new TextBytes(1);
  fc.assert(
    fc.property(texts, (pieces) => {
      bytes.clear();
      for (const piece of pieces) bytes.write(piece);
      expect(bytes.bytes().equals(Buffer.from(pieces.join('')))).toBe(true);
    }),
  );
});

test('a half of a pair that stands at the end of a piece stays a half, as in no text of JSON', () => {
  const bytes = new TextBytes(1);
  for (const piece of ['\ud83d', '\ude00']) bytes.write(piece);
  expect(bytes.bytes().toString()).toBe('\ufffd\ufffd');
});

test('a text with a character that needs care is not written, and nothing of it stays', () => {
  const bytes = new TextBytes(1);
  bytes.write('<');
  expect(bytes.writeUnless(upperCase, 'abC')).toBe(false);
  expect(bytes.writeUnless(upperCase, 'é')).toBe(false);
  expect(bytes.writeUnless(upperCase, 'abc')).toBe(true);
  bytes.write('>');
  expect(bytes.bytes().toString()).toBe('<abc>');
});

test('property: a text is quoted as JSON, or left to whoever can escape it', () => {
  const bytes = new TextBytes(1);
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      bytes.clear();
      const isWritten = bytes.writeQuoted(text);
      expect(bytes.bytes().toString()).toBe(isWritten ? JSON.stringify(text) : '');
    }),
  );
  expect([...'a "b" \\', '\n'].map((text) => bytes.writeQuoted(text))).toEqual([
    true,
    true,
    false,
    true,
    false,
    true,
    false,
    false,
  ]);
});

test('what was given out is overwritten after it was cleared, and the memory of a very long text goes', () => {
  const bytes = new TextBytes(16);
  bytes.write('first');
  const before = bytes.bytes();
  bytes.clear();
  bytes.write('FIRST');
  expect(before.toString()).toBe('FIRST');
  bytes.write('x'.repeat(2 ** 23));
  const long = bytes.bytes();
  bytes.clear();
  expect(bytes.bytes().buffer).not.toBe(long.buffer);
});
