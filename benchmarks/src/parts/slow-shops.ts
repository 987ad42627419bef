import type { Bench, Part } from '../bench.ts';
import { checkCopy } from '../check-copy.ts';
import type { RawOptions } from '../running/raw-reader.ts';
import { startShop } from '../running/shop.ts';
import type { ShopSetup } from '../running/shop-control.ts';
import { inFlight, runWorker } from '../running/worker.ts';
import { readingLimit } from './limits.ts';

/** Requests in flight and a second as they are where nothing is configured. */
const usualInFlight = 2;

/** A shop that is as slow as a real one: more requests at a time only wait. */
export const saturating: Part = {
  name: 'saturating',
  title: 'default settings against a shop with two PHP workers that take 0.55 ms a row',
  async run(bench) {
    const setup = { customers: bench.sizes.saturating, phpWorkers: 2, rowCostMs: 0.55 };
    const compared = await besidePlainLoop(bench, setup, { inFlight: usualInFlight }, {});
    showRows(bench, compared);
    bench.figure('raw_requests', 'requests of the plain loop', compared.rawRequests, 'requests');
    bench.figure('requests', 'requests of the backfill', compared.requests, 'requests');
    bench.bar('saturating', 'throughput, as a share of the plain loop', {
      value: compared.share,
      limit: 95,
      wanted: 'at least',
      unit: '%',
    });
  },
};

const far = { latencyMs: 200, requests: 8 };
const small = 100;

/** A shop that is far away or slow to start an answer. */
export const latency: Part = {
  name: 'latency',
  title: `${far.latencyMs} ms a page and ${far.requests} requests in flight`,
  async run(bench) {
    const { latencyMs, requests } = far;
    const settings = inFlight(requests);
    const setup = { customers: bench.sizes.latency, latencyMs };
    const compared = await besidePlainLoop(bench, setup, { inFlight: requests }, settings);
    showRows(bench, compared);
    bench.figure('requests', 'requests of the backfill', compared.requests, 'requests');
    // With a third of the rows a page no processor is the limit: it shows whether all requests are kept in flight.
    const { share } = await besidePlainLoop(
      bench,
      { customers: bench.sizes.latency / 2, latencyMs },
      { inFlight: requests, pageSize: small },
      { ...settings, MAGENTO_MAX_PAGE_SIZE: String(small) },
    );
    const title = `as a share of what ${requests} in flight can give`;
    bench.figure('small_pages', `with pages of ${small}, ${title}`, share, '%');
    bench.bar('latency', `throughput, ${title}`, {
      value: compared.share,
      limit: 90,
      wanted: 'at least',
      unit: '%',
    });
  },
};

interface Compared {
  readonly rawRows: number;
  readonly rawRequests: number;
  readonly rows: number;
  readonly requests: number;
  /** Of the throughput of the plain loop, in percent. */
  readonly share: number;
}

/** A backfill from such a shop, from its first request for customers to its end, beside the plain loop. */
async function besidePlainLoop(
  bench: Bench,
  setup: ShopSetup,
  plain: RawOptions,
  settings: Readonly<Record<string, string>>,
): Promise<Compared> {
  const { sizes, postgres, say } = bench;
  await using shop = await startShop(setup);
  await using copy = await postgres.createCopy('bench_slow_shop');
  const pages = plain.pageSize === undefined ? '' : `, pages of ${plain.pageSize}`;
  say(`the plain loop with ${plain.inFlight} requests in flight${pages}`);
  const raw = await readingLimit({ ...bench, sizes: { ...sizes, repeats: 1 } }, shop, plain);
  await shop.clearTraffic();
  say(`magento-sync backfill${pages}`);
  const { cost } = await runWorker(['backfill'], { shopUrl: shop.url, databaseUrl: copy.url, settings });
  await checkCopy(shop, copy, 'customers');
  const { firstAt, requests } = await shop.traffic();
  const seconds = (cost.endedAt - firstAt) / 1000;
  return {
    rawRows: shop.rows / raw.seconds,
    rawRequests: raw.requests,
    rows: shop.rows / seconds,
    requests,
    share: (100 * raw.seconds) / seconds,
  };
}

function showRows({ figure }: Bench, { rawRows, rows }: Compared): void {
  figure('raw_rows', 'plain loop', rawRows, 'rows/s');
  figure('rows', 'backfill, from its first request for customers to its end', rows, 'rows/s');
}
