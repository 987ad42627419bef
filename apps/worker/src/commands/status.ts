import { setTimeout } from 'node:timers/promises';
import { createBudgetRepository } from '@magento-sync/db';
import { entities } from '@magento-sync/entities';
import { InvalidArgumentError } from 'commander';
import { attentionNeeded } from '../attention.ts';
import { systemClock } from '../clock.ts';
import { parseStatusConfig, parseStorageConfig } from '../config/config.ts';
import type { Environment } from '../config/environment.ts';
import { readCopyState } from '../copy-state.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { describeFailure } from '../failure.ts';
import { openQueues } from '../jobs/queues.ts';
import type { Logger } from '../logger.ts';
import type { Output } from '../output.ts';
import { reachQueue } from '../queue-server/inspect-queue.ts';
import { fileOfSeveralShops } from '../shops-file/choose-shop.ts';
import { readFailedSignIns } from '../sign-in.ts';
import { type Storage, withStorage } from '../storage.ts';
import type { CommandDefinition } from './command.ts';
import { commandLogger } from './command-logger.ts';
import { interruptible } from './interruptible.ts';
import { requireShopName } from './shop-name.ts';
import { readStatusOfShops, showStatusOfShops } from './status-of-shops.ts';
import { type Status, statusText } from './status-text.ts';

/** `magento-sync status` */
export const statusCommand: CommandDefinition = {
  name: 'status',
  aboutShops: 'several',
  summary: 'show how far and how fresh the copy is',
  description:
    'Shows watermark and lag, how many rows there are and when each was last compared with the shop, the last run of each\n' +
    'kind, what is set aside, consumers of the feed, workers and the queue. Asks PostgreSQL and the queue, never the shop.\n' +
    'Where SHOPS_FILE has several shops and none is named, it shows all of them, a line each, those first that need a person.',
  notes:
    'Exits with 3 while there is no complete copy yet. With --check, for cron and monitoring, also when anything needs\n' +
    'attention: a sign-in that failed, no pull for three times PULL_EVERY, a row that was not compared for two times\n' +
    'SWEEP_PERIOD, records that are set aside, or a kind of run whose last one failed, is incomplete or died.',
  options: (command) =>
    command
      .option('--check', 'print only what needs attention, and exit with 3 if anything does')
      .option('--watch [seconds]', 'show it again and again until Ctrl-C, every 2 seconds', seconds)
      .option('--json', 'print the status as JSON'),
  async run(options, { environment, output }) {
    const path = options['shop'] === undefined ? await fileOfSeveralShops(environment) : undefined;
    const config = parseStorageConfig(environment);
    if (!path) requireShopName(config);
    const log = commandLogger(config, 'other');
    const everyMs = watchedEveryMs(options['watch']);
    return interruptible({ shutdown: patience }, output, ({ pause }) =>
      withStorage(config, { command: 'status', maxConnections: 2, log }, async (storage) => {
        const look = async (): Promise<() => ExitCode> => {
          if (path) {
            const shops = await readStatusOfShops(path, environment, storage, log);
            return () => showStatusOfShops(shops, options, output);
          }
          const status = await readStatus(environment, storage, log);
          return () => show(status, options, output);
        };
        if (everyMs === null) return (await look())();
        for (;;) {
          try {
            const tell = await look();
            // By the same stream as other notes: a result that is redirected stays free of it.
            if (output.isTerminal) output.note(clearScreen);
            tell();
          } catch (error) {
            // A database that is started again is looked at again.
            output.note(describeFailure(error).sentence);
          }
          await setTimeout(everyMs, undefined, { signal: pause }).catch(() => {});
          if (pause.aborted) return exitCodes.interrupted;
        }
      }),
    );
  },
};

const patience = { graceMs: 1_000, deadlineMs: 10_000 };
const clearScreen = '\u001B[2J\u001B[H';
const watchEverySeconds = 2;

function watchedEveryMs(watch: unknown): number | null {
  if (watch === undefined) return null;
  return (typeof watch === 'number' ? watch : watchEverySeconds) * 1_000;
}

function seconds(text: string): number {
  const value = Number(text);
  if (value >= 0.1 && value <= 3_600) return value;
  throw new InvalidArgumentError('Give seconds from 0.1 to 3600.');
}

function show(status: Status, options: Readonly<Record<string, unknown>>, output: Output): ExitCode {
  const complete = status.copy.entities.every(({ pulledAt }) => pulledAt !== null);
  if (options['json']) output.json(statusJson(status));
  else if (options['check']) for (const line of checkLines(status)) output.line(line);
  else output.line(statusText(status, systemClock.now()));
  const well = options['check'] ? status.attention.length === 0 : complete;
  return well ? exitCodes.success : exitCodes.incomplete;
}

async function readStatus(
  environment: Environment,
  { database, store, queueUrl }: Storage,
  log: Logger,
): Promise<Status> {
  const config = parseStatusConfig(environment);
  const shop = requireShopName(config);
  const { schedule, slowSweeps, entities: names } = config;
  const copy = await readCopyState({
    shop,
    store,
    clock: systemClock,
    entities: entities.filter(({ name }) => names.includes(name)),
  });
  const runs = await store.runs.recent(shop, { limit: 10 });
  const queue = await countQueue(queueUrl, shop, log);
  const workers = await createBudgetRepository(database).living(shop);
  const attention = attentionNeeded(
    copy,
    { ...schedule, sweepAllPeriodMs: slowSweeps.allPeriodMs },
    systemClock.now(),
  );
  const failedSignIns = await readFailedSignIns(database, shop, systemClock.now());
  // First: what follows from it stands below.
  attention.unshift(...failedSignIns.map(({ sentence }) => sentence));
  if ('unavailable' in queue) attention.push(`The queue does not answer: ${String(queue.unavailable)}`);
  return { copy, runs, failedSignIns, queue, workers, attention };
}

async function countQueue(queueUrl: string, shop: string, log: Logger): Promise<Status['queue']> {
  try {
    const connection = await reachQueue(queueUrl, 'magento-sync status', log);
    await using queues = openQueues(connection, shop, log);
    return await queues.counts();
  } catch (error) {
    return { unavailable: error instanceof Error ? error.message : String(error) };
  }
}

function checkLines({ copy, attention }: Status): readonly string[] {
  return attention.length > 0 ? attention : [`${copy.shop}: nothing needs attention.`];
}

/** The same for machines; positions of the feed are texts, because they may pass what JSON numbers hold. */
function statusJson({
  copy,
  runs,
  failedSignIns,
  queue,
  workers,
  attention,
}: Status): Record<string, unknown> {
  const { capabilities, consumers, ...state } = copy;
  return {
    ...state,
    consumers: consumers.map((consumer) => ({ ...consumer, position: String(consumer.position) })),
    capabilities: Object.fromEntries(capabilities),
    runs,
    failedSignIns,
    queue,
    workers,
    attention,
  };
}
