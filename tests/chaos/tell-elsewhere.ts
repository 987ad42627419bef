import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { StoryReport } from './simulation.ts';

const program = fileURLToPath(new URL('./simulate.ts', import.meta.url));
const longestMs = 300_000;

/** Tells stories in a process of their own, of these sources or of a copy of them. */
export async function tellElsewhere(
  postgresUrl: string,
  seeds: readonly number[],
  source: string = program,
): Promise<StoryReport[]> {
  const flags = seeds.flatMap((seed) => ['--seed', String(seed)]);
  const args = ['--conditions=source', '--import', import.meta.resolve('tsx'), source, '--postgres-url'];
  const { stdout, stderr } = await new Promise<{ stdout: string; stderr: string }>((resolve) => {
    execFile(
      process.execPath,
      [...args, postgresUrl, ...flags],
      { timeout: longestMs, maxBuffer: 64 * 1_024 * 1_024 },
      // A broken promise is an exit code, and what was printed is the answer all the same.
      (_error, out, err) => resolve({ stdout: out, stderr: err }),
    );
  });
  const reports = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as StoryReport);
  if (reports.length !== seeds.length) {
    throw new Error(`Of ${seeds.length} stories only ${reports.length} were told to their end:\n${stderr}`);
  }
  return reports;
}
