import { type Html, html } from '../html.ts';
import type { View } from '../view.ts';

/** An act on one thing. */
export interface LinkedAct {
  readonly shop: string;
  readonly act: string;
  /** Fields of its form. */
  readonly about: Readonly<Record<string, string>>;
}

/** A link to an act on one thing, for operators; its name says what it is about to those who do not see. */
export function actLink(
  { shop, act, about }: LinkedAct,
  words: { readonly label: string; readonly of: string },
  view: View,
): Html {
  if (view.visitor?.role !== 'operator') return html``;
  const query = new URLSearchParams(about).toString();
  return html`<a href="${view.href(`/shops/${shop}/${act}`)}?${query}">${words.label}<span class="unseen"> ${words.of}</span></a>`;
}
