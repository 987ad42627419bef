import { expect, test } from 'vitest';
import { nextStart, scheduleTable } from './schedules.ts';

const day = 86_400_000;

test.each([
  ['2026-03-01T02:00:00Z', day, '2026-03-01T03:30:00.000Z'],
  ['2026-03-01T03:30:00Z', day, '2026-03-02T03:30:00.000Z'],
  ['2026-12-31T23:59:00Z', day, '2027-01-01T03:30:00.000Z'],
  ['2026-03-01T14:00:00Z', day / 24, '2026-03-01T14:30:00.000Z'],
  ['2026-03-01T03:29:59Z', day / 24, '2026-03-01T03:30:00.000Z'],
  ['2026-03-01T00:00:00Z', day / 4, '2026-03-01T03:30:00.000Z'],
  ['2026-03-01T23:59:00Z', day / 4, '2026-03-02T03:30:00.000Z'],
  ['2026-03-01T12:00:00Z', 60_000, '2026-03-01T12:01:00.000Z'],
  ['2026-03-01T02:00:00Z', 7 * day, '2026-03-01T03:30:00.000Z'],
])('at %s, the next start of every %d ms from 03:30 on is %s', (now, everyMs, next) => {
  expect(nextStart(210, everyMs, new Date(now)).toISOString()).toBe(next);
});

test('the table has one line per id', () => {
  const table = scheduleTable({
    pullEveryMs: 60_000,
    pullOverlapMs: 0,
    sweepPeriodMs: 1,
    reconcileEveryMs: 1,
    referenceDataEveryMs: 86_400_000,
    referenceDataAtMinute: 0,
  });
  expect(new Set(table.map(({ id }) => id)).size).toBe(table.length);
  expect(table).toContainEqual({
    id: 'pull-customers',
    job: 'pull',
    data: { entity: 'customers' },
    everyMs: 60_000,
  });
});
