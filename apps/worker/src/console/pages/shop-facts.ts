import { queueNames } from '../../jobs/contract.ts';
import { type Html, html } from '../html.ts';
import type { ShopLook } from '../shop-look.ts';
import type { View } from '../view.ts';
import { ago, capital, count, entityTitle, rate as perSecond, withoutPeople } from '../words.ts';

/** Sign-in, what the shop can do, workers and the queue: what a person looks at when something else is wrong. */
export function shopFacts(look: ShopLook, view: View): Html {
  return html`<section aria-labelledby="sign-in-title"><h2 id="sign-in-title">Sign-in</h2><div id="sign-in" data-live>${signIn(look, view)}</div></section>
<section aria-labelledby="queue-title"><h2 id="queue-title">Workers and queue</h2><div id="queue" data-live>${workers(look, view)}${queue(look)}</div></section>
<section aria-labelledby="shop-title"><h2 id="shop-title">What the shop can do</h2><div id="shop-facts" data-live>${capabilities(look, view)}</div></section>`;
}

function signIn({ tokens, failedSignIns }: ShopLook, { now }: View): Html {
  const lives = tokens.map(({ name, obtainedAt, expiresAt }) => {
    const life =
      obtainedAt === null
        ? html`no token is kept here: TOKEN_ENCRYPTION_KEY is not set, or nobody has signed in yet`
        : html`token from ${ago(obtainedAt, now)}, ${expiresAt === null ? 'without an end' : expiresAt > now ? html`ends ${ago(expiresAt, now)}` : html`ended ${ago(expiresAt, now)}; the next request gets a new one`}`;
    return html`<li>${withoutPeople(name)}: ${life}</li>`;
  });
  return html`${failedSignIns.map(({ sentence }) => html`<p class="bad-text">${withoutPeople(sentence)}</p>`)}
${lives.length > 0 ? html`<ul>${lives}</ul>` : html`<p>No login is needed, or none was made yet.</p>`}`;
}

function workers({ workers: living, daemonSeenAt }: ShopLook, { now }: View): Html {
  if (living.length === 0)
    return html`<p>No worker is alive: neither a daemon nor another command. One last reported ${ago(daemonSeenAt, now)}.</p>`;
  const rows = living.map(
    ({
      command,
      host,
      pid,
      startedAt,
      seenAt,
      inFlight,
      places,
      mostPlaces,
      rate,
    }) => html`<tr><th scope="row">${command}</th>
<td data-label="Process">${host} ${pid}</td><td data-label="Started">${ago(startedAt, now)}</td><td data-label="Last seen">${ago(seenAt, now)}</td>
<td data-label="In flight">${inFlight}</td><td data-label="May have">${places} of ${mostPlaces}</td><td data-label="Requests">${perSecond(rate)}</td></tr>`,
  );
  return html`<table class="cards"><caption class="unseen">Workers that are alive</caption><thead><tr><th scope="col">Worker</th><th scope="col">Process</th><th scope="col">Started</th><th scope="col">Last seen</th><th scope="col">In flight</th><th scope="col">May have</th><th scope="col">Requests</th></tr></thead><tbody>${rows}</tbody></table>`;
}

const states = ['waiting', 'active', 'delayed', 'waiting-children', 'failed'];

function queue({ queue: counts }: ShopLook): Html {
  if ('unavailable' in counts) {
    const tone = counts.isStarting ? 'muted' : 'bad-text';
    return html`<p class="${tone}">The queue: ${String(counts.unavailable)}.</p>`;
  }
  const rows = queueNames.map(
    (name) =>
      html`<tr><th scope="row">${name}</th>${states.map((state) => html`<td data-label="${capital(entityTitle(state))}">${count(counts[name][state] ?? 0)}</td>`)}</tr>`,
  );
  return html`<table class="cards"><caption class="unseen">Jobs in the queue</caption><thead><tr><th scope="col">Queue</th>${states.map((state) => html`<th scope="col">${capital(entityTitle(state))}</th>`)}</tr></thead><tbody>${rows}</tbody></table>`;
}

function capabilities({ copy }: ShopLook, { now }: View): Html {
  if (copy.capabilities.size === 0) return html`<p>Not looked at yet.</p>`;
  const rows = [...copy.capabilities].map(
    ([name, { value, probedAt }]) =>
      html`<tr><th scope="row">${entityTitle(name)}</th><td data-label="Value">${withoutPeople(typeof value === 'string' ? value : JSON.stringify(value))}</td><td data-label="Found out">${ago(probedAt, now)}</td></tr>`,
  );
  return html`<table class="cards"><caption class="unseen">What was found out about the shop</caption><thead><tr><th scope="col">What</th><th scope="col">Value</th><th scope="col">Found out</th></tr></thead><tbody>${rows}</tbody></table>`;
}
