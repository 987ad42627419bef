import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const privateFolder = fileURLToPath(new URL('../../.services/redis', import.meta.url));

/** A Redis server program with the libraries it needs beside it. */
export interface RedisBinary {
  readonly program: string;
  readonly libraryPath?: string;
}

/**
 * Finds a Redis server: on the PATH, else from the distribution's package, installed as root or unpacked into a private
 * folder without root. Throws with the cure where none of it is possible: tests are never skipped for want of Redis.
 */
export async function findRedis(): Promise<RedisBinary> {
  const failures: string[] = [];
  const ways = [onPath, unpackedBefore, installedAsRoot, downloadedAndUnpacked];
  for (const way of ways) {
    try {
      const binary = await way();
      if (binary && (await answers(binary))) return binary;
    } catch (error) {
      failures.push(error instanceof Error ? error.message.trim() : String(error));
    }
  }
  throw new Error(
    'The tests need a real Redis server and could not get one. Install it (Debian and Ubuntu: "apt-get install redis-server", ' +
      `macOS: "brew install redis") and run them again.${failures.map((failure) => `\n  tried: ${failure}`).join('')}`,
  );
}

async function answers(binary: RedisBinary): Promise<boolean> {
  const { stdout } = await run(binary.program, ['--version'], { env: redisEnvironment(binary) });
  return stdout.startsWith('Redis server');
}

/** Environment in which the binary finds its libraries. */
export function redisEnvironment(binary: RedisBinary): NodeJS.ProcessEnv {
  return binary.libraryPath ? { ...process.env, LD_LIBRARY_PATH: binary.libraryPath } : process.env;
}

async function onPath(): Promise<RedisBinary | undefined> {
  const { stdout } = await run('sh', ['-c', 'command -v redis-server || true']);
  return stdout.trim() ? { program: stdout.trim() } : undefined;
}

async function unpackedBefore(): Promise<RedisBinary | undefined> {
  const program = join(privateFolder, 'usr/bin/redis-check-rdb');
  const found = await access(program).then(
    () => true,
    () => false,
  );
  return found ? unpackedBinary() : undefined;
}

async function unpackedBinary(): Promise<RedisBinary> {
  const libraries = join(privateFolder, 'usr/lib');
  const architectures = await readdir(libraries);
  return {
    // In Debian's package `redis-server` is a link to this program, made absolute; its name decides what it does.
    program: join(privateFolder, 'redis-server'),
    libraryPath: architectures.map((name) => join(libraries, name)).join(':'),
  };
}

async function installedAsRoot(): Promise<RedisBinary | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  // The package starts a service where there is an init system; tests run servers of their own.
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  await run('apt-get', ['update', '-qq'], { env: environment });
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'redis-server'], {
    env: environment,
  });
  return onPath();
}

/** The package lists live in the private folder too: without root those of the system can't be brought up to date. */
const unpackScript = `
  set -eu
  cd "$FOLDER"
  mkdir -p lists/partial cache/archives/partial
  APT="-o Dir::State::Lists=$FOLDER/lists -o Dir::Cache=$FOLDER/cache -o APT::Sandbox::User="
  apt-get $APT -qq update
  libraries=$(apt-cache $APT depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks \\
    --no-replaces --no-enhances redis-tools | grep -E '^(lib|lua)' | grep -vE '^(libc6|libgcc)' | sort -u)
  apt-get $APT -qq download redis-tools $libraries
  for package in ./*.deb; do dpkg -x "$package" .; done
  ln -s usr/bin/redis-check-rdb redis-server
  rm -rf ./*.deb lists cache
`;

async function downloadedAndUnpacked(): Promise<RedisBinary | undefined> {
  await mkdir(join(privateFolder, '..'), { recursive: true });
  const folder = await mkdtemp(`${privateFolder}-`);
  try {
    await run('sh', ['-c', unpackScript], { env: { ...process.env, FOLDER: folder } });
    await rm(privateFolder, { recursive: true, force: true });
    await rename(folder, privateFolder);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  return unpackedBinary();
}
