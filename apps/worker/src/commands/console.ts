import { inspectSchema } from '@magento-sync/db';
import { systemClock } from '../clock.ts';
import { parseConsoleConfig } from '../config/config.ts';
import { startConsole } from '../console/console-server.ts';
import { createLooks } from '../console/looks.ts';
import type { LookSource } from '../console/shop-look.ts';
import { shownShop, shownShopOf } from '../console/shown-shops.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { UsageError } from '../failure.ts';
import { lend, openQueues, type Queues } from '../jobs/queues.ts';
import type { Logger } from '../logger.ts';
import { reachQueue } from '../queue-server/inspect-queue.ts';
import type { QueueConnection } from '../queue-server/queue-connection.ts';
import { fileOfSeveralShops } from '../shops-file/choose-shop.ts';
import { readShops } from '../shops-file/read-shops.ts';
import { type Storage, withStorage } from '../storage.ts';
import type { CommandDefinition } from './command.ts';
import { commandLogger } from './command-logger.ts';
import { interruptible } from './interruptible.ts';
import { requireShopName } from './shop-name.ts';

/** `magento-sync console` */
export const consoleCommand: CommandDefinition = {
  name: 'console',
  aboutShops: 'several',
  summary: 'serve the page that shows how the copy stands',
  description:
    'Serves the same page as a daemon with CONSOLE_PORT, by itself: for a look at a copy whose daemons serve none, or that\n' +
    'has no daemon at the moment. Shows all shops of SHOPS_FILE, as the file is when it starts, or the one of --shop. Asks\n' +
    'PostgreSQL and the queue, never the shop. Ends with Ctrl-C.',
  notes:
    'Without CONSOLE_PORT it takes port 9465. CONSOLE_HOST, CONSOLE_PASSWORD and CONSOLE_URL count as for the daemon.',
  async run(options, { environment, output }) {
    const config = parseConsoleConfig(environment);
    const path = options['shop'] === undefined ? await fileOfSeveralShops(environment) : undefined;
    const shown =
      path === undefined
        ? [shownShop({ ...config, shop: requireShopName(config) })]
        : readShops(path)
            .filter(({ enabled }) => enabled)
            .map((each) => shownShopOf(each, environment));
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
          await using queues = queuesWhenAsked(storage, log);
          const source = { ...storage, clock: systemClock, log, queuesOf: queues.of };
          const looks = createLooks(source, () => shown);
          await using page = await startConsole({ ...source, config: config.console, looks });
          output.line(`The page of ${path ?? shown.map(({ name }) => name).join()}: ${page.url}`);
          await shutdown.requested;
          return exitCodes.success;
        },
      ),
    );
  },
};

/** Queues that are opened when somebody asks for them, over one connection, again and again while it is away. */
function queuesWhenAsked(
  { queueUrl }: Storage,
  log: Logger,
): { readonly of: LookSource['queuesOf'] } & AsyncDisposable {
  let reaching: Promise<QueueConnection> | undefined;
  const reached = () => {
    reaching ??= reachQueue(queueUrl, 'magento-sync console', log).catch((error: unknown) => {
      reaching = undefined;
      throw error;
    });
    return reaching;
  };
  const opened = new Map<string, Queues>();
  const open = async (shop: string) => {
    const connection = await reached();
    const queues = opened.get(shop) ?? openQueues(lend(connection), shop, log);
    opened.set(shop, queues);
    return queues;
  };
  return {
    of: (shop) => ({
      counts: async () => (await open(shop)).counts(),
      add: async (...job) => (await open(shop)).add(...job),
    }),
    async [Symbol.asyncDispose]() {
      await Promise.all([...opened.values()].map((queues) => queues[Symbol.asyncDispose]()));
      await (await reaching?.catch(() => undefined))?.[Symbol.asyncDispose]();
    },
  };
}
