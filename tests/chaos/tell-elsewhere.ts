import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What is known of a story or a scene that was told elsewhere. */
export interface Report {
  readonly seed: number;
  /** Broken promises, one sentence each. */
  readonly broken: readonly string[];
}

const program = fileURLToPath(new URL('./simulate.ts', import.meta.url));
const longestMs = 300_000;

/** Where and what to tell. */
export interface Telling {
  /** The program that tells it, of a copy of the sources. */
  readonly source?: string;
  /** Title of a scene; stories are told without one. */
  readonly scene?: string | undefined;
}

/** Tells stories or a scene in a process of their own, of these sources or of a copy of them. */
export async function tellElsewhere(
  postgresUrl: string,
  seeds: readonly number[],
  { source = program, scene }: Telling = {},
): Promise<Report[]> {
  const flags = [
    ...(scene === undefined ? [] : ['--scene', scene]),
    ...seeds.flatMap((seed) => ['--seed', String(seed)]),
  ];
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
    .map((line) => JSON.parse(line) as Report);
  if (reports.length !== seeds.length) {
    throw new Error(
      `Of ${seeds.length} stories or scenes only ${reports.length} came to their end:\n${stderr}`,
    );
  }
  return reports;
}
