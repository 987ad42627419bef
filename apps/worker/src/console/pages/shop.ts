import type { Run, SampledStretch } from '@magento-sync/db';
import { formatDuration } from '../../config/duration.ts';
import type { CopiedState } from '../../copy-state.ts';
import { acknowledgedSentence } from '../../operations/acknowledge.ts';
import { pullToleranceMs } from '../../pull-check.ts';
import type { ActDefinition } from '../act-fields.ts';
import { ageChart, type ChartSpan, chartTable, rowsChart, runStrip } from '../charts.ts';
import { healths } from '../health.ts';
import { type Html, html } from '../html.ts';
import type { ShopLook } from '../shop-look.ts';
import type { IconName, Page, View } from '../view.ts';
import { ago, count, counted, entityTitle, rate, withoutPeople } from '../words.ts';
import { actButtons, actTable } from './act.ts';
import { actLink } from './act-link.ts';
import { activity, healthChip } from './chips.ts';
import { runbookHref } from './runbooks.ts';
import { runTable } from './runs.ts';
import { shopFacts } from './shop-facts.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** Charts of one shop: the last day in steps of five minutes, the last week in hours. */
export interface ShopCharts {
  readonly day: readonly SampledStretch[];
  readonly week: readonly SampledStretch[];
}

/** The last 24 hours. */
export function daySpan(now: Date): ChartSpan {
  return spanOf(now, dayMs, 5 * minuteMs, 'day');
}

/** The last seven days. */
export function weekSpan(now: Date): ChartSpan {
  return spanOf(now, 7 * dayMs, hourMs, 'week');
}

function spanOf(now: Date, ms: number, everyMs: number, word: string): ChartSpan {
  const to = Math.floor(now.getTime() / everyMs) * everyMs;
  return { from: new Date(to - ms), to: new Date(to + everyMs), everyMs, word };
}

/** One shop. */
export function shopPage(
  look: ShopLook,
  charts: ShopCharts,
  acts: readonly ActDefinition[],
  asOf: Date,
  trouble: string | null,
  view: View,
): Page {
  const { shop, health, baseUrl, copy } = look;
  const { symbol, word, tone } = healths[health.name];
  const title = `${symbol} ${shop.name}: ${word.toLowerCase()}`;
  return {
    title,
    icon: tone as IconName,
    asOf,
    trouble,
    crumbs: [{ name: shop.name, path: `/shops/${shop.name}` }],
    body: html`<div id="state" data-live data-state="${title}" class="state ${tone}">
<h1><bdi>${shop.name}</bdi> ${healthChip(health)}</h1>
<p class="sentence">${withoutPeople(health.sentence)}</p>
${look.attention.length > 0 && html`<h2>Needs attention</h2><ul class="attention">${look.attention.map((sentence) => html`<li>${withoutPeople(sentence)}</li>`)}</ul>`}
<p class="muted">${baseUrl ?? 'not read yet'} · pull every ${formatDuration(shop.pullEveryMs)} · every row compared within ${formatDuration(shop.sweepPeriodMs)}</p>
</div>
<div id="alerts" data-live>${alerts(look, view)}</div>
<div id="buttons" data-live>${actButtons(look, acts, view)}</div>
<section aria-labelledby="now-title"><h2 id="now-title">Now</h2><div id="now" data-live>${activity(look, view)}${backfills(look)}</div></section>
<section aria-labelledby="entities-title"><h2 id="entities-title">What is copied</h2><div id="entities" data-live>${entityTable(copy.entities, look, view)}</div></section>
<section aria-labelledby="charts-title"><h2 id="charts-title">Age and throughput</h2><div id="charts" data-live>${chartsOf(look, charts, view)}</div></section>
<section aria-labelledby="runs-title"><h2 id="runs-title">Runs</h2><div id="runs" data-live>${strips(look.recent, view)}${runTable(look.recent.slice(0, 10), `The latest runs of ${shop.name}`, view)}<p><a href="${view.href(`/shops/${shop.name}/runs`)}">All runs of ${shop.name}</a></p></div></section>
<section aria-labelledby="acts-title"><h2 id="acts-title">Done by hand</h2><div id="acts" data-live>${actTable(look.acts, view)}</div></section>
<section aria-labelledby="aside-title"><h2 id="aside-title">Quarantine</h2><div id="aside" data-live>${quarantine(look, view)}</div></section>
<section aria-labelledby="feed-title"><h2 id="feed-title">Feed and hints</h2><div id="feed" data-live>${feed(look, view)}</div></section>
${shopFacts(look, view)}
<section aria-labelledby="people-title"><h2 id="people-title">Personal data</h2><p><a href="${view.href(`/shops/${shop.name}/personal-data`)}">What is kept of people, and what was erased</a></p></section>
<section aria-labelledby="record-title"><h2 id="record-title">Look up a record</h2>
<form method="get" action="${view.href(`/shops/${shop.name}/records`)}" class="line">
<label>What <select name="entity">${shop.entities.map(({ name }) => html`<option value="${name}">${entityTitle(name)}</option>`)}</select></label>
<label>Id <input name="id" inputmode="numeric" pattern="[1-9][0-9]{0,14}" required size="10"></label>
<button type="submit">Show</button></form></section>`,
  };
}

