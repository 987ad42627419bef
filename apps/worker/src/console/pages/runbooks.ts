import { runbookOf } from '../../alerts/message.ts';
import { alertRules } from '../../alerts/rules.ts';
import { html } from '../html.ts';
import type { Page, View } from '../view.ts';

/** What each alert means and what to do about it, as docs/operations.md says. */
export function runbooksPage({ runbooks, href }: View): Page {
  const names = Object.keys(alertRules);
  return {
    title: 'Runbooks',
    crumbs: [{ name: 'Runbooks', path: '/runbooks' }],
    body: html`<h1>Runbooks</h1>
<p>What each alert means, where to look, what cures it and when it is over.</p>
<nav aria-label="Alerts"><ul>${names.map((name) => html`<li><a href="${runbookHref(href, name)}">${name}</a></li>`)}</ul></nav>
${runbooks}`,
  };
}

/** Where the page has the runbook of an alert. */
export function runbookHref(href: View['href'], alert: string): string {
  return runbookOf({ runbooks: href('/runbooks') }, alert);
}
