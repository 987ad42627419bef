import fc from 'fast-check';
import { expect, test } from 'vitest';
import { calendarDay, sourceTime } from './source-time.ts';

test.each([
  ['2024-01-01 08:05:23', '2024-01-01 08:05:23+00'],
  ['2024-02-29 23:59:59', '2024-02-29 23:59:59+00'],
  ['2024-02-29', '2024-02-29 00:00:00+00'],
  ['2024-02-28T12:00:01', '2024-02-28 12:00:01+00'],
  ['0100-12-28 00:00:00.123', '0100-12-28 00:00:00+00'],
])('%s is a time', (text, expected) => {
  expect(sourceTime(text)).toBe(expected);
});

test.each([
  '',
  '0000-00-00 00:00:00',
  '2023-02-29 00:00:00',
  '2024-13-01 00:00:00',
  '2024-01-01 24:00:00',
  '2024-01-01 00:60:00',
  '2024-01-01 00:00:60',
  '2024-00-01 00:00:00',
  '2024-01-00 00:00:00',
  '2024-01-0x 00:00:00',
  '20x4-01-01 00:00:00',
  'now',
])('%j is none', (text) => {
  expect(sourceTime(text)).toBeUndefined();
});

test('every day of the calendar, and no other, is a day', () => {
  const days = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
  fc.assert(
    fc.property(days, (date) => {
      const day = date.toISOString().slice(0, 10);
      expect(calendarDay(`${day} 12:00:00`)).toBe(day);
    }),
  );
  expect(calendarDay('2025-04-31')).toBeUndefined();
});
