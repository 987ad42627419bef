import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@magento-sync/embedded-postgres';
import { expect, onTestFinished } from 'vitest';

/** A PostgreSQL of its own that a test can stop and start again at the same address. */
export interface RestartablePostgres {
  readonly url: string;
  /** Ends it the fast way: connections are cut, the data is kept. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** Starts the server; it is gone when the test ends. */
export async function startRestartablePostgres(): Promise<RestartablePostgres> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'magento-sync-restart-'));
  const { url } = await startEmbeddedPostgres({ dataDirectory });
  onTestFinished(async () => {
    await stopServer(dataDirectory);
    await rm(dataDirectory, { recursive: true, force: true });
  });
  return {
    url,
    stop: () => stopServer(dataDirectory),
    async start() {
      await startEmbeddedPostgres({ dataDirectory, settings: { port: new URL(url).port } });
    },
  };
}

async function stopServer(dataDirectory: string): Promise<void> {
  const pidFile = join(dataDirectory, 'postgres', 'postmaster.pid');
  const [pid] = (await readFile(pidFile, 'utf8').catch(() => '')).split('\n');
  if (!pid) return;
  process.kill(Number(pid), 'SIGINT');
  await expect
    .poll(() => readFile(pidFile).catch(() => 'gone'), { timeout: 45_000, interval: 100 })
    .toBe('gone');
}
