import { parseJson, stringifyJson } from '@magento-sync/exact-json';
import { expect, test } from 'vitest';
import { kindOf, readerOf } from './read-value.ts';

const everyKind = [
  ...(['text', 'flag', 'day', 'time', 'integer', 'id', 'reference', 'money', 'rate', 'quantity'] as const),
  ...(['texts', 'attributes', 'members', 'json'] as const),
];

test.each(['9007199254740993123', '1e400', '-1e400', '1e-400', '0.30000000000000000001'])(
  '%s is read by every kind of column without a failure, and raw keeps it',
  (digits) => {
    const sent = parseJson(digits);
    expect(kindOf(sent)).toBe('a number with too many digits');
    for (const kind of everyKind) expect(() => readerOf(kind)(sent)).not.toThrow();
    expect(readerOf('money')(sent)).toBe(digits);
    expect(readerOf('text')(sent)).toBe(digits);
    expect(stringifyJson(readerOf('json')(sent))).toBe(digits);
  },
);
