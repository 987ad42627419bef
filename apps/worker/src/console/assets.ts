import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Html } from './html.ts';

/** A file that pages load; its name holds its digest, so that a browser may keep it for ever. */
export interface Asset {
  readonly name: string;
  readonly type: string;
  readonly text: string;
}

/** The style and the script of the pages, and the runbooks that stand on one. */
export interface Assets {
  readonly style: Asset;
  readonly script: Asset;
  readonly runbooks: Html;
}

/** Reads them; they are sent as they lie there, nothing is built. */
export async function readAssets(): Promise<Assets> {
  const read = async (file: string, type: string): Promise<Asset> => {
    const text = await readFile(new URL(`../../assets/${file}`, import.meta.url), 'utf8');
    const digest = createHash('sha256').update(text).digest('hex').slice(0, 12);
    return { name: file.replace('.', `-${digest}.`), type, text };
  };
  return {
    style: await read('console.css', 'text/css; charset=utf-8'),
    script: await read('console.js', 'text/javascript; charset=utf-8'),
    // Our own document, rendered when it was written.
    runbooks: new Html((await read('runbooks.html', 'text/html; charset=utf-8')).text),
  };
}

const icons: Readonly<Record<string, readonly [color: string, symbol: string]>> = {
  ok: ['#1a7035', '✓'],
  warn: ['#8a5300', '!'],
  bad: ['#b3261e', '✕'],
  busy: ['#0b5cad', '◔'],
  paused: ['#6b3fa0', '‖'],
  muted: ['#57606a', '?'],
};

/** The symbol of a state for the tab of a browser; undefined for a name that is none. */
export function iconOf(name: string): string | undefined {
  const icon = Object.hasOwn(icons, name) ? icons[name] : undefined;
  if (!icon) return undefined;
  const [color, symbol] = icon;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><circle cx="16" cy="16" r="16" fill="${color}"/><text x="16" y="23" font-size="20" font-family="sans-serif" font-weight="bold" text-anchor="middle" fill="#fff">${symbol}</text></svg>`;
}
