import { cpus } from 'node:os';
import type { Bench, Part } from '../bench.ts';
import { checkCopy, rowsWritten, walBytes } from '../check-copy.ts';
import { copyBarely } from '../running/bare-copier.ts';
import { type BenchDatabase, settle } from '../running/postgres.ts';
import { type ShopProcess, startShop } from '../running/shop.ts';
import { inFlight, runWorker, type WorkerPlace } from '../running/worker.ts';
import { readingLimit, writingLimit } from './limits.ts';

const requests = 4;

/** Reading everything once, twice and a third time, on a shop that costs nothing. */
export const backfill: Part = {
  name: 'backfill',
  title: 'backfill, second run and sweep of customers, without latency, everything on one machine',
  async run(bench) {
    const { sizes, postgres, say, figure, bar } = bench;
    await using shop = await startShop({ customers: sizes.backfill });
    await using copy = await postgres.createCopy('bench_backfill');
    const place = { shopUrl: shop.url, databaseUrl: copy.url, settings: inFlight(requests) };

    say(`fetching and parsing ${sizes.backfill} customers, and throwing them away`);
    const read = await readingLimit(bench, shop, { inFlight: requests });
    say('magento-sync backfill');
    const cpuBefore = (await postgres.cpuSeconds()) ?? 0;
    const first = await runWorker(['backfill'], place);
    const databaseCpu = ((await postgres.cpuSeconds()) ?? 0) - cpuBefore;
    say('comparing both sides');
    await checkCopy(shop, copy, 'customers');
    say('COPY of the same rows into the same indexed tables');
    const copied = await writingLimit(bench, copy, ['customers', 'customer_addresses']);

    say('the bare loop: the same rows without a care');
    const bare = await copyBarely(shop, postgres, { inFlight: requests });

    figure('customers', 'customers', shop.rows, 'rows');
    figure('fetch_seconds', 'fetching and parsing', read.seconds, 's');
    figure('copy_seconds', 'COPY of the rows', copied, 's');
    figure('bare_seconds', 'the bare loop, which takes care of nothing', bare.seconds, 's');
    figure(
      'bare_multiple',
      'the bare loop, as a multiple of the larger limit',
      bare.seconds / Math.max(read.seconds, copied),
      'x',
    );
    figure('bare_cpu', 'CPU time of the bare loop', bare.cpuSeconds, 's');
    figure('bare_database_cpu', 'CPU time of PostgreSQL for it', bare.databaseCpuSeconds, 's');
    figure('bare_shop_cpu', 'CPU time of the shop for it', bare.shopCpuSeconds, 's');
    figure(
      'bare_floor',
      'the bare loop if nothing of it ever waited: all of that shared out among the processors, as a multiple of the larger limit',
      (bare.cpuSeconds + bare.databaseCpuSeconds + bare.shopCpuSeconds) /
        cpus().length /
        Math.max(read.seconds, copied),
      'x',
    );
    figure('backfill_seconds', 'backfill', first.cost.seconds, 's');
    figure('backfill_rows', 'backfill', shop.rows / first.cost.seconds, 'rows/s');
    figure('backfill_cpu', 'CPU time of the worker', first.cost.cpuSeconds, 's');
    figure('backfill_database_cpu', 'CPU time of PostgreSQL', databaseCpu, 's');
    figure('backfill_memory', 'peak memory of the worker', first.cost.peakMb, 'MB');
    bar('backfill', 'time of a backfill, as a multiple of the larger limit', {
      value: first.cost.seconds / Math.max(read.seconds, copied),
      limit: 1.5,
      wanted: 'at most',
      unit: 'x',
    });
    await readAgain(bench, shop, copy, { place, fetchSeconds: read.seconds });
  },
};

async function readAgain(
  { postgres, say, figure, bar }: Bench,
  shop: ShopProcess,
  copy: BenchDatabase,
  { place, fetchSeconds }: { readonly place: WorkerPlace; readonly fetchSeconds: number },
): Promise<void> {
  await settle(copy);
  say('magento-sync backfill --restart: nothing has changed');
  const writtenBefore = await rowsWritten(copy);
  const second = await runWorker(['backfill', '--restart'], place);
  // The comparison takes a moment, after which the server has counted what the worker's sessions did.
  await checkCopy(shop, copy, 'customers');
  const written = (await rowsWritten(copy)) - writtenBefore;
  figure('second_seconds', 'unchanged second run', second.cost.seconds, 's');
  bar('second', 'time of an unchanged second run, as a multiple of fetching and parsing', {
    value: second.cost.seconds / fetchSeconds,
    limit: 3,
    wanted: 'at most',
    unit: 'x',
  });
  bar('second_written', 'rows of the copy written by it', {
    value: written,
    limit: 0,
    wanted: 'at most',
    unit: 'rows',
  });

  await settle(copy);
  say('magento-sync sweep: nothing has changed');
  const before = await walBytes(copy);
  const cpuBefore = (await postgres.cpuSeconds()) ?? 0;
  const swept = await runWorker(['sweep'], place);
  const databaseCpu = ((await postgres.cpuSeconds()) ?? 0) - cpuBefore;
  const log = (await walBytes(copy)) - before;
  await checkCopy(shop, copy, 'customers');
  figure('sweep_seconds', 'sweep', swept.cost.seconds, 's');
  figure('sweep_cpu', 'CPU time of the worker for it', swept.cost.cpuSeconds, 's');
  figure('sweep_database_cpu', 'CPU time of PostgreSQL for it', databaseCpu, 's');
  figure('sweep_rows', 'sweep', shop.rows / swept.cost.seconds, 'rows/s');
  bar('sweep_log', 'WAL of a sweep of unchanged rows', {
    value: log / shop.rows,
    limit: 20,
    wanted: 'at most',
    unit: 'bytes a row',
  });
}
