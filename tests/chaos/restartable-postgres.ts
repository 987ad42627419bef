import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startEmbeddedPostgres } from '@magento-sync/embedded-postgres';

/** A real PostgreSQL of its own that can be crashed and comes back at the same address. */
export interface RestartablePostgres extends AsyncDisposable {
  readonly url: string;
  /** Ends it without a shutdown, as a power cut would, and starts it again: it has to recover from its log. */
  crash(): Promise<void>;
}

/** Starts the server; unlike the other servers of the tests this one keeps what it has committed through a crash. */
export async function startRestartablePostgres(): Promise<RestartablePostgres> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'magento-sync-chaos-postgres-'));
  const settings = { max_connections: '200' };
  const server = await startEmbeddedPostgres({ dataDirectory, settings });
  const port = new URL(server.url).port;
  const stop = async (signal: 'SIGQUIT' | 'SIGINT') => {
    const file = join(dataDirectory, 'postgres', 'postmaster.pid');
    const pid = Number((await readFile(file, 'utf8')).split('\n')[0]);
    process.kill(pid, signal);
    while (isAlive(pid)) await delay(20);
  };
  return {
    url: server.url,
    async crash() {
      await stop('SIGQUIT');
      await startEmbeddedPostgres({ dataDirectory, settings: { ...settings, port } });
    },
    async [Symbol.asyncDispose]() {
      await stop('SIGINT');
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
