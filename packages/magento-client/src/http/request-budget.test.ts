import { setMaxListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { createRequestBudget } from './request-budget.ts';

const never = new AbortController().signal;
setMaxListeners(0, never);

/** A clock that moves only when somebody waits. */
function fakeTime() {
  let now = 0;
  const waits: number[] = [];
  return {
    waits,
    advance: (ms: number) => {
      now += ms;
    },
    now: () => now,
    sleep: async (ms: number) => {
      waits.push(ms);
    },
  };
}

describe('requests in flight', () => {
  test('never exceed the bound, and all are served in their order', async () => {
    const budget = createRequestBudget({ concurrency: 3, requestsPerSecond: 1_000 }, fakeTime());
    let running = 0;
    let most = 0;
    const started: number[] = [];
    const task = (index: number) => async () => {
      started.push(index);
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
    };
    await Promise.all(Array.from({ length: 20 }, (_, index) => budget(task(index), never)));
    expect(most).toBe(3);
    expect(started).toEqual(Array.from({ length: 20 }, (_, index) => index));
  });

  test('a task that fails gives its place back', async () => {
    const budget = createRequestBudget({ concurrency: 1, requestsPerSecond: 100 }, fakeTime());
    await expect(budget(() => Promise.reject(new Error('first')), never)).rejects.toThrow('first');
    await expect(budget(async () => 'second', never)).resolves.toBe('second');
  });

  test('an abort while waiting leaves the queue and takes no place', async () => {
    const budget = createRequestBudget({ concurrency: 1, requestsPerSecond: 100 }, fakeTime());
    let open: (value: string) => void = () => undefined;
    const gate = new Promise<string>((resolve) => {
      open = resolve;
    });
    const first = budget(() => gate, never);
    const controller = new AbortController();
    const second = budget(async () => 'second', controller.signal);
    const third = budget(async () => 'third', never);
    controller.abort(new Error('enough'));
    await expect(second).rejects.toThrow('enough');
    open('first');
    await expect(first).resolves.toBe('first');
    await expect(third).resolves.toBe('third');
    await expect(budget(async () => 'late', controller.signal)).rejects.toThrow('enough');
  });
});

describe('the rate', () => {
  test('a burst of one second is free; what comes after waits for its own turn', async () => {
    const time = fakeTime();
    const budget = createRequestBudget({ concurrency: 10, requestsPerSecond: 4 }, time);
    for (let index = 0; index < 6; index += 1) await budget(async () => index, never);
    expect(time.waits).toEqual([250, 500]);
  });

  test('unused time is not saved up beyond one second', async () => {
    const time = fakeTime();
    const budget = createRequestBudget({ concurrency: 10, requestsPerSecond: 2 }, time);
    time.advance(60_000);
    for (let index = 0; index < 3; index += 1) await budget(async () => index, never);
    expect(time.waits).toEqual([500]);
  });
});
