import { rangesFor } from '../sync/reading/index.ts';

/** A page that was read to learn how long pages take. */
export interface ProbedPage {
  readonly rows: number;
  readonly durationMs: number;
  readonly bytes: number;
}

/** What a shop may be asked. */
export interface PlannedBudget {
  readonly concurrency: number;
  readonly requestsPerSecond: number;
  /** Most rows a page. */
  readonly mostRows: number;
  /** A page may take so long and weigh so much; larger ones are made smaller. */
  readonly targetMs: number;
  readonly targetBytes: number;
}

/** What reading so many rows takes. */
export interface Estimate {
  /** Rows a page once pages have grown as far as the shop allows. */
  readonly pageSize: number;
  readonly requests: number;
  readonly durationMs: number;
  /** What it waits for: the allowed rate, or the shop's answers with so many requests at once. */
  readonly limitedBy: 'requests per second' | 'concurrency';
}

/** One page of so many is not full, because a range ends with it. */
const pagesForAShortOne = 50;

/**
 * Works out how long reading so many rows takes, from a few probed pages.
 *
 * A page is taken to cost a fixed time and one per row: a straight line through the probes, which large pages of a
 * database without an index stay above.
 */
export function estimate(rows: number, probes: readonly ProbedPage[], budget: PlannedBudget): Estimate {
  const { fixedMs, perRowMs } = lineThrough(probes);
  const read = probes.reduce((sum, probe) => sum + probe.rows, 0);
  const bytesPerRow = read === 0 ? 0 : probes.reduce((sum, { bytes }) => sum + bytes, 0) / read;
  const byTime = perRowMs > 0 ? Math.floor((budget.targetMs / 2 - fixedMs) / perRowMs) : budget.mostRows;
  const byBytes = bytesPerRow > 0 ? Math.floor(budget.targetBytes / bytesPerRow) : budget.mostRows;
  const pageSize = Math.max(1, Math.min(budget.mostRows, Math.max(leastRows, byTime), Math.max(1, byBytes)));
  const pages = Math.ceil(rows / pageSize);
  // Each range begins with a page that is not of full size yet.
  const firstPages = rangesFor(budget.concurrency) * 2;
  const others = 1 + Math.min(pages - 1, firstPages) + Math.floor(pages / pagesForAShortOne);
  // Nobody has to look where nothing is.
  const requests = pages === 0 ? 0 : pages + others;
  const pageMs = fixedMs + perRowMs * Math.min(pageSize, rows);
  const byRate = requests / budget.requestsPerSecond;
  const byShop = (pages * pageMs) / 1_000 / budget.concurrency;
  return {
    pageSize,
    requests,
    durationMs: Math.round(Math.max(byRate, byShop) * 1_000),
    limitedBy: byRate >= byShop ? 'requests per second' : 'concurrency',
  };
}

/** Slowness makes no page smaller than this. */
const leastRows = 10;

function lineThrough(probes: readonly ProbedPage[]): { fixedMs: number; perRowMs: number } {
  const sorted = probes.filter(({ rows }) => rows > 0).toSorted((one, other) => one.rows - other.rows);
  const [small, large] = [sorted[0], sorted.at(-1)];
  if (!small || !large) return { fixedMs: probes[0]?.durationMs ?? 0, perRowMs: 0 };
  if (large.rows === small.rows) {
    // One size alone does not tell what a row costs; all of it is the cautious guess.
    return { fixedMs: 0, perRowMs: Math.max(small.durationMs, large.durationMs) / large.rows };
  }
  const perRowMs = Math.max(0, (large.durationMs - small.durationMs) / (large.rows - small.rows));
  return { fixedMs: Math.max(0, small.durationMs - perRowMs * small.rows), perRowMs };
}
