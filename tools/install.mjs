import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Folder of the checkout. */
export const root = fileURLToPath(new URL('..', import.meta.url));

const { packageManager } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

/**
 * Installs what the lock file names, with the pinned package manager fetched by npx: Node and npm are all that a
 * machine needs. Ends the process with a sentence and a non-zero code when that fails.
 */
export function install() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  // The same as `engines.node` of package.json: what the tools of this checkout can run on.
  if (!(major >= 24 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19))) {
    console.error(
      `This checkout needs Node 24 or newer, 22.12 or newer of the 22 line, or 20.19; this is ${process.version}.`,
    );
    process.exit(1);
  }
  const result = spawnSync(
    'npx',
    ['--yes', packageManager, 'install', '--frozen-lockfile', '--prefer-offline', '--reporter=append-only'],
    { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], shell: process.platform === 'win32' },
  );
  if (result.status === 0) return;
  console.error(`${result.stdout ?? ''}${result.stderr ?? ''}`);
  console.error(
    'Installing the dependencies failed; the lines above say why. It needs the npm registry once.',
  );
  process.exit(1);
}