/** What was told to people elsewhere and goes on; under it what follows from it, and who looks after it. */
function alerts({ alerts: open, followingAlerts }: ShopLook, { now, href }: View): Html {
  if (open.length === 0) return html``;
  return html`<h2>Alerts that go on</h2><ul class="attention">${open.map((alert) => {
    const { key, name, severity, summary, cure, firingSince } = alert;
    const acknowledged = acknowledgedSentence(alert, now);
    const following = followingAlerts.filter(({ follows }) => follows === key);
    return html`<li><strong>${name}</strong> (${severity}, since ${ago(firingSince, now)}${acknowledged !== null && html`; ${withoutPeople(acknowledged)}`}): ${withoutPeople(summary)} ${withoutPeople(cure)} <a href="${runbookHref(href, name)}">What to do about ${name}</a>${following.length > 0 && html`<ul>${following.map((each) => html`<li>${each.name}: ${withoutPeople(each.summary)}</li>`)}</ul>`}</li>`;
  })}</ul>`;
}

function backfills({ backfills: all }: ShopLook): Html {
  return html`${all.map(({ entity, share, ranges, rowsRead, rowsPerSecond, leftMs }) => {
    const percent = Math.floor(share * 100);
    const total = ranges.done + ranges.withGaps + ranges.left;
    const pace =
      rowsPerSecond === null
        ? ''
        : ` · ${rate(rowsPerSecond)}${leftMs === null ? '' : `, about ${formatDuration(leftMs)} left`}`;
    return html`<div class="backfill"><p><strong>Backfill of ${entityTitle(entity)}: ${percent} %</strong> · ${count(ranges.done)} of ${counted(total, 'range')}${ranges.withGaps > 0 && html`, ${ranges.withGaps} with gaps`} · ${counted(rowsRead, 'record')} read${pace}</p>
<progress max="100" value="${percent}" aria-label="Backfill of ${entityTitle(entity)}">${percent} %</progress></div>`;
  })}`;
}

function entityTable(entities: readonly CopiedState[], { copy, shop }: ShopLook, { now }: View): Html {
  const rows = entities.map((state) => {
    const { entity, totals, backfill, pulledAt, watermark, oldestUnverified } = state;
    const aside = copy.quarantine.filter((each) => each.entity === entity).length;
    const sweep = copy.sweeps.find((each) => each.entity === entity);
    const filled = backfill
      ? backfill.completedAt
        ? 'complete'
        : `${backfill.ranges - backfill.rangesLeft} of ${backfill.ranges} ranges`
      : 'not begun';
    const compared =
      oldestUnverified === null
        ? '–'
        : oldestUnverified.ageMs === null
          ? 'not every row yet'
          : `all within ${formatDuration(oldestUnverified.ageMs)}`;
    const pass =
      sweep && !sweep.completedAt && sweep.upToId
        ? `, pass at ${Math.min(100, Math.floor((sweep.position / sweep.upToId) * 100))} %`
        : '';
    return html`<tr><th scope="row">${entityTitle(entity)}</th>
<td data-label="Rows">${count(totals.live)}</td><td data-label="Deleted">${count(totals.deleted)}${totals.erased > 0 && html` (${count(totals.erased)} erased)`}</td>
<td data-label="Last pull">${ago(pulledAt, now)}</td><td data-label="Watermark">${watermark === null ? 'none' : html`<span class="number">${watermark} UTC</span>`}</td>
<td data-label="Backfill">${filled}</td><td data-label="Compared">${compared}${pass}</td><td data-label="Quarantine">${count(aside)}</td></tr>`;
  });
  return html`<table class="cards"><caption class="unseen">What is copied of ${shop.name}</caption>
<thead><tr><th scope="col">Entity</th><th scope="col">Rows</th><th scope="col">Deleted</th><th scope="col">Last pull</th><th scope="col">Watermark</th><th scope="col">Backfill</th><th scope="col">Compared</th><th scope="col">Quarantine</th></tr></thead><tbody>${rows}</tbody></table>`;
}

