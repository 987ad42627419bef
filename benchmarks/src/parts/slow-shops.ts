import type { Bench, Part } from '../bench.ts';
import { checkCopy } from '../check-copy.ts';
import { startShop } from '../running/shop.ts';
import { inFlight, runWorker } from '../running/worker.ts';
import { readingLimit } from './limits.ts';

/** Requests in flight and a second as they are where nothing is configured. */
const usualInFlight = 2;

/** A shop that is as slow as a real one: more requests at a time only wait. */
export const saturating: Part = {
  name: 'saturating',
  title: 'default settings against a shop with two PHP workers that take 0.55 ms a row',
  async run({ sizes, postgres, say, figure, bar, ...bench }) {
    await using shop = await startShop({ customers: sizes.saturating, phpWorkers: 2, rowCostMs: 0.55 });
    await using copy = await postgres.createCopy('bench_saturating');
    say(`the plain loop with ${usualInFlight} requests in flight`);
    const tools = { sizes: { ...sizes, repeats: 1 }, postgres, say, figure, bar, ...bench };
    const raw = await readingLimit(tools, shop, { inFlight: usualInFlight });
    await shop.clearTraffic();
    say('magento-sync backfill');
    const { cost } = await runWorker(['backfill'], { shopUrl: shop.url, databaseUrl: copy.url });
    await checkCopy(shop, copy, 'customers');
    const { firstAt, requests } = await shop.traffic();
    const seconds = (cost.endedAt - firstAt) / 1000;
    figure('raw_rows', 'plain loop', shop.rows / raw.seconds, 'rows/s');
    figure(
      'rows',
      'backfill, from its first request for customers to its end',
      shop.rows / seconds,
      'rows/s',
    );
    figure('raw_requests', 'requests of the plain loop', raw.requests, 'requests');
    figure('requests', 'requests of the backfill', requests, 'requests');
    bar('saturating', 'throughput, as a share of the plain loop', {
      value: (100 * raw.seconds) / seconds,
      limit: 95,
      wanted: 'at least',
      unit: '%',
    });
  },
};

const far = { latencyMs: 200, requests: 8 };

/** A shop that is far away or slow to start an answer. */
export const latency: Part = {
  name: 'latency',
  title: `${far.latencyMs} ms a page and ${far.requests} requests in flight`,
  async run({ sizes, postgres, say, figure, bar, ...bench }) {
    await using shop = await startShop({ customers: sizes.latency, latencyMs: far.latencyMs });
    await using copy = await postgres.createCopy('bench_latency');
    say(`the plain loop with ${far.requests} requests in flight`);
    const tools = { sizes: { ...sizes, repeats: 1 }, postgres, say, figure, bar, ...bench };
    const raw = await readingLimit(tools, shop, { inFlight: far.requests });
    await shop.clearTraffic();
    say('magento-sync backfill');
    const place = { shopUrl: shop.url, databaseUrl: copy.url, settings: inFlight(far.requests) };
    const { cost } = await runWorker(['backfill'], place);
    await checkCopy(shop, copy, 'customers');
    const { firstAt, requests } = await shop.traffic();
    const seconds = (cost.endedAt - firstAt) / 1000;
    figure('raw_rows', 'plain loop', shop.rows / raw.seconds, 'rows/s');
    figure(
      'rows',
      'backfill, from its first request for customers to its end',
      shop.rows / seconds,
      'rows/s',
    );
    figure('requests', 'requests of the backfill', requests, 'requests');
    await smallPages({ sizes, postgres, say, figure, bar, ...bench });
    bar('latency', `throughput, as a share of what ${far.requests} in flight can give`, {
      value: (100 * raw.seconds) / seconds,
      limit: 90,
      wanted: 'at least',
      unit: '%',
    });
  },
};

const small = 100;

/** The same with a third of the rows a page, where no processor is the limit: it shows whether all requests are kept in flight. */
async function smallPages({ sizes, postgres, say, figure, ...bench }: Bench): Promise<void> {
  await using shop = await startShop({ customers: sizes.latency / 2, latencyMs: far.latencyMs });
  await using copy = await postgres.createCopy('bench_small_pages');
  say(`the plain loop with pages of ${small}`);
  const tools = { sizes: { ...sizes, repeats: 1 }, postgres, say, figure, ...bench };
  const raw = await readingLimit(tools, shop, { inFlight: far.requests, pageSize: small });
  await shop.clearTraffic();
  say(`magento-sync backfill with pages of ${small}`);
  const settings = { ...inFlight(far.requests), MAGENTO_MAX_PAGE_SIZE: String(small) };
  const { cost } = await runWorker(['backfill'], { shopUrl: shop.url, databaseUrl: copy.url, settings });
  await checkCopy(shop, copy, 'customers');
  const { firstAt } = await shop.traffic();
  const seconds = (cost.endedAt - firstAt) / 1000;
  const share = (100 * raw.seconds) / seconds;
  figure(
    'small_pages',
    `with pages of ${small}, as a share of what ${far.requests} in flight can give`,
    share,
    '%',
  );
}
