import { parseConfig, parseProcessConfig } from '../config/config.ts';
import { poolSize } from '../connection-need.ts';
import { runDaemon } from '../daemon.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { withProcessServices } from '../process-services.ts';
import { withServices } from '../services.ts';
import { pagesAtOnce, runShopsDaemon } from '../shops-daemon.ts';
import { shopsFileOf } from '../shops-file/choose-shop.ts';
import { readShops } from '../shops-file/read-shops.ts';
import { contentOf, listenForHangups } from '../shops-file/watch-shops.ts';
import type { CommandContext, CommandDefinition } from './command.ts';
import { commandLogger } from './command-logger.ts';
import { interruptible } from './interruptible.ts';

/** `magento-sync daemon` */
export const daemonCommand: CommandDefinition = {
  name: 'daemon',
  aboutShops: 'any',
  summary: 'keep the copy fresh until stopped',
  description:
    'Fills an empty copy by itself, then pulls changes on schedule until it is stopped; for every shop of SHOPS_FILE where\n' +
    'that is set and --shop is not. Any number of daemons may run for one shop; they share the work.',
  notes:
    'Signals: the first SIGTERM or SIGINT takes no further jobs and finishes the pages at hand; after SHUTDOWN_GRACE\n' +
    'requests are cut off; a second signal or SHUTDOWN_DEADLINE ends the process at once with exit code 1. SIGHUP reads\n' +
    'SHOPS_FILE again, which is also done by itself within seconds; a daemon for one shop goes on as it is.',
  async run({ shop }, context) {
    const { environment, output, jobTelemetry } = context;
    const path = shopsFileOf(environment);
    if (path && shop === undefined) return runForFile(path, context);
    // `systemctl reload` must not end it; a terminal that is closed may.
    using _hangups = process.stdin.isTTY ? null : listenForHangups();
    const config = parseConfig(environment);
    const log = commandLogger(config, 'daemon');
    return await interruptible(config, output, async (shutdown): Promise<ExitCode> => {
      await withServices(config, { command: 'daemon', log, signal: shutdown.abort }, (services) =>
        runDaemon(services, shutdown, jobTelemetry),
      );
      return exitCodes.success;
    });
  },
};

/** All shops of the file that are switched on, in this process. */
async function runForFile(
  path: string,
  { environment, output, jobTelemetry }: CommandContext,
): Promise<ExitCode> {
  using hangups = listenForHangups();
  // Before it is read: what changes meanwhile is read again.
  const content = contentOf(path, environment);
  const file = { path, environment, shops: readShops(path), content, hangups };
  const config = parseProcessConfig(environment);
  const log = commandLogger(config, 'daemon');
  const maxConnections = poolSize({ magento: { budget: { concurrency: pagesAtOnce } } });
  return await interruptible(config, output, async (shutdown): Promise<ExitCode> => {
    const options = { command: 'daemon', log, signal: shutdown.abort, maxConnections };
    await withProcessServices(config, options, (services) =>
      runShopsDaemon(services, config, file, shutdown, jobTelemetry),
    );
    return exitCodes.success;
  });
}
