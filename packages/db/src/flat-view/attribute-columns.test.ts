import fc from 'fast-check';
import { expect, test } from 'vitest';
import { attributeColumns, identifier, literal } from './attribute-columns.ts';

const attribute = (code: string, frontendInput = 'text', backendType = 'varchar') => ({
  code,
  label: null,
  frontendInput,
  backendType,
});

const owner = { of: 'customer', column: 'custom_attributes' };

test('names are distinct, short enough and do not depend on the order of attributes', () => {
  const codes = fc.uniqueArray(
    fc.oneof(
      fc.string({ minLength: 1, maxLength: 80 }),
      fc.constantFrom('a', 'a_label', 'attribute_a', 'email'),
    ),
    {
      maxLength: 12,
    },
  );
  fc.assert(
    fc.property(codes, fc.constantFrom('text', 'select', 'multiselect'), (list, input) => {
      const attributes = list.map((code) => attribute(code, input, 'int'));
      const columns = attributeColumns(attributes, ['email'], owner);
      const names = columns.map(({ name }) => name);
      expect(new Set([...names, 'email']).size).toBe(names.length + 1);
      for (const name of names) expect(Buffer.byteLength(name)).toBeLessThanOrEqual(63);
      expect(attributeColumns(attributes.toReversed(), ['email'], owner)).toEqual(columns);
    }),
  );
});

test('an attribute keeps its name even when a label column wants it', () => {
  const names = attributeColumns(
    [attribute('color', 'select', 'int'), attribute('color_label')],
    [],
    owner,
  ).map(({ name }) => name);
  expect(names).toEqual(['color', 'attribute_color_label', 'color_label']);
});

test('quotes', () => {
  expect(literal("O'Neil")).toBe("'O''Neil'");
  expect(literal("back\\slash'")).toBe(" E'back\\\\slash'''");
  expect(identifier('a"b')).toBe('"a""b"');
});
