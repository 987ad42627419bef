import { expect, test } from 'vitest';
import { formatDuration, parseDuration } from './duration.ts';

test.each([
  ['250ms', 250],
  ['30s', 30_000],
  ['1.5m', 90_000],
  ['12h', 43_200_000],
  ['1d', 86_400_000],
])('%s is %i ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each(['', '5', 'm', '-5m', '5 minutes', '5m 30s'])('"%s" is no duration', (text) => {
  expect(parseDuration(text)).toBeUndefined();
});

test.each([
  [0, '0s'],
  [61_000, '1m 1s'],
  [7_500_000, '2h 5m'],
  [90_061_000, '1d 1h'],
])('%i ms is shown as %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});
