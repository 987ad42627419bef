import { expect, test } from 'vitest';
import { createMeter } from './progress.ts';

test('rate and time left count only what this run has read', () => {
  let now = 0;
  const meter = createMeter(() => now);
  meter.start(1_000, 400);
  now = 10_000;
  meter.add(200);
  expect(meter.shown()).toEqual({ rate: '20', left: '20s' });
});

test('the total grows with rows that are added meanwhile', () => {
  const meter = createMeter(() => 0);
  meter.start(10, 0);
  meter.add(12);
  expect([meter.done(), meter.total()]).toEqual([12, 12]);
});

test('before the first page the time left is unknown', () => {
  const meter = createMeter(() => 0);
  meter.start(10, 0);
  expect(meter.shown().left).toBe('?');
});
