import type { IdRange } from '../entity/entity.ts';
import type { Stop } from '../ports.ts';

/**
 * Does the work for every range, in their order and so many at once; begins no further one after a pause.
 *
 * The first error stops the others after their page at hand and is thrown. Returns what was begun, in order of the ranges.
 */
export async function eachRange<T>(
  ranges: readonly IdRange[],
  concurrency: number,
  stop: Stop,
  work: (range: IdRange, stop: Stop) => Promise<T>,
): Promise<T[]> {
  const failure = new AbortController();
  const pause = AbortSignal.any([stop.pause, failure.signal]);
  const results = new Map<number, T>();
  let next = 0;
  const workOn = async (): Promise<void> => {
    for (let range = ranges[next]; range && !pause.aborted; range = ranges[next]) {
      const index = next;
      next += 1;
      results.set(index, await work(range, { signal: stop.signal, pause }));
    }
  };
  const workers = Array.from({ length: Math.min(concurrency, ranges.length) }, () =>
    workOn().catch((error: unknown) => failure.abort(error)),
  );
  await Promise.all(workers);
  if (failure.signal.aborted) throw failure.signal.reason;
  return [...results].toSorted(([one], [other]) => one - other).map(([, result]) => result);
}
