import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The program and its first argument that run `magento-sync` as it is installed; `buildProgram` comes before. */
export const program: readonly [string, string] = [
  process.execPath,
  join(root, 'apps/worker/bin/magento-sync.js'),
];

/**
 * Builds what has changed since the last build, so that no test starts a stale program.
 *
 * Types that are wrong stop no test: they are printed, the program is written all the same, and `npm test` checks them.
 */
export function buildProgram(): Promise<void> {
  return new Promise((built, failed) => {
    execFile(join(root, 'node_modules/.bin/tsc'), ['-b'], { cwd: root }, (error, stdout) => {
      if (stdout !== '') process.stderr.write(`tsc -b says:\n${stdout}`);
      // A number is an exit code: the compiler ran.
      if (error && typeof error.code !== 'number') failed(error);
      else built();
    });
  });
}
