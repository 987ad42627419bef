import type { Run, SampledStretch } from '@magento-sync/db';
import { formatDuration } from '../config/duration.ts';
import { type Html, html } from './html.ts';
import { runLook } from './run-words.ts';
import { count, entityTitle, utc } from './words.ts';

/** What a chart covers. */
export interface ChartSpan {
  readonly from: Date;
  readonly to: Date;
  /** How much time one sample stands for. */
  readonly everyMs: number;
  /** `day`, `week` */
  readonly word: string;
}

/** One point of a line: `null` is a gap. */
interface Point {
  readonly at: Date;
  readonly value: number | null;
}

const width = 600;
const height = 80;

/** The age of the last pull over a time, with the limit as a dashed line; a time without samples is a gap. */
export function ageChart(stretches: readonly SampledStretch[], span: ChartSpan, limitMs: number): Html {
  const points = pointsOf(stretches, span);
  const known = points.flatMap(({ value }) => (value === null ? [] : [value]));
  const highest = Math.max(0, ...known);
  const top = Math.max(limitMs * 1.25, highest);
  const y = (ms: number) => height - (ms / top) * height;
  const now = known.at(-1);
  const says =
    known.length === 0 || now === undefined
      ? `Age of the last pull, last ${span.word}: nothing was noted yet.`
      : `Age of the last pull, last ${span.word}: now ${formatDuration(now)}, highest ${formatDuration(highest)}, limit ${formatDuration(limitMs)}.`;
  return html`<svg class="chart age" role="img" aria-label="${says}" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none">
<line class="limit" x1="0" x2="${width}" y1="${tidy(y(limitMs))}" y2="${tidy(y(limitMs))}"/>
${linesOf(points, y).map((path) => html`<path class="line" d="${path}"/>`)}${known.length === 0 && html`<line class="nothing" x1="0" x2="${width}" y1="${height - 1}" y2="${height - 1}"/>`}</svg>`;
}

/** Rows that were read, and of them those that changed something, as bars over a time. */
export function rowsChart(stretches: readonly SampledStretch[], span: ChartSpan, barMs: number): Html {
  const bars = barsOf(stretches, span, barMs);
  const top = Math.max(1, ...bars.map(({ read }) => read));
  const step = width / bars.length;
  const sum = (of: 'read' | 'written') => bars.reduce((so, bar) => so + bar[of], 0);
  const says = `Records read, last ${span.word}: ${count(sum('read'))}, of them ${count(sum('written'))} new, changed or deleted; highest ${count(top)} in ${formatDuration(barMs)}.`;
  const bar = (x: number, rows: number, kind: string) => {
    // What is not nothing is to be seen.
    const tall = rows === 0 ? 0 : Math.max(2, (rows / top) * height);
    return (
      tall > 0 &&
      html`<rect class="${kind}" x="${tidy(x)}" y="${tidy(height - tall)}" width="${tidy(step * 0.8)}" height="${tidy(tall)}"/>`
    );
  };
  return html`<svg class="chart rows" role="img" aria-label="${says}" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none">
<line class="nothing" x1="0" x2="${width}" y1="${height}" y2="${height}"/>
${bars.map(({ read, written }, index) => [bar(index * step, read, 'read'), bar(index * step, written, 'written')])}</svg>`;
}

/** The same as tables, for those who do not see the charts. */
export function chartTable(stretches: readonly SampledStretch[], span: ChartSpan, barMs: number): Html {
  const rows = barsOf(stretches, span, barMs).filter(({ noted }) => noted);
  return html`<div class="wide" tabindex="0" role="region" aria-label="Numbers of the last ${span.word}"><table><caption>Last ${span.word}, in steps of ${formatDuration(barMs)}</caption>
<thead><tr><th scope="col">From</th><th scope="col">Highest age</th><th scope="col">Records read</th><th scope="col">Changed</th></tr></thead>
<tbody>${rows.map(
    ({ at, lagMs, read, written }) =>
      html`<tr><th scope="row">${utc(at)}</th><td>${lagMs === null ? 'no pull yet' : formatDuration(lagMs)}</td><td>${count(read)}</td><td>${count(written)}</td></tr>`,
  )}${rows.length === 0 && html`<tr><td colspan="4">Nothing was noted yet.</td></tr>`}</tbody></table></div>`;
}

