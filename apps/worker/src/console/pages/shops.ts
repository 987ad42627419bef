import type { SampledStretch } from '@magento-sync/db';
import { formatDuration } from '../../config/duration.ts';
import { pullToleranceMs } from '../../pull-check.ts';
import { ageChart } from '../charts.ts';
import { type HealthName, healths } from '../health.ts';
import { type Html, html } from '../html.ts';
import type { ShopLook } from '../shop-look.ts';
import type { IconName, Page, View } from '../view.ts';
import { ago, count, counted, entityTitle, withoutPeople } from '../words.ts';
import { activity, healthChip } from './chips.ts';
import { daySpan } from './shop.ts';

/** A shop on the page of all shops, or why nothing is known of it. */
export interface OverviewShop {
  readonly name: string;
  readonly look: ShopLook | null;
  readonly day: readonly SampledStretch[];
}

const order = Object.keys(healths);
const mostSentences = 3;

/** What the page of all shops shows. */
export interface Overview {
  readonly shops: readonly OverviewShop[];
  /** What everybody who looks should know, in one sentence. */
  readonly notice: string | null;
}

/** All shops, those first that need a person most. */
export function shopsPage({ shops, notice }: Overview, asOf: Date, trouble: string | null, view: View): Page {
  const placeOf = ({ look }: OverviewShop) => order.indexOf(look?.health.name ?? 'unknown');
  const sorted = shops.toSorted(
    (one, other) => placeOf(one) - placeOf(other) || one.name.localeCompare(other.name),
  );
  const needing = shops.filter(({ look }) => needsAttention(look?.health.name ?? 'unknown')).length;
  const heading = titleOf(needing, sorted);
  const worst = healths[sorted[0]?.look?.health.name ?? 'unknown'];
  const title = `${worst.symbol} ${heading}`;
  return {
    title,
    icon: worst.tone as IconName,
    asOf,
    trouble,
    body: html`<div id="shops" data-live data-state="${title}">
<h1>${heading}</h1>
${notice !== null && html`<p class="notice"><strong>The file of shops is not taken; what it said before stays in force.</strong> ${withoutPeople(notice)}</p>`}
<ul class="shops">${sorted.map((shop) => shopCard(shop, view))}</ul>
</div>`,
  };
}

function needsAttention(name: HealthName): boolean {
  return !['fresh', 'filling', 'paused'].includes(name);
}

function titleOf(needing: number, shops: readonly OverviewShop[]): string {
  if (shops.length === 0) return 'No shop yet';
  if (shops.length === 1) {
    const [only] = shops;
    const { word } = healths[only?.look?.health.name ?? 'unknown'];
    return `${only?.name}: ${word.toLowerCase()}`;
  }
  if (needing === 0) return `All ${shops.length} shops are well`;
  return `${needing} of ${shops.length} shops ${needing === 1 ? 'needs' : 'need'} attention`;
}

function shopCard({ name, look, day }: OverviewShop, view: View): Html {
  const { href, now } = view;
  const heading = html`<h2><a href="${href(`/shops/${name}`)}">${name}</a></h2>`;
  if (!look) return html`<li class="shop muted-state">${heading}<p>Nothing is known of it yet.</p></li>`;
  const { health, attention, copy, shop } = look;
  const pulled = copy.entities.map(({ pulledAt }) => pulledAt);
  const slowest = pulled.includes(null)
    ? null
    : new Date(Math.min(...pulled.map((at) => at?.getTime() ?? 0)));
  const compared = copy.oldestUnverified?.ageMs;
  return html`<li class="shop ${healths[health.name].tone}">
<div class="shop-state">${heading} ${healthChip(health)}</div>
<p class="sentence">${withoutPeople(health.sentence)}</p>
${attention.length > 0 && html`<ul class="attention">${attention.slice(0, mostSentences).map((sentence) => html`<li>${withoutPeople(sentence)}</li>`)}${attention.length > mostSentences && html`<li><a href="${href(`/shops/${name}`)}">${counted(attention.length - mostSentences, 'more thing')} at ${name}</a></li>`}</ul>`}
<dl class="facts">
<div><dt>Now</dt><dd>${activity(look, view)}</dd></div>
<div><dt>Last pull</dt><dd>${ago(slowest, now)}</dd></div>
${copy.entities.map(({ entity, totals }) => html`<div><dt>${entityTitle(entity)}</dt><dd>${count(totals.live)}</dd></div>`)}
<div><dt>Compared</dt><dd>${compared === undefined ? '–' : compared === null ? 'not every row yet' : `all within ${formatDuration(compared)}`}</dd></div>
</dl>
${ageChart(day, daySpan(now), pullToleranceMs(shop.pullEveryMs))}
</li>`;
}
