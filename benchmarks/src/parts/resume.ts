import { setTimeout as delay } from 'node:timers/promises';
import type { Part } from '../bench.ts';
import { checkCopy } from '../check-copy.ts';
import { startShop } from '../running/shop.ts';
import type { PageRequest } from '../running/shop-control.ts';
import { inFlight, runWorker, startWorker } from '../running/worker.ts';

const requests = 4;

/** A backfill that is killed in the middle goes on where it was. */
export const resume: Part = {
  name: 'resume',
  title: 'what is read again after kill -9 in the middle of a backfill',
  async run({ sizes, postgres, say, figure, bar, signal }) {
    await using shop = await startShop({ customers: sizes.resume, latencyMs: 20 });
    await using copy = await postgres.createCopy('bench_resume');
    const settings = {
      ...inFlight(requests),
      ...(sizes.resume < 5_000 ? { MAGENTO_MAX_PAGE_SIZE: '50' } : {}),
    };
    const place = { shopUrl: shop.url, databaseUrl: copy.url, settings };
    say('magento-sync backfill, killed when a third of the rows was read');
    await using worker = await startWorker(['backfill'], place);
    let hasEnded = false;
    void worker.ended.then(() => {
      hasEnded = true;
    });
    while (!hasEnded) {
      const { pages } = await shop.traffic();
      if (pages.reduce((rows, { pageSize }) => rows + pageSize, 0) > sizes.resume / 3) break;
      await delay(10, undefined, { signal });
    }
    worker.kill('SIGKILL');
    const { code } = await worker.ended;
    if (code !== null) throw new Error(`The backfill ended with ${code} before it could be killed.`);
    const before = await shop.traffic();
    await shop.clearTraffic();
    say('magento-sync backfill, once more');
    await runWorker(['backfill'], place);
    await checkCopy(shop, copy, 'customers');
    const after = await shop.traffic();
    const again = pagesReadAgain(before.pages, after.pages);
    figure('pages_before', 'pages read before it was killed', before.pages.length, 'pages');
    figure('pages_again', 'of these read again, in all ranges', sum(again), 'pages');
    figure('ranges', 'ranges at work when it was killed', again.length, 'ranges');
    bar('resume', 'most pages that were read again of one range', {
      value: Math.max(0, ...again),
      limit: 1,
      wanted: 'at most',
      unit: 'pages',
    });
  },
};

/**
 * For each range that was at work, how many pages of the second run begin where the first run had been served already.
 *
 * A range is known by its upper end. Requests for the ids of a single row or for counts ask for one row and are no pages.
 */
export function pagesReadAgain(
  before: readonly PageRequest[],
  after: readonly PageRequest[],
): readonly number[] {
  const isPage = ({ pageSize, upToId }: PageRequest) => pageSize > 1 && upToId !== null;
  const last = new Map<number, number>();
  for (const { upToId, afterId } of before.filter(isPage)) {
    last.set(upToId ?? 0, Math.max(last.get(upToId ?? 0) ?? 0, afterId));
  }
  return [...last].map(
    ([end, position]) =>
      after.filter((page) => isPage(page) && page.upToId === end && page.afterId <= position).length,
  );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
