import { setTimeout as delay } from 'node:timers/promises';
import type { Bench, Part } from '../bench.ts';
import { checkCopy } from '../check-copy.ts';
import type { MeasuredProcess } from '../running/measured-process.ts';
import type { BenchDatabase } from '../running/postgres.ts';
import { startShop } from '../running/shop.ts';
import type { PageRequest } from '../running/shop-control.ts';
import { inFlight, startWorker } from '../running/worker.ts';

/** Several daemons fill one copy and share the budget of the shop. */
export const workers: Part = {
  name: 'workers',
  title: 'several workers share the budget of a shop with 200 ms a page, and of one with 1 s',
  async run(bench) {
    const { bar, figure } = bench;
    const one = await fill(bench, { daemons: 1, budget: 8, latencyMs: 200 });
    const two = await fill(bench, { daemons: 2, budget: 8, latencyMs: 200 });
    const twice = await fill(bench, { daemons: 2, budget: 16, latencyMs: 200 });
    const oneFar = await fill(bench, { daemons: 1, budget: 8, latencyMs: 1_000 });
    const twiceFar = await fill(bench, { daemons: 2, budget: 16, latencyMs: 1_000 });
    figure(
      'double_budget_near',
      'with 200 ms a page, where the processors are the limit: two that share 16, compared with one with 8',
      one.seconds / twice.seconds,
      'x',
    );
    bar('shared_budget', 'two workers that share 8 in flight, as a share of one with 8', {
      value: (100 * one.seconds) / two.seconds,
      limit: 95,
      wanted: 'at least',
      unit: '%',
    });
    bar('kept_budget', 'most requests in flight of two workers that share 8', {
      value: two.mostInFlight,
      limit: 8,
      wanted: 'at most',
      unit: 'requests',
    });
    bar('double_budget', 'with 1 s a page: two workers that share 16 in flight, compared with one with 8', {
      value: oneFar.seconds / twiceFar.seconds,
      limit: 1.8,
      wanted: 'at least',
      unit: 'x',
    });
  },
};

interface Crew {
  readonly daemons: number;
  /** Requests in flight that all of them share. */
  readonly budget: number;
  readonly latencyMs: number;
}

async function fill(
  { sizes, postgres, startRedis, say, figure, signal }: Bench,
  { daemons, budget, latencyMs }: Crew,
) {
  const who = daemons === 1 ? 'one worker' : `${daemons} workers`;
  const title = `${who} with ${budget} in flight, ${latencyMs} ms a page`;
  await using redis = await startRedis();
  await using shop = await startShop({ customers: sizes.workers, latencyMs });
  await using copy = await postgres.createCopy('bench_workers');
  say(`${title} fill an empty copy`);
  const place = {
    shopUrl: shop.url,
    databaseUrl: copy.url,
    queueUrl: redis.url,
    settings: inFlight(budget),
  };
  const running: MeasuredProcess[] = [];
  let completedAt: number;
  try {
    for (let number = 0; number < daemons; number += 1) running.push(await startWorker(['daemon'], place));
    completedAt = await untilFilled(copy, running, signal);
  } finally {
    for (const daemon of running) daemon.kill(signal.aborted ? 'SIGKILL' : 'SIGTERM');
    await Promise.all(running.map(({ ended }) => ended));
  }
  const { pages, mostInFlight } = await shop.traffic();
  await checkCopy(shop, copy, 'customers');
  // What a daemon asks before is the same for any number of them, and one request after the other.
  const firstAt = Math.min(...pages.filter(isPageOfRange).map(({ receivedAt }) => receivedAt));
  const seconds = (completedAt - firstAt) / 1000;
  figure(
    `rows_${daemons}_${budget}${latencyMs === 200 ? '' : `_${latencyMs}`}`,
    title,
    shop.rows / seconds,
    'rows/s',
  );
  return { seconds, mostInFlight };
}

function isPageOfRange({ pageSize, upToId }: PageRequest): boolean {
  return pageSize > 1 && upToId !== null;
}

/** When the backfill was complete, in milliseconds since 1970. */
async function untilFilled(
  { client }: BenchDatabase,
  daemons: readonly MeasuredProcess[],
  signal: AbortSignal,
): Promise<number> {
  const deadline = performance.now() + 600_000;
  let dead: string | undefined;
  for (const { ended } of daemons) {
    void ended.then(({ code, stdout, stderr }) => {
      dead ??= `A daemon ended with exit code ${code}: ${`${stderr}${stdout}`.slice(-500)}`;
    });
  }
  for (;;) {
    const { rows } = await client.query(
      `select 1 from sync.checkpoints
       where kind = 'backfill' and range = 'plan' and completed_at is not null and entity = 'customers'`,
    );
    if (rows.length > 0) return Date.now();
    if (dead) throw new Error(dead);
    if (performance.now() > deadline) throw new Error('The copy was not filled within ten minutes.');
    await delay(50, undefined, { signal });
  }
}
