import fc from 'fast-check';
import { expect, test } from 'vitest';
import { itemTexts } from './item-texts.ts';

/** As PHP writes it: everything beyond ASCII escaped, and slashes too. */
function asPhp(value: unknown, indent: number): string {
  const escape = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value, null, indent)
    .replaceAll(/[\u007f-\uffff]/g, escape)
    .replaceAll('/', '\\/');
}

/** Of everything. */
const few = { maxKeys: 3, maxLength: 3 };

test('property: the text of each row is the row, however texts look and blanks are set', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom(...'\\"[]{},:é/ ') }),
  );
  const row = fc.oneof(
    fc.dictionary(
      text,
      fc.oneof(text, fc.integer(), fc.array(text, few), fc.dictionary(text, text, few)),
      few,
    ),
    fc.jsonValue({ maxDepth: 1 }),
  );
  fc.assert(
    fc.property(fc.array(row, { maxLength: 5 }), fc.nat(2), fc.boolean(), (rows, indent, isPhp) => {
      const answer = { items: rows, search_criteria: { page_size: 300 }, total_count: rows.length };
      const json = isPhp ? asPhp(answer, indent) : JSON.stringify(answer, null, indent);
      const { items } = JSON.parse(json) as { items: unknown[] };
      expect(itemTexts(json, items.length)?.map((one) => JSON.parse(one) as unknown)).toEqual(items);
    }),
  );
});

test.each([
  ['rows that are shown twice, of which the last ones count', '{"items":[{"id":1}],"items":[{"id":2}]}', 1],
  ['the same, spelt otherwise', '{"items":[{"id":1}],"\\u0069tems":[{"id":2}]}', 1],
  ['an answer that does not begin with them', '{"total_count":1,"items":[{"id":1}]}', 1],
  ['rows as an object with numbers for names', '{"items":{"0":{"id":1}},"total_count":1}', 1],
  ['no rows at all', '{"items":null,"total_count":0}', 0],
  ['another number of rows than was parsed', '{"items":[{"id":1},{"id":2}],"total_count":2}', 1],
])('%s have no texts', (_what, json, count) => {
  expect(itemTexts(json, count)).toBeUndefined();
});
