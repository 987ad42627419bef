import { randomBytes } from 'node:crypto';
import { access, chown, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { installedBinaries, type PostgresBinaries, restoreLinks } from './binaries.ts';
import { EmbeddedPostgresError } from './errors.ts';
import { runProgram } from './run-program.ts';
import {
  chooseServerAccount,
  reachableBinaries,
  reachableDirectory,
  type ServerAccount,
} from './server-account.ts';

/** What to start and where its data lives. */
export interface EmbeddedPostgresOptions {
  /** Folder that keeps the data between starts; created when missing. */
  readonly dataDirectory: string;
  /** Another PostgreSQL than the one that comes with this package. */
  readonly binaries?: PostgresBinaries;
  /** Server settings, for example `{ fsync: 'off' }` in tests. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Told in plain sentences what happens. */
  readonly onLog?: (message: string) => void;
}

/** A running server; disposing of it stops the server unless somebody else still uses it. */
export interface EmbeddedPostgres extends AsyncDisposable {
  /** Connection URL of the superuser, password included: never log it. */
  readonly url: string;
  stop(): Promise<void>;
}

interface Cluster {
  readonly directory: string;
  readonly binaries: PostgresBinaries;
  readonly account: ServerAccount | undefined;
}

const superuser = 'postgres';
const passwordFile = 'superuser-password';
/** How long a start may take: the processes of a killed server hold on to its memory for a moment. */
const startDeadlineMs = 20_000;
const startPauseMs = 200;

/**
 * Starts a real PostgreSQL on a free port of the loopback interface, or joins the one that already runs on the folder.
 *
 * The server outlives a killed process and is found again by the next start; whoever stops last shuts it down.
 * Throws `EmbeddedPostgresError` when there are no binaries for this machine or the server doesn't start.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const log = options.onLog ?? (() => {});
  const account = await chooseServerAccount();
  const binaries = options.binaries ?? installedBinaries();
  await restoreLinks(binaries);
  const wanted = resolve(options.dataDirectory);
  const home = await reachableDirectory(wanted, account);
  if (home !== wanted) log(`the embedded PostgreSQL keeps its data in ${home}: ${wanted} is closed to it`);
  const cluster: Cluster = {
    directory: join(home, 'postgres'),
    binaries: await reachableBinaries(binaries, account),
    account,
  };
  if (!(await isInitialised(cluster.directory))) {
    log('creating the embedded PostgreSQL database');
    await initialise(cluster, home);
  }
  const url = await joinOrStart(cluster, options.settings ?? {}, log);
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= stopWhenUnused(cluster, url);
    return stopping;
  };
  return { url, stop, [Symbol.asyncDispose]: stop };
}

async function isInitialised(directory: string): Promise<boolean> {
  return access(join(directory, 'PG_VERSION')).then(
    () => true,
    () => false,
  );
}

/** Builds the database in a folder of its own and renames it into place, so that a crash never leaves half of one. */
async function initialise(cluster: Cluster, home: string): Promise<void> {
  const building = await mkdtemp(join(home, 'initialising-'));
  const password = randomBytes(24).toString('hex');
  const passwordPath = join(home, `password-${randomBytes(6).toString('hex')}`);
  try {
    await writeFile(passwordPath, `${password}\n`, { mode: 0o600 });
    if (cluster.account) {
      await chown(building, cluster.account.uid, cluster.account.gid);
      await chown(passwordPath, cluster.account.uid, cluster.account.gid);
    }
    await runProgram(
      join(cluster.binaries.installation, 'bin', 'initdb'),
      [
        `--pgdata=${building}`,
        `--username=${superuser}`,
        `--pwfile=${passwordPath}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale=C',
      ],
      cluster.account,
      home,
    );
    await rename(passwordPath, join(building, passwordFile));
    await rename(building, cluster.directory);
  } catch (error) {
    // Another process that was quicker is as good as our own success.
    if (!(await isInitialised(cluster.directory))) throw error;
  } finally {
    await rm(passwordPath, { force: true });
    await rm(building, { recursive: true, force: true });
  }
}

async function joinOrStart(
  cluster: Cluster,
  settings: Readonly<Record<string, string>>,
  log: (message: string) => void,
): Promise<string> {
  let lastFailure: unknown;
  for (const deadline = Date.now() + startDeadlineMs; Date.now() < deadline; await delay(startPauseMs)) {
    const running = await runningServer(cluster.directory);
    if (running) return running;
    try {
      await startServer(cluster, settings);
      log('the embedded PostgreSQL is running');
    } catch (error) {
      // The port may be taken by now, another process may be starting the same server, a killed one may not be gone yet.
      lastFailure = error;
    }
  }
  throw new EmbeddedPostgresError(
    `The embedded PostgreSQL in ${cluster.directory} does not start; its own words are in ${join(cluster.directory, 'server.log')}. ` +
      'Set DATABASE_URL to use a PostgreSQL server of your own instead.',
    { cause: lastFailure },
  );
}

async function startServer(cluster: Cluster, settings: Readonly<Record<string, string>>): Promise<void> {
  const serverOptions = Object.entries({
    listen_addresses: '127.0.0.1',
    port: String(await freePort()),
    // Only TCP: a socket path below a deep project folder would be longer than the system allows.
    unix_socket_directories: '',
    ...settings,
  }).map(([name, value]) => `-c ${name}='${value}'`);
  await runProgram(
    join(cluster.binaries.installation, 'bin', 'pg_ctl'),
    [
      'start',
      '--wait',
      '--silent',
      `--pgdata=${cluster.directory}`,
      `--log=${join(cluster.directory, 'server.log')}`,
      `--options=${serverOptions.join(' ')}`,
    ],
    cluster.account,
    cluster.directory,
  );
}

/** URL of the server that runs on the folder and answers, or `undefined`. */
async function runningServer(directory: string): Promise<string | undefined> {
  const status = await readFile(join(directory, 'postmaster.pid'), 'utf8').catch(() => '');
  // Line 4 of postmaster.pid is the port.
  const port = status.split('\n')[3]?.trim();
  if (!port) return undefined;
  const password = (await readFile(join(directory, passwordFile), 'utf8')).trim();
  const url = `postgres://${superuser}:${password}@127.0.0.1:${port}/postgres`;
  try {
    await otherConnections(url);
    return url;
  } catch {
    // A stale file of a killed server, or one that is still starting: `pg_ctl start --wait` tells them apart.
    return undefined;
  }
}

async function otherConnections(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  // A server that goes away while we ask is reported by the query; without a listener it would end the process.
  client.on('error', () => {});
  await client.connect();
  try {
    const { rows } = await client.query<{ others: number }>(
      `select count(*)::int as others from pg_stat_activity
       where backend_type = 'client backend' and pid <> pg_backend_pid()`,
    );
    return rows[0]?.others ?? 0;
  } finally {
    await client.end();
  }
}

async function stopWhenUnused(cluster: Cluster, url: string): Promise<void> {
  const inUse = await otherConnections(url).catch(() => 0);
  if (inUse > 0 || (await runningServer(cluster.directory)) === undefined) return;
  await runProgram(
    join(cluster.binaries.installation, 'bin', 'pg_ctl'),
    ['stop', '--wait', '--silent', '--mode=fast', `--pgdata=${cluster.directory}`],
    cluster.account,
    cluster.directory,
  );
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening, failed) => {
    server.once('error', failed);
    server.listen(0, '127.0.0.1', listening);
  });
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  if (typeof address !== 'object' || !address) throw new EmbeddedPostgresError('No free port was found.');
  return address.port;
}
