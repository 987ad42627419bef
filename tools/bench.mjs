// `npm run bench -- --quick`: installs what is needed, then hands over to the benchmarks.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { install, root } from './install.mjs';

install();

const bench = spawn(
  process.execPath,
  [
    '--conditions=source',
    '--import',
    'tsx',
    join(root, 'benchmarks', 'src', 'main.ts'),
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: 'inherit' },
);
// Ctrl-C reaches the benchmarks too, as they share our terminal: wait until they have written what was measured.
for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => signal === 'SIGTERM' && bench.kill(signal));
bench.on('exit', (code, signal) => {
  process.exitCode = signal ? 1 : (code ?? 1);
});
