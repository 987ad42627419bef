import { spawn } from 'node:child_process';

const loader = import.meta.resolve('tsx');

/** The program and its first arguments that run TypeScript from its sources. */
export const tsProgram: readonly [string, ...string[]] = [
  process.execPath,
  '--conditions=source',
  '--import',
  loader,
];

/** Runs a script of a few lines in a process of its own. */
export function runScript(script: string) {
  const [program, ...args] = tsProgram;
  const child = spawn(program, [...args, '--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk) => (stderr += String(chunk)));
  const ended = new Promise<number | string>((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown'));
  });
  const untilReady = new Promise<void>((resolve) => child.stdout.once('data', () => resolve()));
  return { child, ended, untilReady, stderr: () => stderr };
}
