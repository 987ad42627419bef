import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const entry = fileURLToPath(new URL('../../apps/worker/src/main.ts', import.meta.url));

/** Starts `magento-sync` as a process of its own, the way a user would. */
export function startWorker(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  output: 'inherit' | 'ignore',
): ChildProcess {
  return spawn(process.execPath, ['--conditions=source', '--import', 'tsx', entry, ...args], {
    stdio: ['ignore', output, 'inherit'],
    env: { ...process.env, ...environment },
    // Its own process group: Ctrl-C is passed on by the demonstration, once, and not by the terminal as well.
    detached: true,
  });
}

/** Waits for the process to end and returns its exit code; a signal counts as 1. */
export async function exitCode(child: ChildProcess): Promise<number> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode ?? 1;
}

/** Asks the process to end in good order and waits until it has. */
export async function stopWorker(child: ChildProcess): Promise<number> {
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
  return exitCode(child);
}
