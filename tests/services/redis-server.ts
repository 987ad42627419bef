import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { findServer, type ServerProgram, serverEnvironment } from './server-program.ts';

const redis: ServerProgram = {
  name: 'redis-server',
  title: 'Redis server',
  says: 'Redis server',
  installed: 'redis-server',
  unpacked: 'redis-tools',
  unpackedPath: 'usr/bin/redis-check-rdb',
  libraries: '^(lib|lua)',
};

/** A real Redis server of its own; `kill` ends it the hard way and `restart` brings it back on the same port. */
export interface RedisServer extends AsyncDisposable {
  readonly url: string;
  kill(): Promise<void>;
  /** Lets it hang: connections are taken and nothing is answered. */
  hang(): void;
  /** Ends the hanging. */
  goOn(): void;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts a throw-away Redis on a free loopback port, with the eviction policy that a job queue needs.
 *
 * Settings are those of redis.conf, each with its value, and go over the usual ones.
 */
export async function startRedis(settings: Readonly<Record<string, string>> = {}): Promise<RedisServer> {
  const all = { save: '""', appendonly: 'no', 'maxmemory-policy': 'noeviction', ...settings };
  return startServer(Object.entries(all), [], settings['requirepass']);
}

/** Starts a Sentinel that watches one primary under the given name. */
export async function startSentinel(primary: string, name: string): Promise<RedisServer> {
  const { hostname, port } = new URL(primary);
  return startServer([['sentinel', `monitor ${name} ${hostname} ${port} 1`]], ['--sentinel']);
}

async function startServer(
  settings: readonly (readonly [string, string])[],
  modes: readonly string[],
  password?: string,
): Promise<RedisServer> {
  const binary = await findServer(redis);
  const directory = await mkdtemp(join(tmpdir(), 'magento-sync-redis-'));
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  const file = join(directory, 'redis.conf');
  const all = [['port', String(port)], ['bind', '127.0.0.1'], ['dir', directory], ...settings];
  await writeFile(file, all.map(([setting, value]) => `${setting} ${value}\n`).join(''));
  let server: ChildProcess | undefined;

  const start = async () => {
    server = spawn(binary.program, [file, ...modes], { stdio: 'ignore', env: serverEnvironment(binary) });
    await untilReady(password ? `redis://:${password}@127.0.0.1:${port}` : url, server);
  };
  const kill = async () => {
    const running = server;
    server = undefined;
    if (!running || running.exitCode !== null) return;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    running.kill('SIGKILL');
    await ended;
  };
  const stop = async () => {
    await kill();
    await rm(directory, { recursive: true, force: true });
  };
  await start();
  const hang = () => void server?.kill('SIGSTOP');
  const goOn = () => void server?.kill('SIGCONT');
  return { url, kill, hang, goOn, restart: start, stop, [Symbol.asyncDispose]: stop };
}

async function untilReady(url: string, server: ChildProcess): Promise<void> {
  const client = new Redis(url, { maxRetriesPerRequest: null, retryStrategy: () => 50 });
  // Refused connections are expected until the server listens.
  client.on('error', () => {});
  let onExit: (() => void) | undefined;
  const ended = new Promise<never>((_, reject) => {
    onExit = () => reject(new Error('The Redis server ended before it answered.'));
    server.once('exit', onExit);
  });
  try {
    await Promise.race([client.ping(), ended]);
  } finally {
    if (onExit) server.off('exit', onExit);
    client.disconnect();
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  if (typeof address !== 'object' || !address) throw new Error('No free port was found.');
  return address.port;
}
