import { setMaxListeners } from 'node:events';
import { type BudgetRepository, createBudgetRepository } from '@magento-sync/db';
import { createMagentoClient, inFreshLane } from '@magento-sync/magento-client';
import type { ShopOptions } from '@magento-sync/magento-testkit';
import { pino } from 'pino';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startShopAndCopy } from '../../testing/shop-and-copy.ts';
import { type BudgetRules, openShopBudget, type ShareEvent } from './shop-budget.ts';

const patience = { interval: 20 };
/** As in production, and faster; the margin is longer than a busy machine lets a process wait. */
const rules: Partial<BudgetRules> = {
  leaseMs: 2_500,
  marginMs: 1_500,
  everyMs: 100,
  lackingEveryMs: 40,
  idleEveryMs: 1_500,
  patienceMs: 60_000,
};

interface WorkerOptions extends Partial<BudgetRules> {
  readonly atOnce?: number;
  /** Asks in the lane of those for whom somebody waits. */
  readonly fresh?: boolean;
}

/** A shop with its database, and workers of it that ask as fast as they may. */
async function start(limits: { concurrency: number; requestsPerSecond: number }, options: ShopOptions = {}) {
  const { shop, copy } = await startShopAndCopy({ population: { customers: 1 }, ...options });
  const budgets = createBudgetRepository(copy.database);

  async function worker({ atOnce = 10, fresh = false, ...ownRules }: WorkerOptions = {}) {
    /** Set to keep this worker from PostgreSQL: it fails there, or never hears of it again. */
    let trouble: 'none' | 'fails' | 'hangs' = 'none';
    const shares: ShareEvent[] = [];
    const told: string[] = [];
    const end = new AbortController();
    setMaxListeners(0, end.signal);
    const guarded: BudgetRepository = {
      ...budgets,
      read: (name) => meet(() => budgets.read(name)),
      write: (name, move) => meet(() => budgets.write(name, move)),
    };
    const meet = <T>(work: () => Promise<T>): Promise<T> => {
      if (trouble === 'fails') return Promise.reject(new Error('connection refused'));
      return trouble === 'hangs' ? new Promise(() => undefined) : work();
    };
    const part = await openShopBudget({
      shop: 'test',
      budgets: guarded,
      limits,
      command: 'test',
      log: pino({ level: 'info' }, { write: (line: string) => told.push(line) }),
      onShare: (share) => shares.push(share),
      rules: { ...rules, ...ownRules },
    });
    const magento = createMagentoClient({
      baseUrl: shop.url,
      auth: { kind: 'guest' },
      budget: part.budget,
      retry: { attempts: 1 },
    });
    let answers = 0;
    const failures: unknown[] = [];
    const ask = async () => {
      while (!end.signal.aborted) {
        try {
          const one = () => magento.directory.currency({ signal: end.signal });
          await (fresh ? inFreshLane(one) : one());
          answers += 1;
        } catch (error) {
          if (end.signal.aborted) return;
          failures.push(error);
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      }
    };
    const asking = Promise.all(Array.from({ length: atOnce }, ask));
    const stop = async () => {
      end.abort();
      await asking;
    };
    let leaving: Promise<void> | undefined;
    const leave = () => {
      leaving ??= stop()
        .then(() => magento[Symbol.asyncDispose]())
        .then(() => part[Symbol.asyncDispose]());
      return leaving;
    };
    onTestFinished(async () => {
      trouble = 'none';
      await leave();
    });
    return {
      id: part.id,
      sawPage: part.sawPage.bind(part),
      fairPlaces: part.fairPlaces,
      shares,
      told,
      failures,
      answers: () => answers,
      meets(what: typeof trouble) {
        trouble = what;
      },
      /** As after `kill -9`: it neither sends nor says anything any more. */
      async kill() {
        trouble = 'hangs';
        await stop();
      },
      stop,
      leave,
    };
  }
  /** Waits for so many answers more. */
  const more = async (of: { answers(): number }, count = 10) => {
    const before = of.answers();
    await expect.poll(of.answers, patience).toBeGreaterThan(before + count);
  };
  return { shop, budgets, worker, more };
}

describe('what the shop sees of its workers', () => {
  test('however they come, go, hang and are killed: never more in flight than one may have', async () => {
    const { shop, worker, more, budgets } = await start(
      { concurrency: 5, requestsPerSecond: 100_000 },
      { latencyMs: 20 },
    );
    const first = await worker();
    await more(first);
    const second = await worker();
    const third = await worker({ atOnce: 1 });
    for (const each of [first, second, third]) await more(each);
    await second.kill();
    // So long that nobody would forget it meanwhile.
    const fourth = await worker({ leaseMs: 600_000 });
    for (const each of [first, third, fourth]) await more(each);
    first.meets('hangs');
    // Its share is lost to it before it is given away, and it says so by itself.
    await expect.poll(() => first.told.join(), patience).toContain('requests to the shop wait until it does');
    await more(fourth, 30);
    first.meets('none');
    await more(first);
    await fourth.leave();
    expect((await budgets.living('test')).map(({ id }) => id)).not.toContain(fourth.id);
    await more(first, 30);
    expect(shop.requests.mostInFlight()).toBe(5);
    for (const each of [first, second, third, fourth]) expect(each.failures).toEqual([]);
  });

  test('nor more in a second than the rate and one burst, to which a newcomer adds none', async () => {
    const { shop, worker, more } = await start({ concurrency: 50, requestsPerSecond: 40 });
    const first = await worker();
    await more(first, 50);
    const second = await worker();
    await more(second, 10);
    const third = await worker();
    for (const each of [first, second, third]) await more(each, 5);
    await first.kill();
    for (const each of [second, third]) await more(each, 20);
    // 80 and 160 as they are sent; requests that were under way for longer arrive closer together. A burst more were 40.
    expect(shop.requests.mostWithin(1_000)).toBeLessThanOrEqual(100);
    expect(shop.requests.mostWithin(3_000)).toBeLessThanOrEqual(180);
  });
});

describe('who gets how much', () => {
  test('a worker alone gets all, what is idle goes to the busy, and a leaver is replaced at once', async () => {
    const { worker, more, budgets } = await start(
      { concurrency: 8, requestsPerSecond: 100_000 },
      { latencyMs: 5 },
    );
    const busy = await worker({ atOnce: 20 });
    const placesOf = async ({ id }: { id: string }) =>
      (await budgets.living('test')).find((each) => each.id === id)?.places;
    await expect.poll(() => placesOf(busy), patience).toBe(8);
    expect(busy.fairPlaces()).toBe(8);
    const modest = await worker({ atOnce: 2 });
    await expect.poll(() => Promise.all([placesOf(busy), placesOf(modest)]), patience).toEqual([6, 2]);
    const greedy = await worker({ atOnce: 20 });
    await expect
      .poll(
        () =>
          Promise.all([busy, modest, greedy].map(placesOf)).then((all) =>
            all.map(String).toSorted((one, other) => (one < other ? -1 : 1)),
          ),
        patience,
      )
      .toEqual(['2', '3', '3']);
    await expect.poll(busy.fairPlaces, patience).toBe(3);
    await busy.stop();
    await expect.poll(() => Promise.all([busy, greedy].map(placesOf)), patience).toEqual([0, 6]);
    await modest.leave();
    await expect.poll(() => placesOf(greedy), patience).toBe(8);
    await more(greedy);
    // A shop that lets requests wait for each other is asked less, and what is given up is there for others.
    const page = { entity: 'customers', asked: 100, rows: 100 };
    const toldOf = (words: string) => greedy.told.filter((line) => line.includes(words)).length;
    greedy.sawPage({ ...page, durationMs: 500 });
    while (toldOf('one less from here on') < 6) greedy.sawPage({ ...page, durationMs: 2_000 });
    await expect.poll(() => placesOf(greedy), patience).toBe(2);
    await more(greedy);
    const other = await worker({ atOnce: 20 });
    await expect.poll(() => Promise.all([greedy, other].map(placesOf)), patience).toEqual([2, 6]);
    await other.leave();
    while (toldOf('one request more at once') < 6) greedy.sawPage({ ...page, durationMs: 500 });
    await expect.poll(() => placesOf(greedy), patience).toBe(8);
  });

  test('with fewer places than workers all get their turn, and those for whom somebody waits go first', async () => {
    const { shop, worker, more } = await start(
      { concurrency: 1, requestsPerSecond: 100_000 },
      { latencyMs: 5 },
    );
    const slow = [await worker(), await worker()];
    for (const each of slow) await more(each);
    const fresh = await worker({ atOnce: 1, fresh: true });
    await more(fresh, 3);
    await fresh.stop();
    for (const each of slow) await more(each);
    expect(shop.requests.mostInFlight()).toBe(1);
  });
});

describe('without PostgreSQL', () => {
  test('a worker goes on to the end of its share, waits, says so, and goes on when it is back', async () => {
    const { worker, more } = await start({ concurrency: 2, requestsPerSecond: 100_000 }, { latencyMs: 5 });
    const alone = await worker({ patienceMs: 2_000 });
    await more(alone);
    alone.meets('fails');
    await more(alone, 5);
    await expect.poll(() => alone.told.length, patience).toBe(1);
    expect(alone.told[0]).toContain('nobody knows which share of the request budget is ours');
    // Who waits for long is told why, instead of hanging for ever.
    await expect.poll(() => alone.failures.length, patience).toBeGreaterThan(0);
    expect(String(alone.failures[0])).toContain('connection refused');
    // What was under way has been answered long ago.
    const paused = alone.answers();
    const refused = alone.failures.length;
    await expect.poll(() => alone.failures.length, patience).toBeGreaterThan(refused);
    expect(alone.answers()).toBe(paused);
    alone.meets('none');
    await more(alone);
    expect(alone.told.at(-1)).toContain('PostgreSQL answers again');
  });
});

test('trouble of one worker with the shop slows all of them down', async () => {
  const { shop, worker, more, budgets } = await start(
    { concurrency: 8, requestsPerSecond: 100_000 },
    { latencyMs: 20 },
  );
  const workers = [await worker(), await worker()];
  for (const each of workers) await more(each, 40);
  const isBusy = shop.faults.add({
    match: 'currency',
    times: Number.POSITIVE_INFINITY,
    answer: { kind: 'answer', status: 503, body: 'busy' },
  });
  const held = async () => (await budgets.living('test')).reduce((all, { places }) => all + places, 0);
  await expect.poll(held, patience).toBeLessThanOrEqual(2);
  isBusy();
  await expect.poll(held, patience).toBe(8);
});
