import { setTimeout as delay } from 'node:timers/promises';
import { type BudgetRepository, createBudgetRepository } from '@magento-sync/db';
import { createMagentoClient } from '@magento-sync/magento-client';
import { pino } from 'pino';
import { openShopBudget } from '../../../apps/worker/src/shop-budget/shop-budget.ts';
import type { Scene } from './scene.ts';
import type { Stage } from './stage.ts';

const limits = { concurrency: 3, requestsPerSecond: 100_000 };
/** As in production, and faster; the margin is longer than a busy machine lets a process wait. */
const rules = { leaseMs: 2_500, marginMs: 1_500, everyMs: 100, lackingEveryMs: 40, idleEveryMs: 1_500 };
const longestMs = 60_000;

/** Workers that begin together, come later, and hang, and want more of the shop than all of them may have. */
export const oneBudget: Scene = {
  title: 'one budget',
  names: ['customers'],
  async play(stage) {
    const { shop } = stage;
    shop.faults.add({
      match: 'currency',
      times: Number.POSITIVE_INFINITY,
      answer: { kind: 'delay', milliseconds: 15 },
    });
    shop.requests.clear();
    // Both look before either takes anything.
    const together = meeting(2);
    const workers = await Promise.all([greedyWorker(stage, together), greedyWorker(stage, together)]);
    const [first, second] = workers;
    await untilMore(workers);
    workers.push(await greedyWorker(stage));
    await untilMore(workers);
    // One that hears no more of PostgreSQL, and would go on for ever.
    first?.cutOff();
    await untilMore(workers.slice(1));
    await first?.untilForgotten();
    await untilMore(workers.slice(1));
    await second?.leave();
    await untilMore(workers.slice(2));
    await Promise.all(workers.map((worker) => worker.leave()));
    const most = shop.requests.mostInFlight();
    stage.promise(
      most <= limits.concurrency,
      `${most} requests were in flight at once, ${limits.concurrency} are allowed`,
    );
  },
};

async function greedyWorker(stage: Stage, beforeTaking = async () => {}) {
  const { shop, world } = stage;
  const budgets = createBudgetRepository(world.copy.database);
  let isCutOff = false;
  let hasTaken = false;
  const slow: BudgetRepository = {
    ...budgets,
    read: (name) => (isCutOff ? new Promise(() => undefined) : budgets.read(name)),
    async write(name, move) {
      if (!hasTaken && 'places' in move.worker && move.worker.places > 0) {
        hasTaken = true;
        await beforeTaking();
      }
      return budgets.write(name, move);
    },
  };
  const log = pino({ level: 'silent' });
  const part = await openShopBudget({ shop: 'chaos', budgets: slow, limits, command: 'scene', log, rules });
  const magento = createMagentoClient({
    baseUrl: shop.url,
    auth: { kind: 'guest' },
    budget: part.budget,
    retry: { attempts: 1 },
    now: () => shop.clock.now(),
  });
  const end = new AbortController();
  let answers = 0;
  const ask = async () => {
    while (!end.signal.aborted) {
      await magento.directory.currency({ signal: end.signal });
      answers += 1;
    }
  };
  const asking = Promise.all(
    Array.from({ length: 2 * limits.concurrency }, () =>
      ask().catch((error: unknown) => {
        stage.promise(end.signal.aborted, `a request failed: ${String(error)}`);
      }),
    ),
  );
  let leaving: Promise<void> | undefined;
  const leave = async () => {
    end.abort();
    await asking;
    await magento[Symbol.asyncDispose]();
    isCutOff = false;
    await part[Symbol.asyncDispose]();
  };
  return {
    answers: () => answers,
    cutOff() {
      isCutOff = true;
    },
    /** Until its time is over and its share is free. */
    async untilForgotten() {
      while ((await budgets.living('chaos')).some(({ id }) => id === part.id)) await delay(20);
    },
    leave() {
      leaving ??= leave();
      return leaving;
    },
  };
}

/** Lets nobody pass before so many have come. */
function meeting(size: number): () => Promise<void> {
  let missing = size;
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return () => {
    missing -= 1;
    if (missing === 0) open();
    return opened;
  };
}

/** Waits until each of them has had some answers more. */
async function untilMore(workers: readonly { answers(): number }[]): Promise<void> {
  const before = workers.map(({ answers }) => answers());
  const latest = performance.now() + longestMs;
  while (workers.some(({ answers }, index) => answers() < (before[index] ?? 0) + 20)) {
    if (performance.now() > latest) throw new Error('a worker has no share of the budget');
    await delay(10);
  }
}
