import { expect, test } from 'vitest';
import type { JobContext, JobName, Processors } from './contract.ts';
import { createProcessShare } from './process-share.ts';

/** Handlers of one shop whose jobs end when they are told to. */
function shopOf(share: ReturnType<typeof createProcessShare>) {
  const running: (() => void)[] = [];
  const failures: string[] = [];
  const work = () =>
    new Promise<object>((resolve) => {
      running.push(() => resolve({}));
    });
  const processors = share({ pull: work, sweep: work, 'backfill-range': work } as unknown as Processors);
  const stop = new AbortController();
  const context = { signal: new AbortController().signal, pause: stop.signal } as unknown as JobContext;
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return {
    stop,
    /** How many run. */
    running: () => running.length,
    /** Messages of the jobs that have failed. */
    failures,
    async begin(name: JobName, count = 1): Promise<void> {
      for (let job = 0; job < count; job += 1) {
        processors[name]({} as never, context).catch((error: Error) => failures.push(error.message));
      }
      await settle();
    },
    async end(): Promise<void> {
      running.shift()?.();
      await settle();
    },
  };
}

test('each shop runs a fresh job and another whatever others do, and nobody gets all that is shared', async () => {
  const share = createProcessShare({ shared: 4, sharedOfOne: 3 });
  const [greedy, second, late] = [shopOf(share), shopOf(share), shopOf(share)];
  await greedy.begin('backfill-range', 20);
  expect(greedy.running()).toBe(1 + 3);
  await second.begin('backfill-range', 20);
  expect(second.running()).toBe(1 + 1);
  await late.begin('sweep', 5);
  await late.begin('pull', 5);
  expect(late.running()).toBe(2);
  await greedy.begin('pull');
  expect(greedy.running()).toBe(1 + 3 + 1);
});

test('a place that becomes free goes to the shop that has fewest', async () => {
  const share = createProcessShare({ shared: 3, sharedOfOne: 3 });
  const [greedy, late] = [shopOf(share), shopOf(share)];
  await greedy.begin('backfill-range', 20);
  await late.begin('backfill-range', 20);
  expect([greedy.running(), late.running()]).toEqual([4, 1]);
  // The first to begin has the place that is its shop's own, which only that shop can use.
  await greedy.end();
  expect([greedy.running(), late.running()]).toEqual([4, 1]);
  await greedy.end();
  expect([greedy.running(), late.running()]).toEqual([3, 2]);
});

test('who waits when the process stops gives up, and takes no place', async () => {
  const share = createProcessShare({ shared: 1, sharedOfOne: 1 });
  const [stopped, other] = [shopOf(share), shopOf(share)];
  await stopped.begin('sweep', 3);
  expect(stopped.running()).toBe(2);
  stopped.stop.abort(new Error('shutting down'));
  await stopped.end();
  expect(stopped.failures).toEqual(['shutting down']);
  await stopped.end();
  await other.begin('sweep', 3);
  expect(other.running()).toBe(2);
});
