import { expect, test } from 'vitest';
import { createWorkers } from './php-workers.ts';

test('so many at a time, in the order in which they came, also where work fails', async () => {
  const workers = createWorkers(2);
  const open: (() => void)[] = [];
  const begun: number[] = [];
  const runs = [0, 1, 2, 3].map((id) =>
    workers.run(async () => {
      begun.push(id);
      await new Promise<void>((resolve) => open.push(resolve));
      if (id === 0) throw new Error('failed');
      return id;
    }),
  );
  const outcomes = Promise.allSettled(runs);
  await Promise.resolve();
  expect(begun).toEqual([0, 1]);
  open[0]!();
  await expect(runs[0]).rejects.toThrow('failed');
  await Promise.resolve();
  expect(begun).toEqual([0, 1, 2]);
  open[1]!();
  await runs[1];
  await Promise.resolve();
  expect(begun).toEqual([0, 1, 2, 3]);
  open[2]!();
  open[3]!();
  expect((await outcomes).map(({ status }) => status)).toEqual([
    'rejected',
    'fulfilled',
    'fulfilled',
    'fulfilled',
  ]);
});
