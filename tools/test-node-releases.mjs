// `npm run test:node-releases`: a part of the tests on every Node release that is supported, each fetched by npx from the
// package registry: client and stand-in, migrations and page writer, and the program itself against both.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { install, root } from './install.mjs';

/** The long-term releases; 20 has reached its end of life and still runs. */
const releases = ['20', '22', '24', '26'];

const smoke = [
  'tests/smoke.integration.test.ts',
  'packages/magento-client/src/client.test.ts',
  'packages/magento-client/src/http',
  'packages/db/src/migrate/migrations.integration.test.ts',
  'packages/db/src/copy/write-page.integration.test.ts',
];

function programOf(release) {
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const { stdout, stderr, status } = spawnSync(
    'npx',
    ['--yes', '--package', `${name}@${release}`, '--', 'node', '--print', 'process.execPath'],
    { encoding: 'utf8', shell: process.platform === 'win32' },
  );
  if (status !== 0) throw new Error(`Node ${release} could not be fetched as ${name}:\n${stderr}`);
  return stdout.trim();
}

install();
const moved = smoke.filter((name) => !existsSync(join(root, name)));
if (moved.length > 0) throw new Error(`Not found: ${moved.join(', ')}. Name where these tests are now.`);

let failed = 0;
for (const release of process.argv.length > 2 ? process.argv.slice(2) : releases) {
  const program = programOf(release);
  const version = spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout.trim();
  console.log(`\n— Node ${version}`);
  const { status } = spawnSync(program, [join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...smoke], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status !== 0) failed += 1;
  console.log(`Node ${version}: ${status === 0 ? 'passed' : 'failed'}`);
}
process.exitCode = failed === 0 ? 0 : 1;
