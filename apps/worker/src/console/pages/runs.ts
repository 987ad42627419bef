import type { Run } from '@magento-sync/db';
import { formatDuration } from '../../config/duration.ts';
import { type Html, html } from '../html.ts';
import { runLook, runTitle } from '../run-words.ts';
import type { Page, View } from '../view.ts';
import { ago, capital, count, entityTitle, withoutPeople } from '../words.ts';
import { actLink } from './act-link.ts';
import { runChip } from './chips.ts';

/** What the list of runs shows. */
export interface RunList {
  readonly shop: string;
  readonly entities: readonly string[];
  readonly kinds: readonly string[];
  readonly runs: readonly Run[];
  /** The whole page was filled: there may be more. */
  readonly more: boolean;
  readonly asOf: Date;
}

/** The runs of a shop, newest first. */
export function runsPage({ shop, entities, kinds, runs, more, asOf }: RunList, view: View): Page {
  const { query } = view;
  const title = `Runs of ${shop}`;
  const chosen = (name: string, value: string) => query.get(name) === value && html` selected`;
  const last = runs.at(-1);
  const next = new URLSearchParams(query);
  if (last) next.set('before', String(last.id));
  return {
    title,
    asOf,
    crumbs: [
      { name: shop, path: `/shops/${shop}` },
      { name: 'Runs', path: `/shops/${shop}/runs` },
    ],
    body: html`<h1>${title}</h1>
<form method="get" action="${view.href(view.path)}" class="line">
<label>Kind <select name="kind"><option value="">every</option>${kinds.map((kind) => html`<option value="${kind}"${chosen('kind', kind)}>${entityTitle(kind)}</option>`)}</select></label>
<label>Of <select name="entity"><option value="">everything</option>${entities.map((name) => html`<option value="${name}"${chosen('entity', name)}>${entityTitle(name)}</option>`)}</select></label>
<button type="submit">Show</button></form>
<div id="runs" data-live>${runTable(runs, title, view)}</div>
${more && html`<p><a href="${view.href(view.path)}?${next.toString()}">Older runs</a></p>`}`,
  };
}

/** Runs as a table. */
export function runTable(runs: readonly Run[], caption: string, { href, now }: View): Html {
  if (runs.length === 0) return html`<p>No run yet.</p>`;
  const rows = runs.map((run) => {
    const took = (run.finishedAt ?? run.heartbeatAt).getTime() - run.startedAt.getTime();
    return html`<tr><th scope="row"><a href="${href(`/runs/${run.id}`)}">${runTitle(run)} ${run.id}</a></th>
<td data-label="State">${runChip(run, now)}</td><td data-label="Started">${ago(run.startedAt, now)}</td><td data-label="Took" class="minor">${formatDuration(took)}</td>
<td data-label="Read">${count(run.rowsRead)}</td><td data-label="New" class="minor">${count(run.inserted)}</td><td data-label="Changed" class="minor">${count(run.updated)}</td><td data-label="Deleted" class="minor">${count(run.tombstoned + run.erased)}</td>
<td data-label="Why" class="why">${run.reason === null ? '' : withoutPeople(run.reason)}</td></tr>`;
  });
  return html`<table class="cards"><caption class="unseen">${caption}</caption><thead><tr><th scope="col">Run</th><th scope="col">State</th><th scope="col">Started</th><th scope="col">Took</th><th scope="col">Read</th><th scope="col">New</th><th scope="col">Changed</th><th scope="col">Deleted</th><th scope="col">Why</th></tr></thead><tbody>${rows}</tbody></table>`;
}

/** A run with the runs of the same shop before and after it. */
export interface ShownRun {
  readonly run: Run;
  readonly before: number | null;
  readonly after: number | null;
  readonly asOf: Date;
}

