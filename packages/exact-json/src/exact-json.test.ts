import { expect, test } from 'vitest';
import { isExactNumber, parseJson, stringifyJson } from './index.ts';

test.each([
  ['9007199254740993123', 'an id of 19 digits'],
  ['9007199254740993', 'the first whole number that a double skips'],
  ['-9007199254740993', 'the same below zero'],
  ['18446744073709551616', 'beyond 64 bits'],
  ['0.30000000000000000001', 'a decimal of 20 digits'],
  ['123456789.123456789012', 'digits on both sides of the point'],
  ['1e400', 'beyond the range of a double'],
  ['1e-400', 'closer to zero than a double'],
  ['-0.00000000000000000000000000012345678901234567890123', 'many zeros before the digits'],
])('%s (%s) keeps its digits', (digits) => {
  for (const document of [digits, `{"a":[1,${digits}],"b":"x"}`, `[ ${digits} ]`, `{"a": ${digits}}`]) {
    expect(stringifyJson(parseJson(document))).toBe(document.replaceAll(/(?<=[[:]) | (?=\])/g, ''));
  }
  expect(isExactNumber(parseJson(digits))).toBe(true);
});

test.each([
  ['0.10000000000000001', 0.1],
  ['19.989999999999998', 19.989999999999998],
  ['1234567890.10000000000', 1234567890.1],
  ['9007199254740992', 9007199254740992],
  ['1e3', 1000],
  ['1.50E+2', 150],
  ['0.000000000000000000000', 0],
  ['100000000000000000000', 1e20],
])('%s, as PHP writes a double, is a number like any other', (text, number) => {
  expect(parseJson(`[${text}]`)).toEqual([number]);
});

test('a number that no database holds becomes its text', () => {
  expect(parseJson('{"a":1e99999,"b":2}')).toEqual({ a: '1e99999', b: 2 });
});

test('documents with exact numbers are otherwise parsed and written as JSON does', () => {
  const text =
    '{"big":9007199254740993123,"text":"a \\"1234567890123456789\\" é \\u0000","list":[],"none":null,"yes":true,"o":{}}';
  expect(stringifyJson(parseJson(text))).toBe(text);
  expect(parseJson('{"a":1,"a":12345678901234567890,"a":2}')).toEqual({ a: 2 });
  const odd = '{"__proto__":{"a":12345678901234567890}}';
  expect(stringifyJson(parseJson(odd))).toBe(odd);
  expect(stringifyJson({ gone: undefined, at: new Date(0), exact: parseJson('12345678901234567890') })).toBe(
    '{"at":"1970-01-01T00:00:00.000Z","exact":12345678901234567890}',
  );
});

test('what only looks like an exact number is none', () => {
  const text = '{"value":"12","isLosslessNumber":true}';
  expect(stringifyJson(parseJson(text))).toBe(text);
  expect(isExactNumber(parseJson(text))).toBe(false);
});

test('what is no JSON is a syntax error, also where digits are many', () => {
  for (const text of ['', '{', '12345678901234567890x', '[12345678901234567890', '01234567890123456789']) {
    expect(() => parseJson(text)).toThrow(SyntaxError);
  }
});
