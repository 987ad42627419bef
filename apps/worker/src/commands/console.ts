import { inspectSchema } from '@magento-sync/db';
import { systemClock } from '../clock.ts';
import { parseConsoleConfig } from '../config/config.ts';
import { startConsole } from '../console/console-server.ts';
import { createLooks } from '../console/looks.ts';
import { shownShops } from '../console/shown-shops.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { UsageError } from '../failure.ts';
import { openQueues, type Queues } from '../jobs/queues.ts';
import type { Logger } from '../logger.ts';
import { reachQueue } from '../queue-server/inspect-queue.ts';
import { type Storage, withStorage } from '../storage.ts';
import type { CommandDefinition } from './command.ts';
import { commandLogger } from './command-logger.ts';
import { interruptible } from './interruptible.ts';
import { requireShopName } from './shop-name.ts';

/** `magento-sync console` */
export const consoleCommand: CommandDefinition = {
  name: 'console',
  summary: 'serve the page that shows how the copy stands',
  description:
    'Serves the same page as a daemon with CONSOLE_PORT, by itself: for a look at a copy whose daemons serve none, or that\n' +
    'has no daemon at the moment. Asks PostgreSQL and the queue, never the shop. Ends with Ctrl-C.',
  notes:
    'Without CONSOLE_PORT it takes port 9465. CONSOLE_HOST, CONSOLE_PASSWORD and CONSOLE_URL count as for the daemon.',
  async run(_options, { environment, output }) {
    const config = parseConsoleConfig(environment);
    const shop = requireShopName(config);
    const log = commandLogger(config, 'other');
    return interruptible(config, output, (shutdown) =>
      withStorage(
        config,
        { command: 'console', maxConnections: 3, log },
        async (storage): Promise<ExitCode> => {
          const { pending } = await inspectSchema(storage.database);
          if (pending.length > 0)
            throw new UsageError(
              'The tables are older than this version: start the daemon or run "magento-sync migrate" first.',
            );
          await using queues = queuesWhenAsked(storage, shop, log);
          const source = { ...storage, clock: systemClock, log, queuesOf: () => queues };
          const looks = createLooks(source, shownShops({ ...config, shop }));
          await using page = await startConsole({ ...source, config: config.console, looks });
          output.line(`The page of ${shop}: ${page.url}`);
          await shutdown.requested;
          return exitCodes.success;
        },
      ),
    );
  },
};

/** Queues that are opened when somebody asks for them, again and again while they are away. */
function queuesWhenAsked(
  { queueUrl }: Storage,
  shop: string,
  log: Logger,
): Pick<Queues, 'counts' | 'add'> & AsyncDisposable {
  let opening: Promise<Queues> | undefined;
  const opened = () => {
    opening ??= open().catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  };
  const open = async () => openQueues(await reachQueue(queueUrl, 'magento-sync console', log), shop, log);
  return {
    counts: async () => (await opened()).counts(),
    add: async (...job) => (await opened()).add(...job),
    async [Symbol.asyncDispose]() {
      await (await opening?.catch(() => undefined))?.[Symbol.asyncDispose]();
    },
  };
}
