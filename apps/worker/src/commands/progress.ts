import { currentPageSize } from '@magento-sync/magento-client';
import { SingleBar } from 'cli-progress';
import { formatDuration } from '../config/duration.ts';
import type { Output } from '../output.ts';
import type { PageReport, SyncContext } from '../sync/ports.ts';
import { pageSizeOf } from '../sync/reading/index.ts';

/** What is counted: `rows` and `requests` come by pages, whose size is shown then. */
export type Counted = 'rows' | 'requests' | 'records' | 'kinds' | 'migrations';

/** Shows how far a command is. */
export interface Progress {
  /** Begins with something: how much of it there is, `null` when nobody knows, and how much is done already. */
  start(sync: Pick<SyncContext, 'settings'> | null, what: string, total: number | null, done: number): void;
  /** Counts what a page has, or one record, request or kind; nothing before the start. */
  add(page: Pick<PageReport, 'rows'>): void;
  stop(): void;
}

const plainEveryMs = 5_000;
const barEveryMs = 1_000;

/**
 * A bar with rate and time left on a terminal, a line every five seconds elsewhere, nothing with `quiet`. What is read by
 * pages also tells their size and the requests at once. Without a total there is a count and no bar.
 */
export function createProgress(output: Output, quiet: boolean, counted: Counted = 'rows'): Progress {
  if (quiet) return { start() {}, add() {}, stop() {} };
  return output.isTerminal ? barProgress(counted) : plainProgress(output, counted);
}

/** How it is read, in words that follow the numbers. */
function paceOf(sync: Pick<SyncContext, 'settings'> | null, what: string, counted: Counted): () => string {
  if (!sync || counted === 'records' || counted === 'kinds') return () => '';
  const { settings } = sync;
  return () => `pages of ${currentPageSize(pageSizeOf({ settings }, what))}, ${settings.concurrency} at once`;
}

const withTotal = '{what} {bar} {percentage}% | {value}/{total} | {rate}/s | {left} left{pace}';
const withoutTotal = '{what} {value} {counted} | {rate}/s{pace}';

function barProgress(counted: Counted): Progress {
  const meter = createMeter();
  let shown:
    | { readonly bar: SingleBar; readonly words: () => object; readonly timer: NodeJS.Timeout }
    | undefined;
  const update = () => shown?.bar.update(meter.done(), shown.words());
  return {
    start(sync, what, total, done) {
      meter.start(total ?? 0, done);
      const bar = new SingleBar({
        format: total === null ? withoutTotal : withTotal,
        barsize: 24,
        hideCursor: true,
        stopOnComplete: false,
        // Signals are ours: the bar's own handler would end the process in the middle of a page.
        gracefulExit: false,
      });
      const pace = paceOf(sync, what, counted);
      const words = () => ({ what, counted, pace: pace() && ` | ${pace()}`, ...meter.shown() });
      // Also while nothing comes: a rate that stands still would look like one that goes on.
      shown = { bar, words, timer: setInterval(update, barEveryMs).unref() };
      bar.start(Math.max(total ?? 0, done), done, words());
    },
    add({ rows }) {
      if (!shown) return;
      meter.add(rows);
      shown.bar.setTotal(meter.total());
      update();
    },
    stop() {
      clearInterval(shown?.timer);
      shown?.bar.stop();
      shown = undefined;
    },
  };
}

function plainProgress(output: Output, counted: Counted): Progress {
  const meter = createMeter();
  let said = 0;
  let begun: { readonly what: string; readonly pace: () => string; readonly hasTotal: boolean } | undefined;
  const say = () => {
    if (!begun) return;
    said = performance.now();
    const { rate, left } = meter.shown();
    const { what, pace, hasTotal } = begun;
    const unit = counted === 'rows' ? what : `${counted} of ${what}`;
    const far = hasTotal
      ? `${meter.done()} of ${meter.total()} ${unit}, ${rate}/s, ${left} left`
      : `${what}: ${meter.done()} ${counted}, ${rate}/s`;
    output.note(pace() ? `${far}, ${pace()}` : far);
  };
  return {
    start(sync, what, total, done) {
      meter.start(total ?? 0, done);
      begun = { what, pace: paceOf(sync, what, counted), hasTotal: total !== null };
      said = performance.now();
      if (done > 0) output.note(`going on: ${done} of ${total} ${what} are in the copy already`);
    },
    add({ rows }) {
      meter.add(rows);
      if (performance.now() - said >= plainEveryMs) say();
    },
    stop() {
      // What took no time needs no line beside its result.
      if (begun && ((begun.hasTotal && counted === 'rows') || meter.tookMs() >= plainEveryMs)) say();
      begun = undefined;
    },
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
    tookMs: () => now() - startedAt,
    shown(): { rate: string; left: string } {
      const rate = perSecond();
      const left = rate > 0 ? formatDuration(((total - done) / rate) * 1_000) : '?';
      return { rate: rate.toFixed(rate < 10 ? 1 : 0), left };
    },
  };
}
