import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mayBeUnstorable, storable } from './storable-text.ts';

test('whatever JSON comes in, nothing that PostgreSQL refuses goes out', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), fc.string({ unit: 'binary' }), (value, text) => {
      const json = JSON.stringify(storable({ value, [text]: `${text}\ud800` }));
      // Escaped backslashes are taken away first: '\\u0000' is a text about U+0000, not U+0000.
      expect(json.replaceAll('\\\\', '')).not.toMatch(/\\u0000|\\ud[89a-f]/i);
    }),
  );
});

test('what was fine stays the very same object', () => {
  const fine = { name: 'Zoë 😀', list: [1, null, { deep: 'ok' }] };
  expect(storable(fine)).toBe(fine);
  expect(mayBeUnstorable(JSON.stringify(fine))).toBe(false);
});

test('only the unfit characters go', () => {
  const dirty = { 'k\0ey': ['a\0b', 'x\ud83dy', '😀'] };
  expect(mayBeUnstorable(JSON.stringify(dirty))).toBe(true);
  expect(storable(dirty)).toEqual({ key: ['ab', 'x\ufffdy', '😀'] });
});
