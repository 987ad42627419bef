import { setTimeout as delay } from 'node:timers/promises';
import { type Bar, type Figure, type PartResult, shown } from './results.ts';
import { endMeasured } from './running/measured-process.ts';
import type { BenchPostgres } from './running/postgres.ts';
import type { Sizes } from './sizes.ts';

/** What a part measures with, and where it puts what it has found. */
export interface Bench {
  readonly sizes: Sizes;
  readonly postgres: BenchPostgres;
  /** A real Redis of its own, empty. */
  startRedis(): Promise<AsyncDisposable & { readonly url: string }>;
  readonly signal: AbortSignal;
  /** Tells whoever waits what is being done. */
  say(sentence: string): void;
  /** A figure that an earlier part of this run has noted. */
  earlier(part: string, figure: string): number | undefined;
  /** Notes a figure, and returns it. */
  figure(name: string, title: string, value: number, unit: string): number;
  /** Notes what a figure has to be, and whether it is. */
  bar(name: string, title: string, bar: Pick<Bar, 'value' | 'limit' | 'wanted' | 'unit'>): void;
}

/** A part of the benchmarks, measured and reported by itself: one that fails costs no other its result. */
export interface Part {
  readonly name: string;
  readonly title: string;
  run(bench: Bench): Promise<void>;
}

/** How long a part may take to end when it is interrupted. */
const patienceMs = 15_000;

/** Runs a part and keeps what it noted, whatever becomes of it. */
export async function runPart(
  part: Part,
  bench: Omit<Bench, 'figure' | 'bar' | 'say'>,
  print: (line: string) => void,
): Promise<PartResult> {
  const figures: Figure[] = [];
  const bars: Bar[] = [];
  const startedAt = performance.now();
  print(`\n${part.name}: ${part.title}`);
  const passed = () => Math.round((performance.now() - startedAt) / 1000);
  const finish = (outcome: Pick<PartResult, 'status' | 'error'>): PartResult => ({
    name: part.name,
    title: part.title,
    ...outcome,
    seconds: passed(),
    figures,
    bars,
  });
  const noting: Bench = {
    ...bench,
    say: (sentence) => print(`  ${String(passed()).padStart(4)} s  ${sentence}`),
    figure(name, title, value, unit) {
      figures.push({ name, title, value, unit });
      print(`          ${title}: ${shown(value, unit)}`);
      return value;
    },
    bar(name, title, { value, limit, wanted, unit }) {
      const met = wanted === 'at most' ? value <= limit : value >= limit;
      bars.push({ name, title, value, limit, wanted, unit, met });
      print(
        `  ${met ? ' met  ' : 'MISSED'}  ${title}: ${shown(value, unit)}, ${wanted} ${shown(limit, unit)}`,
      );
    },
  };
  try {
    bench.signal.throwIfAborted();
    const work = part.run(noting);
    const aborted = new Promise<void>((resolve) => {
      bench.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await Promise.race([work, aborted]);
    if (bench.signal.aborted) {
      // What it has started is ended and taken away by the part itself.
      endMeasured();
      await Promise.race([work.catch(() => undefined), delay(patienceMs, undefined, { ref: false })]);
      bench.signal.throwIfAborted();
    }
    return finish({ status: 'measured' });
  } catch (error) {
    const sentence = error instanceof Error ? error.message : String(error);
    if (bench.signal.aborted) return finish({ status: 'interrupted' });
    print(`  FAILED  ${sentence}`);
    return finish({ status: 'failed', error: sentence });
  }
}
