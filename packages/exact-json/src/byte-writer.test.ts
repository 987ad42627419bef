import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteWriter, careful } from './byte-writer.ts';

const upperCase = careful((character) => character >= 'A' && character <= 'Z');

test('property: what is written piece by piece is the text of all pieces', () => {
  const texts = fc.array(fc.string({ unit: 'binary', maxLength: 300 }), { maxLength: 20 });
  const bytes = new ByteWriter(1);
  fc.assert(
    fc.property(texts, (pieces) => {
      bytes.clear();
      for (const piece of pieces) bytes.write(piece);
      expect(bytes.bytes().equals(Buffer.from(pieces.join('')))).toBe(true);
    }),
  );
});

test('a half of a pair that stands at the end of a piece stays a half, as in no text of JSON', () => {
  const bytes = new ByteWriter(1);
  for (const piece of ['\ud83d', '\ude00']) bytes.write(piece);
  expect(bytes.bytes().toString()).toBe('\ufffd\ufffd');
});

test('a text with a character that needs care is not written, and nothing of it stays', () => {
  const bytes = new ByteWriter(1);
  bytes.write('<');
  expect(bytes.writeUnless(upperCase, 'abC')).toBe(false);
  expect(bytes.writeUnless(upperCase, 'é')).toBe(false);
  expect(bytes.writeUnless(upperCase, 'abc')).toBe(true);
  bytes.write('>');
  expect(bytes.bytes().toString()).toBe('<abc>');
});

test('property: a text is quoted as JSON', () => {
  const bytes = new ByteWriter(1);
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      bytes.clear();
      bytes.writeQuoted(text);
      expect(bytes.bytes().toString()).toBe(JSON.stringify(text));
    }),
  );
});

test('property: a number is written as JavaScript spells it', () => {
  const bytes = new ByteWriter(1);
  const money = fc.tuple(fc.integer(), fc.constantFrom(1, 10, 100, 1_000, 10_000, 100_000));
  const number = fc.oneof(
    fc.double(),
    fc.integer(),
    fc.maxSafeInteger(),
    money.map(([sum, unit]) => sum / unit),
  );
  fc.assert(
    fc.property(number, (value) => {
      bytes.clear();
      bytes.writeNumber(value);
      expect(bytes.bytes().toString()).toBe(String(value));
    }),
    { numRuns: 2_000 },
  );
  const odd = [
    0,
    -0,
    999_999_999.9999,
    -999_999_999.9999,
    1e9,
    2 ** 31,
    0.0001,
    0.00005,
    5e-324,
    1e21,
    0.1 + 0.2,
  ];
  for (const value of odd) {
    bytes.clear();
    bytes.writeNumber(value);
    expect(bytes.bytes().toString()).toBe(String(value));
  }
});

test('property: whole numbers are written with their highest byte first', () => {
  const bytes = new ByteWriter(1);
  const byte = fc.nat({ max: 255 });
  const int16 = fc.integer({ min: -(2 ** 15), max: 2 ** 15 - 1 });
  fc.assert(
    fc.property(byte, int16, fc.integer(), fc.maxSafeInteger(), (first, second, third, fourth) => {
      bytes.clear();
      bytes.writeByte(first);
      bytes.writeInt16(second);
      bytes.writeInt32(third);
      bytes.writeInt64(fourth);
      bytes.append(Buffer.from('end'));
      const written = bytes.bytes();
      expect(bytes.length).toBe(18);
      expect(written.readUInt8(0)).toBe(first);
      expect(written.readInt16BE(1)).toBe(second);
      expect(written.readInt32BE(3)).toBe(third);
      expect(written.readBigInt64BE(7)).toBe(BigInt(fourth));
      expect(written.subarray(15).toString()).toBe('end');
      bytes.setInt32(3, second);
      bytes.setInt16(1, first);
      expect([bytes.bytes().readInt16BE(1), bytes.bytes().readInt32BE(3)]).toEqual([first, second]);
    }),
  );
});

test('what was given out is overwritten after it was cleared, and the memory of a very long text goes', () => {
  const bytes = new ByteWriter(16);
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
