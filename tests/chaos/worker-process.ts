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
  [node, file]: readonly [string, string] = program,
): Promise<WorkerProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'magento-sync-chaos-'));
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

/** Keeps daemons running, as systemd or Docker would. */
export interface Supervisor extends AsyncDisposable {
  /** Sends SIGKILL to one; `tend` starts it again. */
  killOne(index: number): void;
  /** Restarts those that have ended. */
  tend(): Promise<void>;
  /** Sends SIGTERM to all. Returns who did not end with exit code 0, one sentence each. */
  stop(): Promise<string[]>;
}

/** Starts the given number of daemons. */
export async function superviseDaemons(
  count: number,
  environment: Readonly<Record<string, string>>,
): Promise<Supervisor> {
  const start = () => startWorker(['daemon'], environment);
  const daemons: WorkerProcess[] = [];
  for (let index = 0; index < count; index += 1) daemons.push(await start());
  const tend = async () => {
    for (const [index, daemon] of daemons.entries()) {
      if (daemon.isRunning) continue;
      await daemon[Symbol.asyncDispose]();
      daemons[index] = await start();
    }
  };
  return {
    killOne: (index) => daemons[index % count]?.kill('SIGKILL'),
    tend,
    async stop() {
      for (const daemon of daemons) daemon.kill('SIGTERM');
      const codes = await Promise.all(daemons.map(({ ended }) => ended));
      return daemons.flatMap(({ complaint }, index) =>
        // One that was just killed, or is still loading, has nothing to shut down.
        ['SIGKILL', 'SIGTERM', 0].includes(codes[index] ?? 0)
          ? []
          : [`a daemon did not stop in order (${codes[index]}): ${complaint.trim()}`],
      );
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(daemons.map((daemon) => daemon[Symbol.asyncDispose]()));
    },
  };
}

function endOf(child: ChildProcess): Promise<number | string> {
  return new Promise((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown'));
  });
}
