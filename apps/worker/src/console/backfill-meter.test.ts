import type { Checkpoint, Run } from '@magento-sync/db';
import { expect, test } from 'vitest';
import type { CopyState } from '../copy-state.ts';
import type { Store } from '../sync/ports.ts';
import { createProgressMeter } from './backfill-meter.ts';

const start = new Date('2026-06-01T12:00:00Z');

/** A shop whose backfill has a range that is done, one under way at a position, and one that has not begun. */
function at(position: number, rowsRead: number) {
  const checkpoint = (range: string, afterId: number, upToId: number, done = false) =>
    ({
      key: { range },
      state: { afterId, upToId, startedAt: start, completedAt: done ? start : null },
    }) as unknown as Checkpoint;
  const list = [
    checkpoint('plan', 0, 3_000),
    checkpoint('0-1000', 1_000, 1_000, true),
    checkpoint('1000-2000', position, 2_000),
    checkpoint('2000-3000', 2_000, 3_000),
  ];
  const store = { checkpoints: { list: async () => list } } as unknown as Store;
  const run = { entity: 'customers', kind: 'backfill', status: 'running', rowsRead } as Run;
  const backfill = { startedAt: start, completedAt: null };
  const copy = { entities: [{ entity: 'customers', backfill }], latestRuns: [run] } as unknown as CopyState;
  return { source: { shop: 'test', store }, copy };
}

test('a backfill tells how far it is, how fast and when it will be done, from what moved since before', async () => {
  const meter = createProgressMeter();
  const measure = async (seconds: number, position: number, rowsRead: number) => {
    const { source, copy } = at(position, rowsRead);
    const [found] = await meter.measure(source, copy, new Date(start.getTime() + seconds * 1_000));
    return found;
  };
  expect(await measure(0, 1_000, 1_000)).toMatchObject({
    share: expect.closeTo(1 / 3, 5),
    ranges: { done: 1, withGaps: 0, left: 2 },
    rowsPerSecond: null,
    leftMs: null,
  });
  expect(await measure(30, 1_300, 1_300)).toMatchObject({ rowsPerSecond: 10 });
  const half = await measure(60, 1_500, 1_600);
  expect(half).toMatchObject({ share: expect.closeTo(0.5, 5), rowsPerSecond: 10 });
  expect(half?.leftMs).toBeCloseTo(180_000, -1);
  // A run that begins anew counts from its beginning, and what stands still has no end.
  expect(await measure(90, 1_500, 0)).toMatchObject({ rowsPerSecond: null, leftMs: null });
  expect(await measure(120, 1_500, 0)).toMatchObject({ rowsPerSecond: 0, leftMs: null });
});
