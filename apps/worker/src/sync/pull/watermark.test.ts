import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  clockToleranceMs,
  firstWatermark,
  latestNotAfter,
  momentOf,
  nextWatermark,
  pullStart,
  stampOf,
} from './watermark.ts';

const startedAt = new Date('2026-03-01T12:00:00Z');
const overlapMs = 600_000;
const previous = '2026-03-01 09:00:00';

test('the watermark follows the latest row seen', () => {
  const next = nextWatermark({ previous, startedAt, latestSeen: '2026-03-01 11:20:00', overlapMs });
  expect(next).toBe('2026-03-01 11:20:00');
});

test('the watermark never passes the clock of the shop minus the overlap', () => {
  const next = nextWatermark({ previous, startedAt, latestSeen: '2026-03-01 11:59:59', overlapMs });
  expect(next).toBe('2026-03-01 11:50:00');
});

test('a quiet shop moves the watermark up to the tolerance for slow clocks', () => {
  const next = nextWatermark({ previous, startedAt, latestSeen: null, overlapMs });
  expect(next).toBe('2026-03-01 10:50:00');
});

test('stamps from the future are not seen', () => {
  const stamps = ['2026-03-01 11:00:00', '2026-03-01 12:00:01', '2031-01-01 00:00:00', null];
  expect(latestNotAfter(null, stamps, startedAt)).toBe('2026-03-01 11:00:00');
});

const moments = fc.date({
  min: new Date('2026-03-01T00:00:00Z'),
  max: new Date('2026-03-02T00:00:00Z'),
  noInvalidDate: true,
});

test('whatever the stamps, the watermark never moves back and never passes its ceiling', () => {
  fc.assert(
    fc.property(moments, moments, fc.array(moments), fc.nat(3_600_000), (before, began, seen, overlap) => {
      const old = stampOf(before);
      const latestSeen = latestNotAfter(null, seen.map(stampOf), began);
      const next = nextWatermark({ previous: old, startedAt: began, latestSeen, overlapMs: overlap });
      const ceiling = stampOf(new Date(began.getTime() - overlap));
      expect(next >= old).toBe(true);
      expect(next === old || next <= ceiling).toBe(true);
    }),
  );
});

test('a row that is committed late, by a slow clock, is read by the next pull', () => {
  fc.assert(
    fc.property(
      moments,
      fc.integer({ min: 0, max: overlapMs - 1_000 }),
      fc.integer({ min: 0, max: clockToleranceMs }),
      fc.integer({ min: 1_000, max: 86_400_000 }),
      fc.boolean(),
      (began, commitDelayMs, clockBehindMs, afterStartMs, othersSeen) => {
        // Committed after the pull has passed it, stamped earlier, by a clock that is behind.
        const committedAt = began.getTime() + afterStartMs;
        const stamp = stampOf(new Date(committedAt - commitDelayMs - clockBehindMs));
        // Other rows carry the stamps of the same slow clock.
        const latestSeen = othersSeen ? stampOf(new Date(began.getTime() - clockBehindMs)) : null;
        const next = nextWatermark({
          previous: '2020-01-01 00:00:00',
          startedAt: began,
          latestSeen,
          overlapMs,
        });
        expect(stamp >= pullStart(next, overlapMs)).toBe(true);
      },
    ),
  );
});

test('the first pull after a backfill begins before the backfill', () => {
  fc.assert(
    fc.property(moments, (began) => {
      const start = pullStart(firstWatermark(began, overlapMs), overlapMs);
      expect(momentOf(start).getTime()).toBeLessThan(began.getTime());
    }),
  );
});
