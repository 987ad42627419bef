import { SingleBar } from 'cli-progress';
import { formatDuration } from '../config/duration.ts';
import type { Output } from '../output.ts';

/** Shows how far a backfill is. */
export interface BackfillProgress {
  /** Says how many rows there are and how many the copy has already. */
  start(total: number, done: number): void;
  /** Counts rows that have been committed. */
  add(rows: number): void;
  stop(): void;
}

const plainEveryMs = 5_000;

/** A bar with rate and time left on a terminal, a line every five seconds elsewhere, nothing with `quiet`. */
export function createBackfillProgress(output: Output, quiet: boolean): BackfillProgress {
  if (quiet) return { start() {}, add() {}, stop() {} };
  return output.isTerminal ? barProgress() : plainProgress(output);
}

function barProgress(): BackfillProgress {
  const bar = new SingleBar({
    format: 'customers {bar} {percentage}% | {value}/{total} | {rate}/s | {left} left',
    barsize: 30,
    hideCursor: true,
    stopOnComplete: false,
    // Signals are ours: the bar's own handler would end the process in the middle of a page.
    gracefulExit: false,
  });
  const meter = createMeter();
  return {
    start(total, done) {
      meter.start(total, done);
      bar.start(Math.max(total, done), done, meter.shown());
    },
    add(rows) {
      meter.add(rows);
      bar.setTotal(meter.total());
      bar.update(meter.done(), meter.shown());
    },
    stop: () => bar.stop(),
  };
}

function plainProgress(output: Output): BackfillProgress {
  const meter = createMeter();
  let said = 0;
  const say = () => {
    said = performance.now();
    const { rate, left } = meter.shown();
    output.note(`${meter.done()} of ${meter.total()} customers, ${rate}/s, ${left} left`);
  };
  return {
    start(total, done) {
      meter.start(total, done);
      said = performance.now();
      if (done > 0) output.note(`going on: ${done} of ${total} customers are in the copy already`);
    },
    add(rows) {
      meter.add(rows);
      if (performance.now() - said >= plainEveryMs) say();
    },
    stop: say,
  };
}

/** Counts rows and works out the rate since the start and the time left. */
export function createMeter(now: () => number = () => performance.now()) {
  let startedAt = now();
  let first = 0;
  let done = 0;
  let total = 0;
  const perSecond = () => ((done - first) * 1_000) / Math.max(1, now() - startedAt);
  return {
    start(all: number, already: number) {
      startedAt = now();
      first = already;
      done = already;
      total = Math.max(all, already);
    },
    add(rows: number) {
      done += rows;
      // Rows that are added to the shop meanwhile make the total grow.
      total = Math.max(total, done);
    },
    done: () => done,
    total: () => total,
    shown(): { rate: string; left: string } {
      const rate = perSecond();
      const left = rate > 0 ? formatDuration(((total - done) / rate) * 1_000) : '?';
      return { rate: rate.toFixed(rate < 10 ? 1 : 0), left };
    },
  };
}
