import { expect, test } from 'vitest';
import { estimate } from './estimate.ts';

const budget = {
  concurrency: 2,
  requestsPerSecond: 10,
  mostRows: 300,
  targetMs: 3_000,
  targetBytes: 8_000_000,
};

test('a quick shop is limited by the allowed rate', () => {
  const probes = [
    { rows: 10, durationMs: 20, bytes: 10_000 },
    { rows: 100, durationMs: 65, bytes: 100_000 },
  ];
  // 100 pages of 300, a first look, eight while four ranges begin, two short ones; ten a second.
  expect(estimate(30_000, probes, budget)).toEqual({
    pageSize: 300,
    requests: 111,
    durationMs: 11_100,
    limitedBy: 'requests per second',
  });
});

test('a slow shop gets smaller pages, and is limited by its answers', () => {
  const probes = [
    { rows: 10, durationMs: 200, bytes: 10_000 },
    { rows: 100, durationMs: 2_000, bytes: 100_000 },
  ];
  // 20 ms a row: 75 rows take half of the three seconds that a page may take.
  expect(estimate(3_000, probes, budget)).toEqual({
    pageSize: 75,
    requests: 49,
    durationMs: 30_000,
    limitedBy: 'concurrency',
  });
});

test('heavy rows get small pages, and nothing costs nothing', () => {
  const heavy = [
    { rows: 5, durationMs: 50, bytes: 5_000_000 },
    { rows: 10, durationMs: 60, bytes: 10_000_000 },
  ];
  expect(estimate(80, heavy, budget)).toMatchObject({ pageSize: 8, requests: 19 });
  expect(estimate(0, [{ rows: 0, durationMs: 30, bytes: 50 }], budget)).toMatchObject({
    requests: 0,
    durationMs: 0,
  });
});

test('probes of one size count as if every row cost the same', () => {
  const same = [{ rows: 50, durationMs: 1_000, bytes: 50_000 }];
  expect(estimate(1_000, same, budget)).toMatchObject({ pageSize: 75, durationMs: 10_500 });
});
