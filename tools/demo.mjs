// `npm run demo`: installs what is needed, then hands over to the demonstration itself.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { install, root } from './install.mjs';

console.log('Installing dependencies (the first time takes a minute) …');
install();

const demo = spawn(
  process.execPath,
  ['--conditions=source', '--import', 'tsx', join(root, 'demo', 'src', 'main.ts')],
  { cwd: root, stdio: 'inherit' },
);
// Ctrl-C reaches the demonstration too, as it shares our terminal: wait for it to end cleanly.
for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => signal === 'SIGTERM' && demo.kill(signal));
demo.on('exit', (code, signal) => {
  process.exitCode = signal ? 1 : (code ?? 1);
});
