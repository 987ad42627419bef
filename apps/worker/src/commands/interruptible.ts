import type { Config } from '../config/config.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import { listenForShutdown, type Shutdown } from '../shutdown.ts';
import { startWatchdog } from '../watchdog.ts';

/**
 * Runs the work of a command so that SIGINT and SIGTERM end it in order.
 *
 * An error that comes after the first signal is the signal's doing: the command counts as interrupted, not as failed.
 * What failed and asked for the end itself is thrown once the work has ended. A second signal or the deadline ends the process at once; what is not committed by then is read again later.
 */
export async function interruptible(
  config: Pick<Config, 'shutdown'>,
  output: Output,
  work: (shutdown: Shutdown) => Promise<ExitCode>,
): Promise<ExitCode> {
  using watchdog = startWatchdog(config.shutdown.deadlineMs);
  using shutdown = listenForShutdown({
    ...config.shutdown,
    watchdog,
    forceExit: (reason) => {
      output.note(`magento-sync: ${reason} Ending at once; nothing that was committed is lost.`);
      process.exit(exitCodes.failure);
    },
  });
  let exitCode: ExitCode = exitCodes.interrupted;
  try {
    exitCode = await work(shutdown);
  } catch (error) {
    if (!shutdown.pause.aborted) throw error;
  }
  if (shutdown.failure) throw shutdown.failure;
  return exitCode;
}
