import { parseConfig } from '../config/config.ts';
import { runDaemon } from '../daemon.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { withServices } from '../services.ts';
import type { CommandDefinition } from './command.ts';
import { commandLogger } from './command-logger.ts';
import { interruptible } from './interruptible.ts';

/** `magento-sync daemon` */
export const daemonCommand: CommandDefinition = {
  name: 'daemon',
  summary: 'keep the copy fresh until stopped',
  description:
    'Fills an empty copy by itself, then pulls changes on schedule until it is stopped. Any number of daemons may run\n' +
    'for one shop; they share the work.',
  notes:
    'Signals: the first SIGTERM or SIGINT takes no further jobs and finishes the pages at hand; after SHUTDOWN_GRACE\n' +
    'requests are cut off; a second signal or SHUTDOWN_DEADLINE ends the process at once with exit code 1.',
  async run(_options, { environment, output, jobTelemetry }) {
    const config = parseConfig(environment);
    const log = commandLogger(config, 'daemon');
    return interruptible(config, output, async (shutdown): Promise<ExitCode> => {
      await withServices(config, { command: 'daemon', log, signal: shutdown.abort }, (services) =>
        runDaemon(services, shutdown, jobTelemetry),
      );
      return exitCodes.success;
    });
  },
};
