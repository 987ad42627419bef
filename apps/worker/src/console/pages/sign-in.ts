import { html } from '../html.ts';
import type { Page, View } from '../view.ts';

/** What the sign-in asks for, with what was wrong about the last try. */
export function signInPage(
  options: { readonly wrong: string | null; readonly to: string; readonly unencrypted: boolean },
  view: View,
): Page {
  const { wrong, to, unencrypted } = options;
  return {
    status: wrong === null ? 200 : 401,
    title: 'Sign in',
    body: html`<div class="narrow"><h1>Sign in</h1>
${wrong !== null && html`<p class="sentence bad-text" role="alert">${wrong}</p>`}
${unencrypted && html`<p class="warn-text">The way to this page is not encrypted: whoever listens on the network learns the password. Put a proxy with TLS before it and set CONSOLE_URL.</p>`}
<form method="post" action="${view.href('/login')}">
<input type="hidden" name="to" value="${to}">
<p><label for="person">Your name, which stands beside what you do</label><input id="person" name="person" autocomplete="username" maxlength="60" required></p>
<p><label for="password">Password</label><input id="password" name="password" type="password" autocomplete="current-password" required></p>
<p><button type="submit">Sign in</button></p></form></div>`,
  };
}

/** A page that says why there is no page. */
export function refusalPage(status: number, title: string, sentence: string): Page {
  return {
    status,
    title,
    body: html`<div class="narrow"><h1>${title}</h1><p class="sentence">${sentence}</p></div>`,
  };
}
