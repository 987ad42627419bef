import { writeSync } from 'node:fs';
import type { Environment } from './config/environment.ts';
import { exitCodes } from './exit-codes.ts';
import { describeFailure } from './failure.ts';
import { createLogger } from './logger.ts';

/**
 * Ends the process in one sentence, with the stack in the log and exit code 1, on an error that nobody listened to.
 *
 * What the process would do after it is not known, so it does nothing more; the next start goes on from the checkpoints.
 */
export function endOnDefect(environment: Environment): void {
  const end = (error: unknown) => {
    try {
      writeToStandardError(farewell(error, environment));
    } finally {
      process.exit(exitCodes.failure);
    }
  };
  process.on('uncaughtException', end);
  process.on('unhandledRejection', end);
}

/** What is said of such an error: a line for the log with the stack, and the sentence. */
export function farewell(error: unknown, environment: Environment): string {
  let line = '';
  const format = environment['LOG_FORMAT'] === 'text' || (!environment['LOG_FORMAT'] && process.stdout.isTTY);
  const log = createLogger({
    level: 'error',
    format: format ? 'text' : 'json',
    destination: { write: (text: string) => void (line += text) },
  });
  log.fatal({ err: error }, 'an error that nobody listened to');
  const { sentence } = describeFailure(error);
  return (
    `${line}magento-sync: An error that nobody listened to ended the process: ${sentence.replace(/[.]$/, '')}. ` +
    'Nothing that was committed is lost; start it again, and report this with the stack in the log.\n'
  );
}

/** Written at once: what goes through the stream may be lost by the exit. */
function writeToStandardError(text: string): void {
  try {
    writeSync(process.stderr.fd, text);
  } catch {
    // Nobody reads; the exit code is left.
  }
}
