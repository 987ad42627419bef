import { mkdir, mkdtemp, readdir, readFile, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startEmbeddedPostgres } from '@magento-sync/embedded-postgres';
import pg from 'pg';
import { runWorker } from './worker.ts';

/** Settings of the server, the same for everybody who is measured; what is committed survives a crash. */
export const postgresSettings: Readonly<Record<string, string>> = {
  shared_buffers: '512MB',
  max_wal_size: '4GB',
  checkpoint_timeout: '15min',
  max_connections: '200',
};

/** A real PostgreSQL that nobody else uses. */
export interface BenchPostgres extends AsyncDisposable {
  readonly url: string;
  readonly version: string;
  /** An empty database. */
  createDatabase(name: string): Promise<BenchDatabase>;
  /** A database with the tables of the copy, empty. */
  createCopy(name: string): Promise<BenchDatabase>;
  /** CPU time that the server has used so far in seconds; `null` where the system does not tell. */
  cpuSeconds(): Promise<number | null>;
}

/** A database of the server; disposing of it drops it. */
export interface BenchDatabase extends AsyncDisposable {
  readonly url: string;
  readonly client: pg.Client;
}

/**
 * Does what the server does after a while by itself, so that it does it while nothing is measured: statistics and visibility of
 * the tables, of all of them where none is named, and whatever is still to be written.
 */
export async function settle(
  { client }: Pick<BenchDatabase, 'client'>,
  ...tables: readonly string[]
): Promise<void> {
  await client.query(`vacuum (analyze) ${tables.join(', ')}`);
  await client.query('checkpoint');
}

const folder = fileURLToPath(new URL('../../../.data/benchmarks', import.meta.url));

/** Starts the server on an empty folder of the checkout, which is removed with it. */
export async function startBenchPostgres(): Promise<BenchPostgres> {
  await mkdir(folder, { recursive: true });
  await removeLeftovers();
  const dataDirectory = await mkdtemp(join(folder, 'postgres-'));
  const settings = { ...postgresSettings, ...(await sharedMemorySettings()) };
  const server = await startEmbeddedPostgres({ dataDirectory, settings });
  const admin = await connected(server.url);
  const postmaster = await postmasterPid(admin);
  let template: Promise<string> | undefined;
  const createDatabase = (name: string, like?: string) => create(admin, server.url, name, like);
  return {
    url: server.url,
    version: String((await admin.query('show server_version')).rows[0].server_version),
    createDatabase: (name) => createDatabase(name),
    async createCopy(name) {
      template ??= migratedTemplate(admin, server.url);
      return createDatabase(name, await template);
    },
    cpuSeconds: () => serverCpuSeconds(postmaster),
    async [Symbol.asyncDispose]() {
      // Whoever is still connected was interrupted; the server only stops when nobody uses it.
      await admin.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where backend_type = 'client backend' and pid <> pg_backend_pid()`,
      );
      await admin.end();
      await server.stop();
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}

/** What indexes that are built in parallel share, at the most. */
const enoughSharedBytes = 2 ** 30;

/** Containers have 64 MB of shared memory unless they are told otherwise, over which building an index would fail. */
async function sharedMemorySettings(): Promise<Readonly<Record<string, string>>> {
  if (process.platform !== 'linux') return {};
  const { bavail, bsize } = await statfs('/dev/shm').catch(() => ({ bavail: 0, bsize: 0 }));
  return bavail * bsize >= enoughSharedBytes ? {} : { dynamic_shared_memory_type: 'mmap' };
}

/** Folders of servers that were killed together with the benchmarks: the disk has no room for two. */
async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith('postgres-')) continue;
    const status = await readFile(join(folder, name, 'postgres/postmaster.pid'), 'utf8').catch(() => '');
    const { mtimeMs } = await stat(join(folder, name)).catch(() => ({ mtimeMs: Date.now() }));
    const isYoung = Date.now() - mtimeMs < 3_600_000;
    if (isRunning(Number(status.split('\n')[0])) || (status === '' && isYoung)) continue;
    await rm(join(folder, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch (error) {
    // Somebody else's process.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function create(
  admin: pg.Client,
  serverUrl: string,
  name: string,
  like?: string,
): Promise<BenchDatabase> {
  const url = urlOf(serverUrl, name);
  await admin.query(`drop database if exists ${name} with (force)`);
  await admin.query(`create database ${name}${like ? ` template ${like}` : ''}`);
  const client = await connected(url);
  return {
    url,
    client,
    async [Symbol.asyncDispose]() {
      await client.end();
      await admin.query(`drop database if exists ${name} with (force)`);
    },
  };
}

/** Migrated once by the command that users call. */
async function migratedTemplate(admin: pg.Client, serverUrl: string): Promise<string> {
  const name = 'bench_template';
  await admin.query(`create database ${name}`);
  await runWorker(['migrate'], { shopUrl: 'http://127.0.0.1:9', databaseUrl: urlOf(serverUrl, name) });
  return name;
}

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: 'benchmarks' });
  // Without a listener a connection that breaks would end the process; the next query says what happened.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

function urlOf(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return url.href;
}

async function postmasterPid(admin: pg.Client): Promise<number> {
  const { rows } = await admin.query<{ folder: string }>(
    `select current_setting('data_directory') as folder`,
  );
  const text = await readFile(join(rows[0]?.folder ?? '', 'postmaster.pid'), 'utf8');
  return Number(text.split('\n')[0]);
}

const ticksPerSecond = 100;

/** The server's processes that live, and those that it has waited for. */
async function serverCpuSeconds(postmaster: number): Promise<number | null> {
  if (process.platform !== 'linux') return null;
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  let ticks = 0;
  for (const pid of pids) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    // The name of the program, in parentheses, may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [own, waitedFor] = [fields.slice(11, 13), fields.slice(13, 15)];
    const sum = (numbers: readonly string[]) => numbers.reduce((total, text) => total + Number(text), 0);
    if (Number(pid) === postmaster) ticks += sum(own) + sum(waitedFor);
    else if (Number(fields[1]) === postmaster) ticks += sum(own);
  }
  return ticks / ticksPerSecond;
}