const widestStrip = 60;

/** The latest runs of a kind as a strip, each a link; bars are as tall as runs were long, and what failed has a notch. */
export function runStrip(
  title: string,
  runs: readonly Run[],
  href: (path: string) => string,
  now: Date,
): Html {
  const shown = runs.slice(0, widestStrip).toReversed();
  const longest = Math.max(1, ...shown.map((run) => lengthOf(run, now)));
  return html`<div class="strip"><span class="strip-title">${title}</span><ol>${shown.map((run) => {
    const { word, tone } = runLook(run, now);
    const size = 1 + Math.round((lengthOf(run, now) / longest) * 3);
    const says = `${title} run ${run.id} of ${entityTitle(run.entity)}, ${word}, ${utc(run.startedAt)}`;
    return html`<li><a class="bar ${tone} size-${size}" href="${href(`/runs/${run.id}`)}" aria-label="${says}" title="${says}"></a></li>`;
  })}</ol></div>`;
}

function lengthOf({ startedAt, finishedAt, heartbeatAt }: Run, _now: Date): number {
  return (finishedAt ?? heartbeatAt).getTime() - startedAt.getTime();
}

/** A sample of every step of the span, with gaps where none was noted; of several entities the largest. */
function pointsOf(stretches: readonly SampledStretch[], { from, to, everyMs }: ChartSpan): Point[] {
  const byStep = new Map<number, number | null>();
  const stepOf = (at: Date) => Math.floor((at.getTime() - from.getTime()) / everyMs);
  for (const { at, lagMs } of stretches) {
    const known = byStep.get(stepOf(at)) ?? null;
    byStep.set(stepOf(at), known === null || lagMs === null ? (lagMs ?? known) : Math.max(known, lagMs));
  }
  return Array.from({ length: stepOf(to) + 1 }, (_, step) => ({
    at: new Date(from.getTime() + step * everyMs),
    value: byStep.get(step) ?? null,
  }));
}

function linesOf(points: readonly Point[], y: (value: number) => number): string[] {
  const step = width / Math.max(1, points.length - 1);
  const lines: string[] = [];
  let line: string[] = [];
  points.forEach(({ value }, index) => {
    if (value !== null) line.push(`${tidy(index * step)} ${tidy(y(value))}`);
    if (value === null || index === points.length - 1) {
      // A sample between two gaps would be a line without length.
      if (line.length === 1)
        line.push(`${tidy(Math.min(width, Number(line[0]?.split(' ')[0]) + 2))} ${line[0]?.split(' ')[1]}`);
      if (line.length > 0) lines.push(`M${line.join('L')}`);
      line = [];
    }
  });
  return lines;
}

interface Bar {
  readonly at: Date;
  readonly noted: boolean;
  readonly lagMs: number | null;
  readonly read: number;
  readonly written: number;
}

function barsOf(stretches: readonly SampledStretch[], { from, to }: ChartSpan, barMs: number): Bar[] {
  const number = Math.ceil((to.getTime() - from.getTime()) / barMs);
  return Array.from({ length: number }, (_, index) => {
    const at = new Date(from.getTime() + index * barMs);
    const within = stretches.filter(
      (each) => each.at.getTime() >= at.getTime() && each.at.getTime() < at.getTime() + barMs,
    );
    const lags = within.flatMap(({ lagMs }) => (lagMs === null ? [] : [lagMs]));
    return {
      at,
      noted: within.length > 0,
      lagMs: lags.length > 0 ? Math.max(...lags) : null,
      read: within.reduce((sum, { rowsRead }) => sum + rowsRead, 0),
      written: within.reduce((sum, { rowsWritten }) => sum + rowsWritten, 0),
    };
  });
}

function tidy(number: number): string {
  return number.toFixed(1);
}
