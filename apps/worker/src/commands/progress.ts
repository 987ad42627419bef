import { currentPageSize } from '@magento-sync/magento-client';
import { SingleBar } from 'cli-progress';
import { formatDuration } from '../config/duration.ts';
import type { Output } from '../output.ts';
import type { PageReport, SyncContext } from '../sync/ports.ts';
import { pageSizeOf } from '../sync/reading/index.ts';

/** Shows how far a command is. */
export interface Progress {
  /** Begins with an entity: how many rows there are, `null` when nobody knows, and how many are done already. */
  start(sync: Pick<SyncContext, 'settings'>, entity: string, total: number | null, done: number): void;
  /** Counts the rows of a page; nothing before the start. */
  add(page: Pick<PageReport, 'rows'>): void;
  stop(): void;
}

const plainEveryMs = 5_000;

/**
 * A bar with rate, time left, page size and requests at once on a terminal, a line every five seconds elsewhere, nothing
 * with `quiet`. What reads no rows counts its requests. Without a total there is a count and no bar.
 */
export function createProgress(
  output: Output,
  quiet: boolean,
  counted: 'rows' | 'requests' = 'rows',
): Progress {
  if (quiet) return { start() {}, add() {}, stop() {} };
  return output.isTerminal ? barProgress(counted) : plainProgress(output, counted);
}

interface Pace {
  readonly entity: string;
  readonly pageSize: number;
  readonly concurrency: number;
}

function paceOf({ settings }: Pick<SyncContext, 'settings'>, entity: string): () => Pace {
  return () => ({
    entity,
    pageSize: currentPageSize(pageSizeOf({ settings }, entity)),
    concurrency: settings.concurrency,
  });
}

const withTotal =
  '{entity} {bar} {percentage}% | {value}/{total} | {rate}/s | {left} left | pages of {pageSize}, {concurrency} at once';
const withoutTotal = '{entity} {value} {counted} | {rate}/s | pages of {pageSize}, {concurrency} at once';

function barProgress(counted: string): Progress {
  const meter = createMeter();
  let shown: { readonly bar: SingleBar; readonly pace: () => Pace } | undefined;
  return {
    start(sync, entity, total, done) {
      meter.start(total ?? 0, done);
      const bar = new SingleBar({
        format: total === null ? withoutTotal : withTotal,
        barsize: 24,
        hideCursor: true,
        stopOnComplete: false,
        // Signals are ours: the bar's own handler would end the process in the middle of a page.
        gracefulExit: false,
      });
      shown = { bar, pace: paceOf(sync, entity) };
      bar.start(Math.max(total ?? 0, done), done, { counted, ...meter.shown(), ...shown.pace() });
    },
    add({ rows }) {
      if (!shown) return;
      meter.add(rows);
      shown.bar.setTotal(meter.total());
      shown.bar.update(meter.done(), { counted, ...meter.shown(), ...shown.pace() });
    },
    stop() {
      shown?.bar.stop();
      shown = undefined;
    },
  };
}

function plainProgress(output: Output, counted: string): Progress {
  const meter = createMeter();
  let said = 0;
  let begun: { readonly pace: () => Pace; readonly hasTotal: boolean } | undefined;
  const say = () => {
    if (!begun) return;
    said = performance.now();
    const { rate, left } = meter.shown();
    const { entity, pageSize, concurrency } = begun.pace();
    const rows = begun.hasTotal
      ? `${meter.done()} of ${meter.total()} ${entity}, ${rate}/s, ${left} left`
      : `${entity}: ${meter.done()} ${counted}, ${rate}/s`;
    output.note(`${rows}, pages of ${pageSize}, ${concurrency} at once`);
  };
  return {
    start(sync, entity, total, done) {
      meter.start(total ?? 0, done);
      begun = { pace: paceOf(sync, entity), hasTotal: total !== null };
      said = performance.now();
      if (done > 0) output.note(`going on: ${done} of ${total} ${entity} are in the copy already`);
    },
    add({ rows }) {
      meter.add(rows);
      if (performance.now() - said >= plainEveryMs) say();
    },
    stop() {
      // What took no time needs no line beside its result.
      if (begun && (begun.hasTotal || meter.tookMs() >= plainEveryMs)) say();
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
