import type { Run } from '@magento-sync/db';
import { formatDuration } from '../../config/duration.ts';
import { type Health, healths } from '../health.ts';
import { type Html, html } from '../html.ts';
import { runLook, runTitle } from '../run-words.ts';
import type { ShopLook } from '../shop-look.ts';
import type { View } from '../view.ts';
import { ago, rate } from '../words.ts';
import { actLink } from './act-link.ts';
import { symbolOf } from './symbols.ts';

/** A state as symbol, word and colour. */
export function chip({ symbol, word, tone }: { symbol: string; word: string; tone: string }): Html {
  return html`<span class="chip ${tone}">${symbolOf(symbol)} ${word}</span>`;
}

/** The health of a shop. */
export function healthChip({ name }: Health): Html {
  return chip(healths[name]);
}

/** The state of a run. */
export function runChip(run: Run, now: Date): Html {
  return chip(runLook(run, now));
}

/** What runs at the moment, and when the next pull is due: beside the health, never instead of it. */
export function activity(look: ShopLook, view: View): Html {
  const { running, backfills, shop } = look;
  const { href, now } = view;
  if (running.length === 0) return html`<span class="muted">${nextPull(look, now)}</span>`;
  return html`<ul class="activity">${running.map((run) => {
    const backfill = run.kind === 'backfill' && backfills.find(({ entity }) => entity === run.entity);
    const far = backfill
      ? html` ${Math.floor(backfill.share * 100)} %${backfill.rowsPerSecond !== null && html`, ${rate(backfill.rowsPerSecond)}`}`
      : html`, ${formatDuration(now.getTime() - run.startedAt.getTime())}`;
    const about = { run: String(run.id) };
    const words = { label: 'Cancel…', of: `${runTitle(run)} ${run.id}` };
    return html`<li>${symbolOf('↻')} <a href="${href(`/runs/${run.id}`)}">${runTitle(run)}</a>${far} ${actLink({ shop: shop.name, act: 'cancel', about }, words, view)}</li>`;
  })}</ul>`;
}

function nextPull({ copy, shop }: ShopLook, now: Date): Html {
  const starts = copy.latestRuns
    .filter(({ kind }) => kind === 'pull')
    .map(({ startedAt }) => startedAt.getTime());
  if (starts.length === 0) return html`nothing runs`;
  const next = new Date(Math.min(...starts) + shop.pullEveryMs);
  return next > now
    ? html`${symbolOf('▸')} next pull ${ago(next, now)}`
    : html`${symbolOf('▸')} next pull is due`;
}
