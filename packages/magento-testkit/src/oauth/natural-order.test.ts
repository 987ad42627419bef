import { expect, test } from 'vitest';
import { compareNaturally } from './natural-order.ts';

// Expected orders are those of PHP 8's strnatcmp.
test.each([
  [
    ['s[10]', 's[2]', 's[1]'],
    ['s[1]', 's[2]', 's[10]'],
  ],
  [
    ['img12', 'img10', 'img2', 'img1'],
    ['img1', 'img2', 'img10', 'img12'],
  ],
  [
    ['a1.5', 'a1.15'],
    ['a1.5', 'a1.15'],
  ],
  [
    ['x0.5', 'x0.15'],
    ['x0.5', 'x0.15'],
  ],
  [
    ['a05', 'a1', 'a013'],
    ['a013', 'a05', 'a1'],
  ],
  [
    ['aB', 'a'],
    ['a', 'aB'],
  ],
  [
    ['b', '', 'a'],
    ['', 'a', 'b'],
  ],
])('orders %j', (names, expected) => {
  expect([...names].sort(compareNaturally)).toEqual(expected);
});

test('says that equal names are equal', () => {
  expect(compareNaturally('a[1]', 'a[1]')).toBe(0);
  expect(compareNaturally('', '')).toBe(0);
  expect(compareNaturally('a 1', 'a1')).toBe(0);
});
