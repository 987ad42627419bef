import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { program } from '../../../tests/services/program.ts';
import { runCli } from '../src/cli.ts';

/** A command line that runs as a process of its own. */
export interface CliProcess {
  readonly pid: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Resolves with the exit code, or with the name of the signal that ended the process. */
  readonly ended: Promise<number | string>;
  kill(signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL' | 'SIGSTOP' | 'SIGCONT' | 'SIGHUP'): void;
  /** Resolves when the output contains the text; rejects when the process ends before that. */
  untilOutput(text: string): Promise<void>;
}

/** Runs `magento-sync` as a process of its own, with nothing but the given environment; killed when the test ends. */
export async function startCli(args: string[], environment: Record<string, string>): Promise<CliProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'magento-sync-cli-'));
  const [node, file] = program;
  const child = spawn(node, [file, ...args], {
    // A folder of its own: no `.env` of a developer, no data folder in the way.
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const cli = observe(child);
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await cli.ended;
    await rm(folder, { recursive: true, force: true });
  });
  return cli;
}

/** Runs a command to its end, within this process: for everything but signals. */
export async function runCommand(args: string[], environment: Record<string, string>) {
  const command = startCommand(args, environment);
  const exitCode = await command.ended;
  return { exitCode, stdout: command.stdout, stderr: command.stderr };
}

/** Runs a command that has to end with 0, and returns what it wrote to standard output. */
export async function runSuccessfully(args: string[], environment: Record<string, string>): Promise<string> {
  const { exitCode, stdout, stderr } = await runCommand(args, environment);
  expect(exitCode, stderr).toBe(0);
  return stdout;
}

/** Starts a command within this process: for those that wait for something. */
export function startCommand(
  args: string[],
  environment: Record<string, string>,
): Omit<CliProcess, 'kill' | 'ended' | 'pid'> & { readonly ended: Promise<number> } {
  const listened = listenTo();
  const ended = runCli(args, {
    environment: { LOG_LEVEL: 'silent', ...environment },
    output: {
      line: (text) => listened.hear('stdout', `${text}\n`),
      json: (value) => listened.hear('stdout', `${JSON.stringify(value)}\n`),
      note: (text) => listened.hear('stderr', `${text}\n`),
      handOver: async (text) => listened.hear('stdout', `${text}\n`),
      isTerminal: false,
    },
  });
  return listened.report(ended);
}

/** The address of a daemon's health and metrics, as soon as they are served. */
export async function servedAddress(daemon: CliProcess): Promise<string> {
  await daemon.untilOutput('serving /livez');
  return `http://127.0.0.1:${/"port":([1-9]\d*)/.exec(daemon.stdout)?.[1]}`;
}

/** The address of the page that a daemon serves for people. */
export async function servedPage(daemon: CliProcess): Promise<string> {
  await daemon.untilOutput('serving the page');
  return /"url":"(http[^"]+)"[^\n]*serving the page/.exec(daemon.stdout)?.[1] ?? '';
}

function observe(child: ChildProcess): CliProcess {
  const listened = listenTo();
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]?.setEncoding('utf8').on('data', (text: string) => listened.hear(stream, text));
  }
  const ended = new Promise<number | string>((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown'));
  });
  return Object.assign(listened.report(ended), {
    pid: child.pid ?? 0,
    kill: (signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL' | 'SIGHUP') => void child.kill(signal),
  });
}

/** Remembers what is written and wakes those who wait for a text. */
function listenTo() {
  const output = { stdout: '', stderr: '' };
  const waiting = new Set<() => void>();
  return {
    hear(stream: 'stdout' | 'stderr', text: string): void {
      output[stream] += text;
      for (const look of waiting) look();
    },
    report<Code>(ended: Promise<Code>) {
      return {
        get stdout() {
          return output.stdout;
        },
        get stderr() {
          return output.stderr;
        },
        ended,
        untilOutput(text: string): Promise<void> {
          return new Promise((resolve, reject) => {
            const look = () => {
              if (!`${output.stdout}${output.stderr}`.includes(text)) return;
              waiting.delete(look);
              resolve();
            };
            waiting.add(look);
            look();
            void ended.then((code) =>
              reject(
                new Error(
                  `The process ended (${String(code)}) before it said "${text}":\n${output.stdout}${output.stderr}`,
                ),
              ),
            );
          });
        },
      };
    },
  };
}
