import type { Change, RowLife, StoredRecord } from '@magento-sync/db';
import type { Entity, Table } from '@magento-sync/entities';
import { stringifyJson } from '@magento-sync/exact-json';
import { type Html, html } from '../html.ts';
import type { Page, View } from '../view.ts';
import { ago, capital, counted, entityTitle, utc } from '../words.ts';

/** One record of the copy with what happened to it. */
export interface ShownRecord {
  readonly shop: string;
  readonly entity: Entity;
  readonly id: number;
  readonly life: RowLife | undefined;
  readonly stored: StoredRecord | undefined;
  readonly changes: readonly Change[];
}

/** One record: the only page that shows what is known of a person. */
export function recordPage(record: ShownRecord, view: View): Page {
  const { shop, entity, id, life, stored, changes } = record;
  const name = `${capital(entity.record)} ${id}`;
  const known = life !== undefined || changes.length > 0;
  return {
    ...(known ? {} : { status: 404 }),
    title: `${name} of ${shop}`,
    crumbs: [
      { name: shop, path: `/shops/${shop}` },
      { name, path: `/shops/${shop}/records/${entity.name}/${id}` },
    ],
    body: html`<h1>${name}</h1>
<p class="sentence">${life ? lifeOf(life, view) : known ? 'It is no longer in the copy.' : 'The copy never had it.'}</p>
${
  stored &&
  html`<h2>As the copy has it</h2>${rowTable(entity.table, stored.row, `${name}: its row`)}
${entity.children.map((child) => partsOf(child, stored.parts[child.name] ?? []))}`
}
<h2>History</h2>
${changes.length === 0 ? html`<p>No change is recorded.</p>` : html`<ol class="history">${changes.map((change) => changeOf(change, view))}</ol>`}`,
  };
}

function lifeOf({ firstSeenAt, lastSeenAt, deletedAt, erasedAt }: RowLife, { now }: View): Html {
  const came = html`In the copy since ${ago(firstSeenAt, now)}`;
  if (erasedAt) return html`${came}, erased ${ago(erasedAt, now)}: nothing about the person is left.`;
  if (deletedAt) return html`${came}, deleted in the shop, noticed ${ago(deletedAt, now)}.`;
  return html`${came}, last seen in the shop ${ago(lastSeenAt, now)} or up to an hour later.`;
}

function rowTable(
  { columns }: Pick<Table, 'columns'>,
  row: Readonly<Record<string, unknown>>,
  caption: string,
): Html {
  const others = Object.keys(row).filter((column) => !(column in columns));
  const rows = [...Object.keys(columns), ...others].map((column) => {
    const value = row[column];
    const about = columns[column]?.comment;
    return html`<tr><th scope="row">${column}${about !== undefined && html`<span class="about">${about}</span>`}</th><td>${valueOf(value)}</td></tr>`;
  });
  return html`<div class="wide" tabindex="0" role="region" aria-label="${caption}"><table class="record"><caption class="unseen">${caption}</caption><thead class="unseen"><tr><th scope="col">Column</th><th scope="col">Value</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

function partsOf(
  child: Table & { readonly record: string },
  parts: readonly Readonly<Record<string, unknown>>[],
): Html {
  if (parts.length === 0) return html``;
  return html`<details><summary>${counted(parts.length, 'row')} in ${entityTitle(child.name)}</summary>${parts.map((part, index) => rowTable(child, part, `${capital(child.record)} ${index + 1}`))}</details>`;
}

function changeOf(
  { recordedAt, operation, cause, runId, changedFields, oldValues, newValues }: Change,
  { now, href }: View,
): Html {
  const found =
    runId === null ? html`${cause}` : html`<a href="${href(`/runs/${runId}`)}">${cause}, run ${runId}</a>`;
  const fields = changedFields.map(
    (field) =>
      html`<tr><th scope="row">${field}</th><td>${valueIn(oldValues, field)}</td><td>${valueIn(newValues, field)}</td></tr>`,
  );
  const caption = `${capital(operation)} at ${utc(recordedAt)}`;
  return html`<li><p><strong>${capital(operation)}</strong> ${ago(recordedAt, now)}, found by ${found}</p>
${fields.length > 0 && html`<div class="wide" tabindex="0" role="region" aria-label="${caption}"><table><caption class="unseen">${caption}</caption><thead><tr><th scope="col">Field</th><th scope="col">Before</th><th scope="col">After</th></tr></thead><tbody>${fields}</tbody></table></div>`}</li>`;
}

function valueIn(values: Readonly<Record<string, unknown>> | null, field: string): Html {
  if (!values) return html`<span class="muted">not kept</span>`;
  return field in values ? valueOf(values[field]) : html`<span class="muted">none</span>`;
}

const longestValue = 2_000;

function valueOf(value: unknown): Html {
  if (value === null || value === undefined) return html`<span class="muted">null</span>`;
  const text = typeof value === 'string' ? value : stringifyJson(value);
  const cut = text.length > longestValue ? `${text.slice(0, longestValue)}…` : text;
  return html`<bdi class="value">${cut}</bdi>`;
}
