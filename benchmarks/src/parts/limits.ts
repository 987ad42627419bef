import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { from, to } from 'pg-copy-streams';
import type { Bench } from '../bench.ts';
import type { BenchDatabase } from '../running/postgres.ts';
import { type RawOptions, type RawRead, readRaw } from '../running/raw-reader.ts';
import type { ShopProcess } from '../running/shop.ts';

/** The one in the middle, or the mean of the two there. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const [low = 0, high = 0] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return (low + high) / 2;
}

/** The limit of reading: the plain loop, as often as the form of the run says; the median by time. */
export async function readingLimit(bench: Bench, shop: ShopProcess, options: RawOptions): Promise<RawRead> {
  const reads: RawRead[] = [];
  for (let turn = 0; turn < bench.sizes.repeats; turn += 1) reads.push(await readRaw(shop, options));
  const seconds = median(reads.map((read) => read.seconds));
  const [first] = reads.toSorted(
    (one, other) => Math.abs(one.seconds - seconds) - Math.abs(other.seconds - seconds),
  );
  if (!first) throw new Error('The plain loop was not run.');
  return { ...first, seconds };
}

/**
 * The limit of writing: COPY of the rows of a copy into the same tables of an empty one, indexes in place, one table after the
 * other; the median of as many turns as the form of the run says. In seconds.
 */
export async function writingLimit(
  bench: Bench,
  copy: BenchDatabase,
  tables: readonly string[],
): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'magento-sync-bench-copy-'));
  const file = (table: string) => join(folder, `${table}.bin`);
  try {
    for (const table of tables) {
      await pipeline(
        copy.client.query(to(`copy magento.${table} to stdout (format binary)`)),
        createWriteStream(file(table)),
      );
    }
    const times: number[] = [];
    for (let turn = 0; turn < bench.sizes.repeats; turn += 1) {
      await using target = await bench.postgres.createCopy('bench_limit');
      await target.client.query('checkpoint');
      const startedAt = performance.now();
      for (const table of tables) {
        await pipeline(
          createReadStream(file(table), { highWaterMark: 1 << 20 }),
          target.client.query(from(`copy magento.${table} from stdin (format binary)`)),
        );
      }
      times.push((performance.now() - startedAt) / 1000);
    }
    return median(times);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
