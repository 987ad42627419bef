import { stringifyJson } from '@magento-sync/exact-json';
import { type ExitCode, exitCodes } from './exit-codes.ts';

/** Where a command writes its result, and whether somebody is looking. */
export interface Output {
  /** Writes a line of the result. */
  line(text: string): void;
  /** Writes one JSON document on a line of its own. */
  json(value: unknown): void;
  /**
   * Writes a line of the result and resolves when it has been handed over to whoever reads.
   *
   * Rejects with an `EPIPE` when nobody reads any more.
   */
  handOver(text: string): Promise<void>;
  /** Writes a line beside the result: progress, warnings, failures. */
  note(text: string): void;
  readonly isTerminal: boolean;
}

/** Results go to standard output, everything else to standard error, so that results can be piped. */
export const processOutput: Output = {
  line: (text) => void process.stdout.write(`${text}\n`),
  json: (value) => void process.stdout.write(`${stringifyJson(value)}\n`),
  handOver: (text) =>
    new Promise((resolve, reject) => {
      process.stdout.write(`${text}\n`, (error) => (error ? reject(error) : resolve()));
    }),
  note: (text) => void process.stderr.write(`${text}\n`),
  isTerminal: process.stderr.isTTY === true,
};

/**
 * Listens to the errors of standard output and standard error, which would end the process otherwise.
 *
 * A reader that has seen enough, `head` for example, is no failure. Anything else, a full disk for example, is one:
 * the function that is returned gives the exit code that it deserves. A daemon goes on without its log.
 */
export function watchOutput(streams: Pick<typeof process, 'stdout' | 'stderr'> = process): () => ExitCode {
  let code: ExitCode = exitCodes.success;
  streams.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || code !== exitCodes.success) return;
    code = exitCodes.failure;
    streams.stderr.write(`magento-sync: The output could not be written: ${error.message}.\n`);
  });
  streams.stderr.on('error', () => undefined);
  return () => code;
}

/** A table of plain text: columns as wide as their widest cell, two blanks between them. */
export function textTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  return [header, ...rows]
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
