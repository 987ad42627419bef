import { type Html, html } from '../html.ts';

/** Drawn, because not every machine has a font with these signs. */
const paths: Readonly<Record<string, string>> = {
  '✕': 'M3 3L13 13M13 3L3 13',
  '!': 'M8 2V9.5M8 12.5V14',
  '?': 'M5 5.5C5 1.5 11 1.5 11 5.5C11 8 8 7.5 8 10M8 12.5V14',
  '◔': 'M8 2A6 6 0 1 0 14 8M8 8V2M8 8H14',
  '‖': 'M5.5 3V13M10.5 3V13',
  '✓': 'M2.5 8.5L6.5 12.5L13.5 3.5',
  '↻': 'M13 8A5 5 0 1 1 11 4M11 1V4.5H7.5',
  '–': 'M3 8H13',
  '▸': 'M5.5 3L11 8L5.5 13',
};

/** A symbol before a word; the word says the same to those who do not see it. */
export function symbolOf(sign: string): Html {
  return html`<svg class="symbol" aria-hidden="true" focusable="false" viewBox="0 0 16 16"><path d="${paths[sign] ?? ''}"/></svg>`;
}
