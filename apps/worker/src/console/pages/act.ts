import type { Act } from '@magento-sync/db';
import type { ActDefinition, Prepared } from '../act-fields.ts';
import { type Html, html } from '../html.ts';
import type { ShopLook } from '../shop-look.ts';
import type { Page, View } from '../view.ts';
import { ago, capital, entityTitle, withoutPeople } from '../words.ts';
import { chip } from './chips.ts';

/** A page that says what an act will do, and does it when it is sent. */
export function actPage(
  {
    shop,
    act,
    prepared,
    seen,
  }: {
    readonly shop: string;
    readonly act: ActDefinition;
    readonly prepared: Prepared;
    readonly seen: string;
  },
  view: View,
): Page {
  const { title, consequences, fields, button, needsWhy, onlyLooks: looks = false } = prepared;
  const path = `/shops/${shop}/${act.name}`;
  return {
    title,
    crumbs: [
      { name: shop, path: `/shops/${shop}` },
      { name: capital(act.name), path },
    ],
    body: html`<div class="narrow"><h1>${title}</h1>
<ul>${consequences.map((sentence) => html`<li>${withoutPeople(sentence)}</li>`)}</ul>
<form method="${looks ? 'get' : 'post'}" action="${view.href(path)}">
${fields}
${
  !looks &&
  html`<input type="hidden" name="form" value="${view.visitor?.formToken(`${act.name} ${shop}`) ?? ''}"><input type="hidden" name="seen" value="${seen}">
<p><label for="why">Why${needsWhy ? '' : ' (may be left out)'}</label><input id="why" name="why" maxlength="200"${needsWhy && html` required`}></p>`
}
<p><button type="submit">${button}</button> <a class="button quiet" href="${view.href(`/shops/${shop}`)}">Cancel</a></p>
</form></div>`,
  };
}

/** Says that nothing was done because something else was, meanwhile. */
export function changedPage(shop: string, act: ActDefinition, view: View): Page {
  const path = `/shops/${shop}/${act.name}`;
  return {
    status: 409,
    title: 'It changed meanwhile',
    crumbs: [{ name: shop, path: `/shops/${shop}` }],
    body: html`<div class="narrow"><h1>It changed meanwhile</h1><p class="sentence">What the page said when you opened it is no longer so. Nothing was done.</p>
<p><a class="button" href="${view.href(path)}">Look again</a> <a class="button quiet" href="${view.href(`/shops/${shop}`)}">Back to ${shop}</a></p></div>`,
  };
}

/** The buttons of a shop; nothing for those who may only look. */
export function actButtons(look: ShopLook, acts: readonly ActDefinition[], view: View): Html {
  if (view.visitor?.role !== 'operator') return html``;
  const shown = acts.filter(({ name, label }) => label !== undefined && makesSense(name, look));
  return html`<nav aria-label="What can be done" class="buttons">${shown.map(
    ({ name, label }) =>
      html`<a class="button quiet" href="${view.href(`/shops/${look.shop.name}/${name}`)}">${label}</a>`,
  )}</nav>`;
}

function makesSense(act: string, { copy, running, alerts }: ShopLook): boolean {
  if (act === 'acknowledge') return alerts.length > 0;
  if (act === 'resume') return copy.pauses.length > 0;
  if (act === 'cancel') return running.length > 0;
  if (act === 'retry' || act === 'release') return copy.quarantine.length > 0;
  return true;
}

const outcomes: Readonly<Record<Act['outcome'], { symbol: string; word: string; tone: string }>> = {
  begun: { symbol: '↻', word: 'begun', tone: 'busy' },
  asked: { symbol: '↻', word: 'asked', tone: 'busy' },
  done: { symbol: '✓', word: 'done', tone: 'ok' },
  incomplete: { symbol: '!', word: 'incomplete', tone: 'warn' },
  refused: { symbol: '–', word: 'refused', tone: 'muted' },
  failed: { symbol: '✕', word: 'failed', tone: 'bad' },
};

/** Who did what, when and why. */
export function actTable(acts: readonly Act[], { now }: View): Html {
  if (acts.length === 0) return html`<p>Nobody has done anything by hand.</p>`;
  const rows = acts.map(
    ({
      act,
      subject,
      by,
      via,
      why,
      at,
      outcome,
      outcomeText,
    }) => html`<tr><th scope="row">${capital(act)} ${subjectText(subject)}</th>
<td data-label="Who">${withoutPeople(by)}, ${via === 'page' ? 'here' : via}</td><td data-label="When">${ago(at, now)}</td><td data-label="Why">${why === null ? '' : withoutPeople(why)}</td>
<td data-label="Outcome">${chip(outcomes[outcome])} ${outcomeText === null ? '' : withoutPeople(outcomeText)}</td></tr>`,
  );
  return html`<table class="cards"><caption class="unseen">What people did</caption><thead><tr><th scope="col">Act</th><th scope="col">Who</th><th scope="col">When</th><th scope="col">Why</th><th scope="col">Outcome</th></tr></thead><tbody>${rows}</tbody></table>`;
}

function subjectText(subject: Readonly<Record<string, unknown>>): string {
  const { entity, kind, ids, alert } = subject;
  const texts = [entity, kind, alert].filter(
    (each): each is string => typeof each === 'string' && each !== 'all',
  );
  const named = Array.isArray(ids) ? [`${ids.length} ids`] : [];
  return [...texts.map(entityTitle), ...named].join(', ');
}
