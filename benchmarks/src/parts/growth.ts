import type { Bench, Part } from '../bench.ts';
import { checkCopy } from '../check-copy.ts';
import { startShop } from '../running/shop.ts';
import { inFlight, runWorker } from '../running/worker.ts';

/** Ten times the rows: neither memory nor the time a row takes may grow. */
export const growth: Part = {
  name: 'growth',
  title: 'memory and time a customer, with ten times as many customers',
  async run(bench) {
    const { small, large } = bench.sizes.growth;
    const few = await backfillOf(bench, small);
    const many = await backfillOf(bench, large);
    bench.bar('memory_growth', `peak memory at ${large} customers, compared with ${small}`, {
      value: many.peakMb / few.peakMb,
      limit: 1.1,
      wanted: 'at most',
      unit: 'x',
    });
    bench.bar('memory', `peak memory at ${large} customers`, {
      value: many.peakMb,
      limit: 200,
      wanted: 'at most',
      unit: 'MB',
    });
    bench.bar('time_growth', `time a customer at ${large} customers, compared with ${small}`, {
      value: many.secondsARow / few.secondsARow,
      limit: 1.15,
      wanted: 'at most',
      unit: 'x',
    });
  },
};

async function backfillOf({ postgres, say, figure }: Bench, customers: number) {
  await using shop = await startShop({ customers });
  await using copy = await postgres.createCopy('bench_growth');
  say(`magento-sync backfill of ${customers} customers`);
  const place = { shopUrl: shop.url, databaseUrl: copy.url, settings: inFlight(4) };
  const { cost } = await runWorker(['backfill'], place);
  say('comparing both sides');
  await checkCopy(shop, copy, 'customers');
  figure(`rows_${customers}`, `backfill of ${customers}`, shop.rows / cost.seconds, 'rows/s');
  figure(`memory_${customers}`, `peak memory at ${customers}`, cost.peakMb, 'MB');
  const { rssMb } = await shop.usage();
  figure(`shop_memory_${customers}`, `memory of the stand-in shop at ${customers}`, rssMb, 'MB');
  return { peakMb: cost.peakMb, secondsARow: cost.seconds / shop.rows };
}
