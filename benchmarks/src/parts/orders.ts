import type { Part } from '../bench.ts';
import { checkCopy } from '../check-copy.ts';
import { startShop } from '../running/shop.ts';
import { inFlight, runWorker } from '../running/worker.ts';
import { readingLimit, writingLimit } from './limits.ts';

const requests = 4;

/** The same for records that come with many parts. */
export const orders: Part = {
  name: 'orders',
  title: 'backfill of orders with lines, addresses, payments, taxes and comments, without latency',
  async run(bench) {
    const { sizes, postgres, say, figure, bar } = bench;
    await using shop = await startShop({ customers: 2_500, orders: sizes.orders });
    await using copy = await postgres.createCopy('bench_orders');
    say(`fetching and parsing ${sizes.orders} orders, and throwing them away`);
    const read = await readingLimit(bench, shop, {
      inFlight: requests,
      pageSize: 100,
      path: '/rest/all/V1/orders',
    });
    say('magento-sync backfill orders');
    const { cost } = await runWorker(['backfill', 'orders'], {
      shopUrl: shop.url,
      databaseUrl: copy.url,
      settings: { ...inFlight(requests), ENTITIES: 'orders' },
    });
    say('comparing both sides');
    await checkCopy(shop, copy, 'orders');
    const { rows } = await copy.client.query<{ name: string }>(
      `select relname as name from pg_stat_user_tables
       where schemaname = 'magento' and relname like 'order%' and n_live_tup > 0
       order by relname = 'orders' desc, relname`,
    );
    say('COPY of the same rows into the same indexed tables');
    const copied = await writingLimit(
      bench,
      copy,
      rows.map(({ name }) => name),
    );
    figure('fetch_seconds', 'fetching and parsing', read.seconds, 's');
    figure('copy_seconds', 'COPY of the rows', copied, 's');
    figure('backfill_seconds', 'backfill', cost.seconds, 's');
    figure('backfill_rows', 'backfill', shop.rows / cost.seconds, 'orders/s');
    figure('backfill_cpu', 'CPU time of the worker', cost.cpuSeconds, 's');
    figure('backfill_memory', 'peak memory of the worker', cost.peakMb, 'MB');
    bar('orders', 'time of a backfill of orders, as a multiple of the larger limit', {
      value: cost.seconds / Math.max(read.seconds, copied),
      limit: 2,
      wanted: 'at most',
      unit: 'x',
    });
  },
};
