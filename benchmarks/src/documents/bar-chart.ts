import { shown } from '../results.ts';

/** A row of a chart. */
export interface ChartBar {
  readonly label: string;
  readonly value: number;
  /** Ours is drawn in another colour than what it is compared with. */
  readonly isOurs?: boolean;
}

/** What a chart shows. */
export interface Chart {
  readonly title: string;
  readonly unit: string;
  readonly bars: readonly ChartBar[];
  /** Where and when it was measured. */
  readonly note: string;
}

const width = 820;
const labels = 330;
const rowHeight = 30;
const top = 52;

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** Draws horizontal bars as SVG, readable on a light and on a dark page. */
export function barChart({ title, unit, bars, note }: Chart): string {
  const height = top + bars.length * rowHeight + 34;
  const largest = Math.max(...bars.map(({ value }) => value), Number.MIN_VALUE);
  const room = width - labels - 130;
  const rows = bars.map(({ label, value, isOurs }, index) => {
    const y = top + index * rowHeight;
    const length = Math.max(1, Math.round((value / largest) * room));
    return [
      `<text x="${labels - 10}" y="${y + 15}" text-anchor="end">${escaped(label)}</text>`,
      `<rect x="${labels}" y="${y}" width="${length}" height="20" rx="2" fill="${isOurs ? '#d9480f' : '#868e96'}"/>`,
      `<text x="${labels + length + 8}" y="${y + 15}">${escaped(shown(value, unit))}</text>`,
    ].join('\n');
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}" font-family="system-ui, sans-serif" font-size="13" fill="#212529">
<rect width="${width}" height="${height}" fill="#ffffff"/>
<text x="16" y="28" font-size="16" font-weight="600">${escaped(title)}</text>
${rows.join('\n')}
<text x="16" y="${height - 12}" font-size="11" fill="#495057">${escaped(note)}</text>
</svg>
`;
}
