import { startMeasuredSource, succeeded } from './measured-process.ts';
import type { BenchPostgres } from './postgres.ts';
import type { ShopProcess } from './shop.ts';

/** What the bare loop cost: its own time without the start of Node, and the processors' time of everybody at work for it. */
export interface BareCost {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly databaseCpuSeconds: number;
  readonly shopCpuSeconds: number;
}

/**
 * Copies all customers as somebody would who only wants to be quick: fetch, parse, digest, COPY into the tables and the feed, a
 * transaction a page, reading and writing at the same time. It is written for customers alone and takes no care of anything:
 * no checkpoint, no fence, no run, no odd value, no content hash, no comparison with what is there.
 *
 * What a worker in Node cannot be quicker than, however little it promises.
 */
export async function copyBarely(
  shop: ShopProcess,
  postgres: BenchPostgres,
  { inFlight }: { readonly inFlight: number },
): Promise<BareCost> {
  // Gone before anything else is measured.
  await using copy = await postgres.createCopy('bench_bare');
  const task = { shopUrl: shop.url, databaseUrl: copy.url, largestId: shop.largestId, inFlight };
  const databaseBefore = (await postgres.cpuSeconds()) ?? 0;
  const shopBefore = await shop.usage();
  await using copier = await startMeasuredSource(new URL('bare-copier-process.ts', import.meta.url), {
    BARE_COPY: JSON.stringify(task),
  });
  const { stdout } = await succeeded('the bare loop', copier);
  const databaseCpuSeconds = ((await postgres.cpuSeconds()) ?? 0) - databaseBefore;
  const shopCpuSeconds = (await shop.usage()).cpuSeconds - shopBefore.cpuSeconds;
  const { rows } = await copy.client.query<{ rows: string }>(
    'select count(*) as rows from magento.customers',
  );
  if (Number(rows[0]?.rows) !== shop.rows) throw new Error('The bare loop has not copied every row.');
  const own = JSON.parse(stdout) as Pick<BareCost, 'seconds' | 'cpuSeconds'>;
  return { ...own, databaseCpuSeconds, shopCpuSeconds };
}
