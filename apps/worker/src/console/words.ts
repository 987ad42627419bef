import { formatDuration } from '../config/duration.ts';
import { type Html, html } from './html.ts';

/** A moment as the page shows it: how long ago, with the moment itself in UTC. */
export function ago(moment: Date | null, now: Date, otherwise = 'never'): Html {
  if (moment === null) return html`${otherwise}`;
  const ms = now.getTime() - moment.getTime();
  const words = ms < 0 ? `in ${formatDuration(-ms)}` : `${formatDuration(ms)} ago`;
  return html`<time datetime="${moment.toISOString()}" title="${utc(moment)}">${words}</time>`;
}

/** `2026-11-26 12:40:10 UTC` */
export function utc(moment: Date): string {
  return `${moment.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** `12:40:10 UTC` */
export function clockTime(moment: Date): Html {
  return html`<time datetime="${moment.toISOString()}" title="${utc(moment)}">${moment.toISOString().slice(11, 19)} UTC</time>`;
}

const grouped = new Intl.NumberFormat('en-US');

/** A number with separated thousands. */
export function count(number: number): string {
  return grouped.format(number);
}

/** `1 record`, `2 records` */
export function counted(number: number, one: string, many = `${one}s`): string {
  return `${count(number)} ${number === 1 ? one : many}`;
}

/** A rate per second, with a digit behind the point where it is small. */
export function rate(perSecond: number): string {
  return `${perSecond < 10 ? perSecond.toFixed(1) : count(Math.round(perSecond))}/s`;
}

/** A text with a capital letter at its beginning. */
export function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** The name of an entity for people. */
export function entityTitle(entity: string): string {
  return entity.replaceAll('_', ' ').replaceAll('-', ' ');
}

/**
 * A sentence from a run or from the shop, without anything that looks like an e-mail address.
 *
 * Shops repeat what they were asked about; who it was about is nobody's business but the record's page.
 */
export function withoutPeople(text: string): string {
  return text.replaceAll(/[^\s@"'<>()[\],;:=]+@[^\s@"'<>()[\],;:]+/g, '[e-mail]');
}