function chartsOf({ shop }: ShopLook, { day, week }: ShopCharts, view: View): Html {
  const limit = pullToleranceMs(shop.pullEveryMs);
  const asTable = view.query.get('table') === '1';
  const other = new URLSearchParams(view.query);
  if (asTable) other.delete('table');
  else other.set('table', '1');
  const query = other.size > 0 ? `?${other.toString()}` : '';
  const days = daySpan(view.now);
  const weeks = weekSpan(view.now);
  const figures = [
    { title: 'Age of the last pull, 24 hours', chart: ageChart(day, days, limit) },
    { title: 'Records read an hour, 24 hours', chart: rowsChart(day, days, hourMs) },
    { title: 'Age of the last pull, 7 days', chart: ageChart(week, weeks, limit) },
    { title: 'Records read in 6 hours, 7 days', chart: rowsChart(week, weeks, 6 * hourMs) },
  ];
  return html`<div class="charts">${figures.map(({ title, chart }) => html`<figure><figcaption>${title}</figcaption>${chart}</figure>`)}</div>
<p class="muted">The dashed line is the limit, ${formatDuration(limit)}: above it the shop is not syncing. Darker parts of bars are records that were new, changed or deleted. <a href="${view.href(view.path)}${query}">${asTable ? 'Hide the tables' : 'Show as tables'}</a></p>
${asTable && html`${chartTable(day, days, hourMs)}${chartTable(week, weeks, dayMs / 4)}`}`;
}

function strips(recent: readonly Run[], { href, now }: View): Html {
  const kinds = [...new Set(recent.map(({ kind }) => kind))].toSorted();
  return html`<div class="strips">${kinds.map((kind) =>
    runStrip(
      entityTitle(kind),
      recent.filter((run) => run.kind === kind),
      href,
      now,
    ),
  )}</div>`;
}

const mostAside = 50;

function quarantine({ copy, shop }: ShopLook, view: View): Html {
  const { quarantine: all } = copy;
  if (all.length === 0) return html`<p>No record is set aside.</p>`;
  const { now, href } = view;
  const isOperator = view.visitor?.role === 'operator';
  const rows = all.slice(0, mostAside).map(
    ({ entity, id, attempts, firstFailedAt, nextAttemptAt, reportId, reason }) => html`<tr>
<th scope="row"><a href="${href(`/shops/${shop.name}/records/${entity}/${id}`)}">${entityTitle(entity)} ${id}</a></th><td data-label="Reason">${withoutPeople(reason)}</td>
<td data-label="Report ID">${reportId ?? '–'}</td><td data-label="Since">${ago(firstFailedAt, now)}</td><td data-label="Tried">${counted(attempts, 'time')}</td><td data-label="Next try">${nextAttemptAt > now ? ago(nextAttemptAt, now) : 'due'}</td>${isOperator && html`<td data-label="Do">${asideLinks(shop.name, entity, id, view)}</td>`}</tr>`,
  );
  return html`<table class="cards"><caption>${counted(all.length, 'record')} that the shop cannot serve; give the Report IDs to its developers</caption>
<thead><tr><th scope="col">Record</th><th scope="col">Reason</th><th scope="col">Report ID</th><th scope="col">Since</th><th scope="col">Tried</th><th scope="col">Next try</th>${isOperator && html`<th scope="col">Do</th>`}</tr></thead><tbody>${rows}</tbody></table>
${all.length > mostAside && html`<p>And ${count(all.length - mostAside)} more; <code>magento-sync status --json</code> lists all.</p>`}`;
}

function asideLinks(shop: string, entity: string, id: number, view: View): Html {
  const about = { entity, ids: String(id) };
  const of = `${entityTitle(entity)} ${id}`;
  return html`${actLink({ shop, act: 'retry', about }, { label: 'Try…', of }, view)} ${actLink({ shop, act: 'release', about }, { label: 'Release…', of }, view)}`;
}

function feed({ copy, hintsOpen }: ShopLook, { now }: View): Html {
  const hints = html`<p>${counted(hintsOpen, 'hint')} open.</p>`;
  if (copy.consumers.length === 0) return html`<p>Nobody follows the feed.</p>${hints}`;
  const rows = copy.consumers.map(
    ({ consumer, position, behind, updatedAt }) =>
      html`<tr><th scope="row">${consumer}</th><td data-label="Behind">${count(behind)}</td><td data-label="Last read">${ago(updatedAt, now)}</td><td data-label="Position">${String(position)}</td></tr>`,
  );
  return html`<table class="cards"><caption class="unseen">Consumers of the feed</caption><thead><tr><th scope="col">Consumer</th><th scope="col">Behind</th><th scope="col">Last read</th><th scope="col">Position</th></tr></thead><tbody>${rows}</tbody></table>${hints}`;
}
