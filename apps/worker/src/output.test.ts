import { expect, test } from 'vitest';
import { textTable } from './output.ts';

test('columns are as wide as their widest cell', () => {
  expect(
    textTable(
      ['a', 'long'],
      [
        ['wide cell', 'x'],
        ['y', ''],
      ],
    ),
  ).toBe('a          long\nwide cell  x\ny');
});
