import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { spawn } from '@lydell/node-pty';
import { expect, onTestFinished } from 'vitest';
import { program } from '../../../tests/services/program.ts';

/** A command line that runs in a terminal, as a person sees it. */
export interface Terminal {
  /** Where it runs. */
  readonly folder: string;
  /** Everything that was shown so far, without colours and movements. */
  shown(): string;
  /** The same as it was sent. */
  sent(): string;
  /** Waits until a text is shown, after what was waited for before. */
  until(text: string | RegExp): Promise<void>;
  type(keys: string): void;
  kill(signal: 'SIGTERM'): void;
  readonly ended: Promise<number>;
}

const patience = { interval: 20 };

/** Keys as a terminal sends them. */
export const keys = { enter: '\r', ctrlC: '\u0003', down: '\u001B[B', space: ' ' } as const;

/** Runs `magento-sync` in a terminal of its own; killed when the test ends. */
export async function startInTerminal(
  args: string[],
  environment: Record<string, string>,
): Promise<Terminal> {
  const folder = await mkdtemp(join(tmpdir(), 'magento-sync-terminal-'));
  const [node, file] = program;
  const child = spawn(node, [file, ...args], {
    name: 'xterm-256color',
    cols: 160,
    rows: 40,
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', HOME: folder, ...environment },
  });
  let sent = '';
  let seen = 0;
  let hasEnded = false;
  child.onData((data) => {
    sent += data;
  });
  const ended = new Promise<number>((resolve) => {
    child.onExit(({ exitCode }) => {
      hasEnded = true;
      resolve(exitCode);
    });
  });
  onTestFinished(async () => {
    if (!hasEnded) child.kill('SIGKILL');
    await ended;
    await rm(folder, { recursive: true, force: true });
  });
  const shown = () => stripVTControlCharacters(sent);
  return {
    folder,
    shown,
    sent: () => sent,
    ended,
    type: (text) => child.write(text),
    kill: (signal) => child.kill(signal),
    async until(text) {
      const find = () => {
        const later = shown().slice(seen);
        const match = typeof text === 'string' ? later.indexOf(text) : later.search(text);
        if (match < 0 && hasEnded) return 'ended';
        return match >= 0;
      };
      await expect
        .poll(find, { ...patience, message: `${String(text)} in: ${shown().slice(seen)}` })
        .not.toBe(false);
      if (find() === 'ended')
        throw new Error(`The process ended before it showed ${String(text)}:\n${shown()}`);
      const later = shown().slice(seen);
      const at = typeof text === 'string' ? later.indexOf(text) : later.search(text);
      seen += at + 1;
    },
  };
}
