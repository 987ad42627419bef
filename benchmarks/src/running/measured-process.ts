import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What a process cost. */
export interface Cost {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMb: number;
  /** When it ended, in milliseconds since 1970. */
  readonly endedAt: number;
}

/** How a process ended and what it cost; the cost is missing for one that was killed. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly cost: Cost | undefined;
}

/** A running process that is measured. */
export interface MeasuredProcess extends AsyncDisposable {
  readonly ended: Promise<Ended>;
  /** CPU time that it has used so far in seconds; `null` where the system does not tell. */
  cpuSeconds(): Promise<number | null>;
  kill(signal: NodeJS.Signals): void;
}

const usageFile = 'usage.json';
/** Nothing that is measured takes so long: what hangs fails instead. */
const longestMs = 45 * 60_000;
const running = new Set<ChildProcess>();

/** Ends every process that is being measured, for somebody who does not want to wait. */
export function endMeasured(): void {
  for (const child of running) child.kill('SIGKILL');
}
const noteUsage = new URL('note-usage.mjs', import.meta.url).href;

/** Starts a program of Node with nothing but the given environment, in a folder of its own; ends it when it is disposed of. */
export async function startMeasured(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<MeasuredProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'magento-sync-bench-'));
  const startedAt = performance.now();
  const child = spawn(process.execPath, ['--import', noteUsage, ...args], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: folder,
      BENCHMARK_USAGE_FILE: join(folder, usageFile),
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    // Ctrl-C is for the benchmarks, which end what they have started.
    detached: true,
    timeout: longestMs,
    killSignal: 'SIGKILL',
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  const ended = outcomeOf(child, startedAt, folder);
  return {
    ended,
    async cpuSeconds() {
      const stat = await readFile(`/proc/${child.pid}/stat`, 'utf8').catch(() => undefined);
      const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
      return fields ? (Number(fields[11]) + Number(fields[12])) / 100 : null;
    },
    kill: (signal) => void child.kill(signal),
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Where the resolver finds `tsx` from a folder that has none. */
const tsx = import.meta.resolve('tsx');

/** The same for a program in TypeScript, on the sources of our packages. */
export function startMeasuredSource(
  file: URL,
  environment: Readonly<Record<string, string>>,
): Promise<MeasuredProcess> {
  return startMeasured(['--conditions=source', '--import', tsx, fileURLToPath(file)], environment);
}

async function outcomeOf(child: ChildProcess, startedAt: number, folder: string): Promise<Ended> {
  let [stdout, stderr] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    // The end of what it says is what one needs; a daemon may say much.
    stderr = `${stderr}${text}`.slice(-20_000);
  });
  const { code, signal, seconds, endedAt } = await new Promise<{
    code: number | null;
    signal: NodeJS.Signals | null;
    seconds: number;
    endedAt: number;
  }>((resolve, reject) => {
    child.once('error', reject);
    let exited = { seconds: 0, endedAt: 0 };
    child.once('exit', () => {
      exited = { seconds: (performance.now() - startedAt) / 1000, endedAt: Date.now() };
    });
    child.once('close', (exitCode, exitSignal) => resolve({ code: exitCode, signal: exitSignal, ...exited }));
  });
  const text = await readFile(join(folder, usageFile), 'utf8').catch(() => undefined);
  await rm(folder, { recursive: true, force: true });
  if (text === undefined) return { code, signal, stdout, stderr, cost: undefined };
  const { userCPUTime, systemCPUTime, maxRSS } = JSON.parse(text) as NodeJS.ResourceUsage;
  const cost = { seconds, endedAt, cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, peakMb: maxRSS / 1024 };
  return { code, signal, stdout, stderr, cost };
}

/** Waits for a process that has to succeed; throws with its own last words. */
export async function succeeded(title: string, process_: MeasuredProcess): Promise<Ended & { cost: Cost }> {
  const outcome = await process_.ended;
  const { code, signal, stderr, stdout, cost } = outcome;
  if (code === 0 && cost) return { ...outcome, cost };
  const words = (stderr.trim() || stdout.trim()).split('\n').slice(-5).join('\n');
  throw new Error(`${title} ended with ${signal ?? `exit code ${code}`}: ${words}`);
}