/** One run: why it ended as it did comes first. */
export function runPage({ run, before, after, asOf }: ShownRun, view: View): Page {
  const { now, href } = view;
  const { symbol, word, tone } = runLook(run, now);
  const title = `${symbol} ${runTitle(run)} ${run.id} ${word}`;
  const silentMs = now.getTime() - run.heartbeatAt.getTime();
  const took = formatDuration((run.finishedAt ?? now).getTime() - run.startedAt.getTime());
  const failing = run.details['failing'] as { reason?: string; since?: string } | undefined;
  return {
    title,
    icon: tone,
    asOf,
    crumbs: [
      { name: run.shop, path: `/shops/${run.shop}` },
      { name: 'Runs', path: `/shops/${run.shop}/runs` },
      { name: String(run.id), path: `/runs/${run.id}` },
    ],
    body: html`<div id="run" data-live data-state="${title}">
<h1>${runTitle(run)} ${run.id} ${runChip(run, now)}</h1>
${run.status === 'running' && html`<p>${actLink({ shop: run.shop, act: 'cancel', about: { run: String(run.id) } }, { label: 'Cancel…', of: `${runTitle(run)} ${run.id}` }, view)}</p>`}
${run.reason !== null && html`<p class="sentence">${withoutPeople(run.reason)}</p>`}
${run.status === 'running' && failing && html`<p class="sentence bad-text">It has been failing: ${withoutPeople(failing.reason ?? '')}</p>`}
<dl class="facts">
<div><dt>Started</dt><dd>${ago(run.startedAt, now)}</dd></div>
<div><dt>${run.finishedAt ? 'Took' : 'Running for'}</dt><dd>${took}</dd></div>
${run.finishedAt ? html`<div><dt>Ended</dt><dd>${ago(run.finishedAt, now)}</dd></div>` : html`<div><dt>Last sign of life</dt><dd>${formatDuration(silentMs)} ago</dd></div>`}
<div><dt>Pages</dt><dd>${count(run.pages)}</dd></div>
</dl>
<h2>Records</h2>
<dl class="facts">${countsOf(run).map(([name, number]) => html`<div><dt>${name}</dt><dd>${count(number)}</dd></div>`)}</dl>
${details(run)}
</div>
<p class="muted">In the log: <code>"run":${run.id}</code> or <code>"runId":${run.id}</code></p>
<nav aria-label="Neighbouring runs"><p>${before !== null && html`<a href="${href(`/runs/${before}`)}">← Run ${before}</a>`} ${after !== null && html`<a href="${href(`/runs/${after}`)}">Run ${after} →</a>`}</p></nav>`,
  };
}

function countsOf(run: Run): [string, number][] {
  const { rowsRead, inserted, updated, unchanged, stale, replaced, revived, tombstoned, erased } = run;
  const all: [string, number][] = [
    ['Read', rowsRead],
    ['New', inserted],
    ['Changed', updated],
    ['Unchanged', unchanged],
  ];
  const seldom: [string, number][] = [
    ['Older than the copy', stale],
    ['Another person under the same id', replaced],
    ['Came back', revived],
    ['Marked as deleted', tombstoned],
    ['Erased', erased],
  ];
  return [...all, ...seldom.filter(([, number]) => number > 0)];
}

/** Numbers and short words that a run left; ids and names, never values of records. */
function details({ details: left }: Run): Html {
  const known = Object.entries(left).filter(([name]) => name !== 'failing');
  if (known.length === 0) return html``;
  const rows = known.map(
    ([name, value]) =>
      html`<div><dt>${capital(name.replaceAll(/([A-Z])/g, ' $1').toLowerCase())}</dt><dd>${shown(value)}</dd></div>`,
  );
  return html`<h2>Details</h2><dl class="facts details">${rows}</dl>`;
}

const longestDetail = 600;

function shown(value: unknown): string {
  const text = withoutPeople(typeof value === 'string' ? value : JSON.stringify(value));
  return text.length > longestDetail ? `${text.slice(0, longestDetail)}…` : text;
}
