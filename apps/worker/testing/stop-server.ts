import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';

/** Ends an embedded PostgreSQL the fast way: connections are cut, the data is kept. */
export async function stopServer(folder: string): Promise<void> {
  const pidFile = join(folder, 'postgres', 'postmaster.pid');
  const [pid] = (await readFile(pidFile, 'utf8').catch(() => '')).split('\n');
  if (!pid) return;
  process.kill(Number(pid), 'SIGINT');
  await expect
    .poll(() => readFile(pidFile).catch(() => 'gone'), { timeout: 45_000, interval: 100 })
    .toBe('gone');
}
