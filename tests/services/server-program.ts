import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const servicesFolder = fileURLToPath(new URL('../../.services', import.meta.url));

/** A server program of the distribution, and where it is found. */
export interface ServerProgram {
  /** Its name on the PATH. */
  readonly name: string;
  /** For people. */
  readonly title: string;
  /** What `--version` begins with. */
  readonly says: string;
  /** Package that is installed as root. */
  readonly installed: string;
  /** Package that is unpacked without root, the program in it, and which of its dependencies are libraries. */
  readonly unpacked: string;
  readonly unpackedPath: string;
  readonly libraries: string;
}

/** A server program with the libraries it needs beside it. */
export interface ServerBinary {
  readonly program: string;
  readonly libraryPath?: string;
}

/**
 * Finds a server: on the PATH, else from the distribution's package, installed as root or unpacked into a private folder
 * without root. Throws with the cure where none of it is possible: tests are never skipped for want of a server.
 */
export async function findServer(wanted: ServerProgram): Promise<ServerBinary> {
  const failures: string[] = [];
  const ways = [onPath, unpackedBefore, installedAsRoot, downloadedAndUnpacked];
  for (const way of ways) {
    try {
      const binary = await way(wanted);
      if (binary && (await answers(binary, wanted))) return binary;
    } catch (error) {
      failures.push(error instanceof Error ? error.message.trim() : String(error));
    }
  }
  throw new Error(
    `The tests need a real ${wanted.title} and could not get one. Install it (Debian and Ubuntu: "apt-get install ` +
      `${wanted.installed}", macOS: "brew install ${wanted.name}") and run them again.` +
      failures.map((failure) => `\n  tried: ${failure}`).join(''),
  );
}

async function answers(binary: ServerBinary, { says }: ServerProgram): Promise<boolean> {
  const { stdout } = await run(binary.program, ['--version'], { env: serverEnvironment(binary) });
  return stdout.startsWith(says);
}

/** Environment in which the binary finds its libraries. */
export function serverEnvironment(binary: ServerBinary): NodeJS.ProcessEnv {
  return binary.libraryPath ? { ...process.env, LD_LIBRARY_PATH: binary.libraryPath } : process.env;
}

async function onPath({ name }: ServerProgram): Promise<ServerBinary | undefined> {
  const { stdout } = await run('sh', ['-c', `PATH="$PATH:/usr/sbin" command -v ${name} || true`]);
  return stdout.trim() ? { program: stdout.trim() } : undefined;
}

function privateFolder({ name }: ServerProgram): string {
  return join(servicesFolder, name);
}

async function unpackedBefore(wanted: ServerProgram): Promise<ServerBinary | undefined> {
  const found = await access(join(privateFolder(wanted), wanted.unpackedPath)).then(
    () => true,
    () => false,
  );
  return found ? unpackedBinary(wanted) : undefined;
}

async function unpackedBinary(wanted: ServerProgram): Promise<ServerBinary> {
  const libraries = join(privateFolder(wanted), 'usr/lib');
  const architectures = await readdir(libraries);
  return {
    // In Debian's package a server may be a link to another program, made absolute; its name decides what it does.
    program: join(privateFolder(wanted), wanted.name),
    libraryPath: architectures.map((name) => join(libraries, name)).join(':'),
  };
}

async function installedAsRoot(wanted: ServerProgram): Promise<ServerBinary | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  // The package starts a service where there is an init system; tests run servers of their own.
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  await run('apt-get', ['update', '-qq'], { env: environment });
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', wanted.installed], {
    env: environment,
  });
  return onPath(wanted);
}

/** The package lists live in the private folder too: without root those of the system can't be brought up to date. */
const unpackScript = `
  set -eu
  cd "$FOLDER"
  mkdir -p lists/partial cache/archives/partial
  APT="-o Dir::State::Lists=$FOLDER/lists -o Dir::Cache=$FOLDER/cache -o APT::Sandbox::User="
  apt-get $APT -qq update
  libraries=$(apt-cache $APT depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks \\
    --no-replaces --no-enhances "$PACKAGE" | grep -E "$LIBRARIES" | grep -vE '^(libc6|libgcc)' | sort -u)
  apt-get $APT -qq download "$PACKAGE" $libraries
  for package in ./*.deb; do dpkg -x "$package" .; done
  ln -s "$PROGRAM" "$NAME"
  rm -rf ./*.deb lists cache
`;

async function downloadedAndUnpacked(wanted: ServerProgram): Promise<ServerBinary | undefined> {
  await mkdir(servicesFolder, { recursive: true });
  const folder = await mkdtemp(`${privateFolder(wanted)}-`);
  const { unpacked, unpackedPath, libraries, name } = wanted;
  const environment = { PACKAGE: unpacked, PROGRAM: unpackedPath, LIBRARIES: libraries, NAME: name };
  try {
    await run('sh', ['-c', unpackScript], { env: { ...process.env, FOLDER: folder, ...environment } });
    await rm(privateFolder(wanted), { recursive: true, force: true });
    await rename(folder, privateFolder(wanted));
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  return unpackedBinary(wanted);
}
