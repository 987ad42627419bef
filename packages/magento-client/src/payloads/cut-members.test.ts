import fc from 'fast-check';
import { expect, test } from 'vitest';
import { memberCutter } from './cut-members.ts';

/** The same, one path after the other and by the letter. */
function without(value: unknown, [name = '', ...rest]: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((item) => without(item, [name, ...rest]));
  if (value === null || typeof value !== 'object') return value;
  const members = Object.entries(value);
  if (members.length > 0 && members.every(([member]) => /^\d+$/.test(member)))
    return Object.fromEntries(members.map(([member, inner]) => [member, without(inner, [name, ...rest])]));
  return Object.fromEntries(
    members.map(([member, inner]) => {
      const isMeant = name.endsWith('*') ? member.startsWith(name.slice(0, -1)) : member === name;
      if (!isMeant) return [member, inner];
      // Not left out here: what is left may look like a list with numbers for names, which it was not when it was sent.
      return [member, rest.length === 0 ? undefined : without(inner, rest)];
    }),
  );
}

const paths = [
  'secret',
  'payment.cc_*',
  'payment.extra.token',
  'items.parent',
  'a*.secret',
  'a.b',
  'secret.b',
];

test('all paths at once cut what one after the other cuts, in the same order, and change nothing of what was sent', () => {
  const names = [
    'secret',
    'payment',
    'cc_type',
    'cc_',
    'extra',
    'token',
    'items',
    'parent',
    'a',
    'ab',
    'b',
    '1',
    '27',
  ];
  const name = fc.constantFrom(...names);
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom<unknown>(null, 0, '', 'text', true),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(name, tie('value'), { maxKeys: 6 }),
    ),
  }));
  const cut = memberCutter(paths);
  fc.assert(
    fc.property(value, (sent) => {
      const before = JSON.stringify(sent);
      const expected = paths.map((path) => path.split('.')).reduce(without, sent);
      expect(JSON.stringify(cut(sent))).toBe(JSON.stringify(expected));
      expect(JSON.stringify(sent)).toBe(before);
    }),
    { numRuns: 2_000, examples: [[{ 1: { secret: [{ b: null }] }, secret: {} }]] },
  );
});

test('what has none of it is returned as it is', () => {
  const sent = { id: 1, payment: { method: 'checkmo' }, items: [{ sku: 'a' }] };
  expect(memberCutter(paths)(sent)).toBe(sent);
  expect(memberCutter([])(sent)).toBe(sent);
});

test('a member called __proto__ is a member like others', () => {
  const sent: unknown = JSON.parse('{"__proto__": {"secret": 1}, "secret": 2, "id": 3}');
  expect(JSON.stringify(memberCutter(['secret'])(sent))).toBe('{"__proto__":{"secret":1},"id":3}');
});
