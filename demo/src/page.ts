import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** A port that nobody uses at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  if (typeof address !== 'object' || !address) throw new Error('No free port was found.');
  return address.port;
}

/** Waits for the page and reads its title, which says how the shop stands. */
export async function pageTitle(page: string, signal: AbortSignal): Promise<string> {
  for (;;) {
    try {
      const text = await (await fetch(page, { signal })).text();
      return /<title>(.*?) · magento-sync<\/title>/.exec(text)?.[1] ?? '';
    } catch {
      await delay(200, undefined, { signal });
    }
  }
}

/** Shows a page to whoever sits there; where that cannot be done, its address was printed. */
export function openInBrowser(page: string): void {
  const opener = { darwin: 'open', win32: 'explorer' }[process.platform as string] ?? 'xdg-open';
  if (opener === 'xdg-open' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']) return;
  const child = spawn(opener, [page], { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}
