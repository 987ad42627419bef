import type { Act } from '@magento-sync/db';
import { type PersonalDataChoice, type Table, treatmentsOf } from '@magento-sync/entities';
import { type Html, html } from '../html.ts';
import type { ShopLook } from '../shop-look.ts';
import type { Page, View } from '../view.ts';
import { count, counted, entityTitle } from '../words.ts';
import { actTable } from './act.ts';

/** What is kept of people, and what was erased. */
export interface PersonalDataLook {
  readonly look: ShopLook;
  /** Erasures that somebody asked for, newest first. */
  readonly erasures: readonly Act[];
  readonly asOf: Date;
  readonly trouble: string | null;
}

const presets: Readonly<Record<PersonalDataChoice['preset'], string>> = {
  all: 'Everything that the shop says of people is read and kept.',
  'no-contact-data':
    'Neither names, addresses, telephone numbers and e-mail addresses nor notes and attributes are read or kept.',
  pseudonymous:
    'Nothing that names somebody is kept; in place of each e-mail address stands a hash under a secret key.',
};

/** The choice by which the copy is written, what that means for each column, and erasures. */
export function personalDataPage({ look, erasures, asOf, trouble }: PersonalDataLook, view: View): Page {
  const { shop, copy } = look;
  const choice = choiceOf(look);
  const path = `/shops/${shop.name}/personal-data`;
  const title = `Personal data of ${shop.name}`;
  const tables = shop.entities.flatMap(({ table, children }) => [table, ...children]);
  return {
    title,
    asOf,
    trouble,
    crumbs: [
      { name: shop.name, path: `/shops/${shop.name}` },
      { name: 'Personal data', path },
    ],
    body: html`<h1>${title}</h1>
<div id="choice" data-live><p class="sentence">${presets[choice.preset]}</p>
<p class="muted">By PERSONAL_DATA=${choice.preset}${choice.keep.length > 0 && html` and PERSONAL_DATA_KEEP=${choice.keep.join(',')}`}, as the copy is written. Another choice rewrites it.</p></div>
<section aria-labelledby="erased-title"><h2 id="erased-title">Erased</h2><div id="erased" data-live>${erasedTable(look)}
<h3>At the request of people</h3>${erasures.length === 0 ? html`<p>Nobody has asked for an erasure.</p>` : actTable(erasures, view)}</div>
${view.visitor?.role === 'operator' && html`<p><a class="button quiet" href="${view.href(`/shops/${shop.name}/erase`)}">Erase somebody…</a></p>`}</section>
<section aria-labelledby="columns-title"><h2 id="columns-title">What is read and kept</h2><p>Of columns that may be about a person; ids, times, sums and states are kept always. In the quarantine, in hints and in the feed stand ids alone; the history follows the columns.</p>
${tables.map((table) => columnsOf(table, choice))}</section>
<p class="muted">${counted(copy.totals.live, 'living row')}, ${count(copy.totals.deleted)} deleted, ${count(copy.totals.erased)} erased.</p>`,
  };
}

/** By which choice the copy is written; one that never heard of any holds everything. */
function choiceOf({ copy }: ShopLook): PersonalDataChoice {
  const stored = copy.capabilities.get('personal_data')?.value as Partial<PersonalDataChoice> | undefined;
  return { preset: stored?.preset ?? 'all', keep: stored?.keep ?? [] };
}

function erasedTable({ copy, shop }: ShopLook): Html {
  const rows = copy.entities.map(
    ({ entity, totals }) =>
      html`<tr><th scope="row">${entityTitle(entity)}</th><td data-label="Erased">${count(totals.erased)}</td><td data-label="Deleted, not erased">${count(totals.deleted - totals.erased)}</td></tr>`,
  );
  return html`<table class="cards"><caption class="unseen">Records of ${shop.name} without personal data</caption><thead><tr><th scope="col">Entity</th><th scope="col">Erased</th><th scope="col">Deleted, not erased</th></tr></thead><tbody>${rows}</tbody></table>`;
}

const words = { kept: 'read and kept', hashed: 'kept as a hash', removed: 'neither read nor kept' } as const;

function columnsOf(table: Table, choice: PersonalDataChoice): Html {
  const treatments = treatmentsOf(table, choice);
  const personal = Object.entries(table.columns).filter(([, { kept }]) => !kept);
  if (personal.length === 0) return html``;
  const kinds = (['removed', 'hashed', 'kept'] as const).map((treatment) => ({
    treatment,
    names: personal.flatMap(([name]) => (treatments[name] === treatment ? [name] : [])),
  }));
  const some = kinds.filter(({ names }) => names.length > 0);
  const summary = some.map(({ treatment, names }) => `${count(names.length)} ${words[treatment]}`).join(', ');
  return html`<details><summary>${entityTitle(table.name)}: ${summary}</summary><dl>${some.map(
    ({ treatment, names }) => html`<dt>${words[treatment]}</dt><dd>${names.join(', ')}</dd>`,
  )}</dl></details>`;
}
