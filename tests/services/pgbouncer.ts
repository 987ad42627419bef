import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findServer, type ServerProgram, serverEnvironment } from './server-program.ts';

const pgbouncer: ServerProgram = {
  name: 'pgbouncer',
  title: 'pgbouncer',
  says: 'PgBouncer',
  installed: 'pgbouncer',
  unpacked: 'pgbouncer',
  unpackedPath: 'usr/sbin/pgbouncer',
  libraries: '^lib(c-ares|event|pam0|ssl|systemd|audit1|cap|gcrypt|gpg-error|lz4|lzma|zstd)',
};

/** How the pooler hands out the connections of the server. */
export interface PgbouncerOptions {
  readonly mode: 'session' | 'transaction' | 'statement';
  /** Connections of the server that a user has at a database. */
  readonly poolSize?: number;
  /** Further lines of its configuration. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A pgbouncer of its own in front of a PostgreSQL; whoever asks it comes in as the user of `serverUrl`. */
export interface Pgbouncer extends AsyncDisposable {
  /** The address of the same database through the pooler. */
  readonly url: string;
}

/** Starts a pooler in front of the database that a URL names; throws when there is none to be had. */
export async function startPgbouncer(serverUrl: string, options: PgbouncerOptions): Promise<Pgbouncer> {
  const binary = await findServer(pgbouncer);
  const server = new URL(serverUrl);
  const folder = await mkdtemp(join(tmpdir(), 'magento-sync-pgbouncer-'));
  const port = await freePort();
  const configuration = join(folder, 'pgbouncer.ini');
  const database = server.pathname.slice(1);
  const general = {
    listen_addr: '127.0.0.1',
    listen_port: String(port),
    unix_socket_dir: '',
    auth_type: 'any',
    pool_mode: options.mode,
    default_pool_size: String(options.poolSize ?? 20),
    max_client_conn: '100',
    ...options.settings,
  };
  await writeFile(
    configuration,
    `[databases]\n${database} = host=${server.hostname} port=${server.port} dbname=${database} ` +
      `user=${server.username} password=${server.password}\n[pgbouncer]\n${Object.entries(general)
        .map(([name, value]) => `${name} = ${value}\n`)
        .join('')}`,
  );
  // It refuses to run as root and changes to this user, who has to be able to read.
  await chmod(folder, 0o755);
  const asUser = process.getuid?.() === 0 ? ['--user', 'nobody'] : [];
  const pooler = spawn(binary.program, [...asUser, '--quiet', configuration], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: serverEnvironment(binary),
  });
  await untilListening(pooler, port);
  const url = new URL(serverUrl);
  url.host = `127.0.0.1:${port}`;
  return {
    url: url.href,
    async [Symbol.asyncDispose]() {
      const ended = new Promise((resolve) => pooler.once('exit', resolve));
      pooler.kill('SIGKILL');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function untilListening(server: ChildProcess, port: number): Promise<void> {
  let said = '';
  server.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  while (server.exitCode === null) {
    const listens = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
    if (listens) return;
    await delay(20);
  }
  throw new Error(`pgbouncer ended before it listened: ${said}`);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  if (typeof address !== 'object' || !address) throw new Error('No free port was found.');
  return address.port;
}
