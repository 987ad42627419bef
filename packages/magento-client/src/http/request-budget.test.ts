import { setMaxListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { BadRequestError, MaintenanceError, ServerFault } from '../errors.ts';
import { inFreshLane } from './lane.ts';
import { createRequestBudget, type RequestBudgetOptions } from './request-budget.ts';

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
      now += ms;
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

describe('the fresh lane', () => {
  const settle = () => new Promise((resolve) => setImmediate(resolve));

  test('goes before everybody who waits, and in its own order', async () => {
    const budget = createRequestBudget({ concurrency: 1, requestsPerSecond: 1_000 }, fakeTime());
    const order: string[] = [];
    const all = [
      ...['slow 1', 'slow 2', 'slow 3'].map((name) => budget(async () => void order.push(name), never)),
      ...['fresh 1', 'fresh 2'].map((name) =>
        inFreshLane(() => budget(async () => void order.push(name), never)),
      ),
    ];
    await Promise.all(all);
    expect(order).toEqual(['slow 1', 'fresh 1', 'fresh 2', 'slow 2', 'slow 3']);
  });

  test('gets the next token, however many wait for one', async () => {
    const wakes: (() => void)[] = [];
    let now = 0;
    const time = {
      now: () => now,
      sleep: (ms: number) =>
        new Promise<void>((resolve) => {
          wakes.push(() => {
            now += ms;
            resolve();
          });
        }),
    };
    const budget = createRequestBudget({ concurrency: 50, requestsPerSecond: 1 }, time);
    const order: string[] = [];
    for (let index = 0; index < 20; index += 1) void budget(async () => void order.push('slow'), never);
    await settle();
    void inFreshLane(() => budget(async () => void order.push('fresh'), never));
    await settle();
    wakes.shift()?.();
    await settle();
    expect(order).toEqual(['slow', 'fresh']);
  });

  test('holds for what the work calls, however deep', async () => {
    const budget = createRequestBudget({ concurrency: 1, requestsPerSecond: 1_000 }, fakeTime());
    const order: string[] = [];
    const gate = budget(settle, never);
    const slow = budget(async () => void order.push('slow'), never);
    const fresh = inFreshLane(async () => {
      await Promise.resolve();
      await budget(async () => void order.push('fresh'), never);
    });
    await Promise.all([gate, slow, fresh]);
    expect(order).toEqual(['fresh', 'slow']);
  });
});

describe('the rate', () => {
  test('a burst of one second is free; what comes after waits for its own turn', async () => {
    const time = fakeTime();
    const budget = createRequestBudget({ concurrency: 10, requestsPerSecond: 4 }, time);
    for (let index = 0; index < 6; index += 1) await budget(async () => index, never);
    expect(time.waits).toEqual([250, 250]);
  });

  test('unused time is not saved up beyond one second', async () => {
    const time = fakeTime();
    const budget = createRequestBudget({ concurrency: 10, requestsPerSecond: 2 }, time);
    time.advance(60_000);
    for (let index = 0; index < 3; index += 1) await budget(async () => index, never);
    expect(time.waits).toEqual([500]);
  });
});

describe('a shop that has too much to do', () => {
  const busy = new MaintenanceError('busy', { status: 503, method: 'GET', path: '/' });

  /** A budget whose tasks end when the test says so. */
  function controlled(options: RequestBudgetOptions) {
    const budget = createRequestBudget(options, fakeTime());
    const running: ((error?: Error) => void)[] = [];
    const start = (count: number) => {
      for (let index = 0; index < count; index += 1) {
        const wait = () =>
          new Promise<void>((resolve, reject) => {
            running.push((error) => (error ? reject(error) : resolve()));
          });
        budget(wait, never).catch(() => undefined);
      }
    };
    const settle = () => new Promise((resolve) => setImmediate(resolve));
    /** Ends everything in flight; returns how many that were. */
    const end = async (error?: Error) => {
      await settle();
      const ended = running.splice(0);
      for (const finish of ended) finish(error);
      await settle();
      return ended.length;
    };
    return { start, end };
  }

  test('gets half of the requests, and what was taken back step by step', async () => {
    const { start, end } = controlled({ concurrency: 8, requestsPerSecond: 10_000 });
    start(200);
    expect(await end(busy)).toBe(8);
    const inFlight = [];
    for (let round = 0; round < 14; round += 1) inFlight.push(await end());
    expect(inFlight).toEqual([4, 4, 4, 5, 5, 6, 6, 7, 8, 8, 8, 8, 8, 8]);
  });

  test('gets half once for requests that were in flight together, and less when it goes on', async () => {
    const { start, end } = controlled({ concurrency: 8, requestsPerSecond: 10_000 });
    start(40);
    const inFlight = [];
    for (let round = 0; round < 6; round += 1) inFlight.push(await end(busy));
    expect(inFlight).toEqual([8, 4, 2, 1, 1, 1]);
  });

  test('gets them more slowly too, which is all there is with one at a time', async () => {
    const time = fakeTime();
    const budget = createRequestBudget({ concurrency: 1, requestsPerSecond: 2 }, time);
    await expect(budget(() => Promise.reject(busy), never)).rejects.toBe(busy);
    await budget(async () => undefined, never);
    await budget(async () => undefined, never);
    expect(time.waits).toEqual([1_000]);
  });

  test.each([
    ['a refusal', new BadRequestError('no', { status: 400, method: 'GET', path: '/' })],
    ['an error of the shop’s own code', new ServerFault('no', { status: 500, method: 'GET', path: '/' })],
  ])('%s is no sign of it', async (_what, error) => {
    const { start, end } = controlled({ concurrency: 4, requestsPerSecond: 10_000 });
    start(12);
    expect([await end(error), await end(), await end()]).toEqual([4, 4, 4]);
  });
});
