import { type Html, html } from '../html.ts';
import type { Page, View } from '../view.ts';
import { clockTime } from '../words.ts';

/** Puts a page into its frame: head, way back, when it was read, who looks. */
export function frame(page: Page, view: View): Html {
  const { href, assets, visitor } = view;
  const frozen = view.query.get('live') === 'off';
  const follows = page.asOf !== undefined && !frozen;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${page.title} · magento-sync</title>
<link rel="stylesheet" href="${href(`/${assets.style}`)}">
<link rel="icon" type="image/svg+xml" href="${href(`/icon-${page.icon ?? 'muted'}.svg`)}">
<script defer src="${href(`/${assets.script}`)}"></script>
${follows && html`<noscript><meta http-equiv="refresh" content="30"></noscript>`}
</head>
<body${follows && html` data-events="${href('/events')}"`}>
<a class="skip" href="#content">Skip to content</a>
<header class="top">
<nav aria-label="Pages"><a class="brand" href="${href('/')}"${view.path === '/' && html` aria-current="page"`}>Shops</a>${(
    page.crumbs ?? []
  ).map(
    ({ name, path }) => html`<span aria-hidden="true"> › </span><a href="${href(path)}">${name}</a>`,
  )}</nav>
${visitor && whoLooks(view)}
</header>
<main id="content" tabindex="-1">
${page.asOf && asOfLine(page.asOf, page.trouble ?? null, frozen, view)}
${page.body}
</main>
<p id="announcement" role="status" class="unseen"></p>
</body>
</html>
`;
}

function whoLooks({ visitor, href }: View): Html {
  if (!visitor?.signedIn) return html`<p class="who">No sign-in: this machine only</p>`;
  return html`<form class="who" method="post" action="${href('/logout')}"><input type="hidden" name="form" value="${visitor.formToken('logout')}"><span>${visitor.person}, ${visitor.role}</span> <button type="submit" class="quiet">Sign out</button></form>`;
}

function asOfLine(asOf: Date, trouble: string | null, frozen: boolean, view: View): Html {
  const other = new URLSearchParams(view.query);
  if (frozen) other.delete('live');
  else other.set('live', 'off');
  const query = other.size > 0 ? `?${other.toString()}` : '';
  return html`<p id="as-of" class="as-of${trouble !== null && ' old'}" data-live data-as-of="${asOf.toISOString()}">As of ${clockTime(asOf)}${trouble !== null && html` · <strong>${trouble}: what follows is old</strong>`} · <span data-live-word>${frozen ? 'stands still' : 'every 30 s'}</span> · <a href="${view.href(view.path)}${query}">${frozen ? 'Follow what happens' : 'Stop live updates'}</a></p>`;
}
