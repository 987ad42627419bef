import { execFile } from 'node:child_process';
import { cpus, release, totalmem, type } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Machine } from './results.ts';
import { postgresSettings } from './running/postgres.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));

/** What the figures of a run depend on. */
export async function describeMachine(servers: { postgres: string; redis: string }): Promise<Machine> {
  const git = async (...args: string[]) =>
    run('git', args, { cwd: root }).then(
      ({ stdout }) => stdout.trim(),
      () => '',
    );
  return {
    commit: (await git('rev-parse', 'HEAD')) || 'unknown',
    changed: (await git('status', '--porcelain')) !== '',
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.version,
    ...servers,
    postgresSettings,
  };
}
