import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatMagentoTime, parseMagentoTime } from './magento-time.ts';

test('formatting and parsing agree for every second', () => {
  const moments = fc.date({
    min: new Date('1000-01-01T00:00:00Z'),
    max: new Date('9999-12-31T23:59:59Z'),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(moments, (moment) => {
      const text = formatMagentoTime(moment);
      expect(parseMagentoTime(text)?.getTime()).toBe(Math.floor(moment.getTime() / 1_000) * 1_000);
    }),
  );
});

test.each([
  '',
  '2026-1-1 00:00:00',
  '2026-01-01 00:00',
  '2026-13-01 00:00:00',
  '0000-00-00 00:00:00',
  '2026-01-01 00:00:00 ',
])('"%s" is no time', (text) => {
  expect(parseMagentoTime(text)).toBeUndefined();
});

test('a year of five digits cannot be asked for', () => {
  expect(() => formatMagentoTime(new Date('+012026-01-01T00:00:00Z'))).toThrow(/outside the years/);
});
