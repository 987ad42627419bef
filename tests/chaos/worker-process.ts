import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { program } from '../services/program.ts';

/** A `magento-sync` that runs as a process of its own. */
export interface WorkerProcess extends AsyncDisposable {
  /** The exit code, or the name of the signal that ended it. */
  readonly ended: Promise<number | string>;
  readonly isRunning: boolean;
  /** The end of what it wrote to standard error. */
  readonly complaint: string;
  kill(signal: 'SIGTERM' | 'SIGKILL'): void;
}

/** Starts a command of the program as it was built, with nothing but the given environment, in an empty folder. */
export async function startWorker(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<WorkerProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'magento-sync-chaos-'));
  const [node, file] = program;
  const child = spawn(node, [file, ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaint = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaint = `${complaint}${text}`.slice(-2_000);
  });
  const ended = endOf(child);
  return {
    ended,
    get isRunning() {
      return child.exitCode === null && child.signalCode === null;
    },
    get complaint() {
      return complaint;
    },
    kill: (signal) => void child.kill(signal),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function endOf(child: ChildProcess): Promise<number | string> {
  return new Promise((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown'));
  });
}
