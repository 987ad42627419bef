import { spawn } from 'node:child_process';
import { basename } from 'node:path';
import { EmbeddedPostgresError } from './errors.ts';
import type { ServerAccount } from './server-account.ts';

/** Runs one of PostgreSQL's programs to its end; a non-zero exit throws with what the program said. */
export async function runProgram(
  program: string,
  args: readonly string[],
  account: ServerAccount | undefined,
  workingDirectory: string,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const said: string[] = [];
    // The working directory is one the account can enter: PostgreSQL's programs fail in one they can't read.
    const child = spawn(program, args, {
      ...account,
      cwd: workingDirectory,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, LC_ALL: 'C' },
    });
    child.stdout.on('data', (chunk: Buffer) => said.push(chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => said.push(chunk.toString()));
    child.once('error', (cause) => {
      reject(
        new EmbeddedPostgresError(`${basename(program)} could not be started: ${cause.message}`, { cause }),
      );
    });
    // `exit`, not `close`: the server inherits the pipes and would keep them open.
    child.once('exit', (code, signal) => {
      child.stdout.destroy();
      child.stderr.destroy();
      if (code === 0) resolve();
      else
        reject(
          new EmbeddedPostgresError(
            `${basename(program)} failed (${signal ?? `exit code ${code}`}): ${said.join('').trim()}`,
          ),
        );
    });
  });
}
