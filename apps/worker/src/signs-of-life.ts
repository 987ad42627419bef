import { createHash } from 'node:crypto';
import { rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const everyMs = 10_000;
/** So long a daemon may be busy with something else before it counts as hung. */
const hungAfterMs = 60_000;

/** The file whose age says whether a daemon of this shop is alive on this machine, or in this container. */
function fileOf(shop: string): string {
  return join(tmpdir(), `magento-sync-${shop}.alive`);
}

/**
 * Touches the file of the shop again and again until it is disposed of.
 *
 * Neither PostgreSQL nor a port is asked: a daemon that waits for either is alive, and starting it again would not help.
 *
 * @param onFailure told once when the file cannot be written, for example on a read-only file system.
 */
export async function showSignsOfLife(
  shop: string,
  onFailure: (error: Error) => void,
): Promise<AsyncDisposable> {
  const file = fileOf(shop);
  let failed = false;
  const touch = () =>
    writeFile(file, `${process.pid}\n`).catch((error: Error) => {
      if (!failed) onFailure(error);
      failed = true;
    });
  await touch();
  const beating = setInterval(() => void touch(), everyMs);
  beating.unref();
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(beating);
      await rm(file, { force: true });
    },
  };
}

/** Under which name the daemon of a file of shops shows itself; no shop can be called so. */
export function signOfShops(path: string): string {
  return `@${createHash('sha256').update(resolve(path)).digest('hex').slice(0, 16)}`;
}

/** Time since a daemon of the shop was last alive here; `undefined` when there is none. */
export async function lastSignOfLifeMs(shop: string): Promise<number | undefined> {
  const found = await stat(fileOf(shop)).catch(() => undefined);
  return found && Date.now() - found.mtimeMs;
}

/** Whether that time is one of a daemon that works. */
export function isAlive(silentMs: number | undefined): boolean {
  return silentMs !== undefined && silentMs < hungAfterMs;
}
