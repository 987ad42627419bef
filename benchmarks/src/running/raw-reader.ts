import { startMeasuredSource, succeeded } from './measured-process.ts';
import type { ShopProcess } from './shop.ts';

/** What the plain loop did. */
export interface RawRead {
  readonly rows: number;
  readonly requests: number;
  readonly characters: number;
  /** From the first request for a page to the last answer. */
  readonly seconds: number;
  readonly cpuSeconds: number;
}

/**
 * Reads and parses every page in a process of its own and throws it away: the most that anybody can get out of this shop with so
 * many requests in flight. Shares of the ids are equal, so nothing waits but for the last pages.
 */
export async function readRaw(
  shop: ShopProcess,
  { inFlight, pageSize = 300, path = '/rest/all/V1/customers/search' }: RawOptions,
): Promise<RawRead> {
  const read = { url: shop.url, path, inFlight, pageSize, largestId: shop.largestId };
  await using reader = await startMeasuredSource(new URL('raw-reader-process.ts', import.meta.url), {
    RAW_READ: JSON.stringify(read),
  });
  const { stdout, cost } = await succeeded('the plain loop', reader);
  const result = JSON.parse(stdout) as Omit<RawRead, 'cpuSeconds'>;
  if (result.rows !== shop.rows) throw new Error(`The plain loop read ${result.rows} of ${shop.rows} rows.`);
  return { ...result, cpuSeconds: cost.cpuSeconds };
}

/** How the plain loop reads. */
export interface RawOptions {
  readonly inFlight: number;
  readonly pageSize?: number;
  readonly path?: string;
}
