import type { Run } from '@magento-sync/db';
import { systemClock } from '../clock.ts';
import { parseStorageConfig, type StorageConfig } from '../config/config.ts';
import { formatDuration } from '../config/duration.ts';
import { exitCodes } from '../exit-codes.ts';
import { UsageError } from '../failure.ts';
import { checkQueue } from '../jobs/queue-check.ts';
import { queueConnection } from '../jobs/queue-connection.ts';
import { openQueues, type Queues } from '../jobs/queues.ts';
import type { Logger } from '../logger.ts';
import { type Output, textTable } from '../output.ts';
import { type Storage, withStorage } from '../storage.ts';
import { allEntities } from '../sync/entities.ts';
import { type EntityState, readEntityState } from '../sync-state.ts';
import type { CommandDefinition } from './command.ts';
import { commandLogger } from './command-logger.ts';

type QueueCounts = Awaited<ReturnType<Queues['counts']>>;

interface Status {
  readonly shop: string;
  readonly entities: readonly EntityState[];
  readonly runs: readonly Run[];
  /** Counts by queue and state, or why they are not known. */
  readonly queue: QueueCounts | { readonly unavailable: string };
}

/** `magento-sync status` */
export const statusCommand: CommandDefinition = {
  name: 'status',
  summary: 'show how far the copy is',
  description:
    'Shows watermark, lag, backfill, the last runs and the queue. Asks PostgreSQL and the queue, never the shop.',
  notes: 'Exits with 3 while there is no complete copy yet.',
  options: (command) => command.option('--json', 'print the status as JSON'),
  async run(options, { environment, output }) {
    const config = parseStorageConfig(environment);
    const log = commandLogger(config, 'other');
    const status = await withStorage(config, { command: 'status', maxConnections: 2, log }, (storage) =>
      readStatus(config, storage, log),
    );
    if (options['json']) output.json(status);
    else print(status, output);
    const complete = status.entities.every(({ pulledAt }) => pulledAt !== null);
    return complete ? exitCodes.success : exitCodes.incomplete;
  },
};

async function readStatus(config: StorageConfig, storage: Storage, log: Logger): Promise<Status> {
  const { shop } = config;
  if (!shop) {
    throw new UsageError(
      'Say which shop is meant: set MAGENTO_SHOP to its short name, or MAGENTO_BASE_URL to its address.',
    );
  }
  const { store, queueUrl } = storage;
  const [entities, runs, queue] = await Promise.all([
    Promise.all(allEntities.map((entity) => readEntityState({ shop, store, clock: systemClock }, entity))),
    store.runs.recent(shop, { limit: 10 }),
    countQueue(queueUrl, shop, log),
  ]);
  return { shop, entities, runs, queue };
}

async function countQueue(queueUrl: string, shop: string, log: Logger): Promise<Status['queue']> {
  try {
    await checkQueue(queueUrl);
    await using queues = openQueues(queueConnection(queueUrl), shop, log);
    return await queues.counts();
  } catch (error) {
    return { unavailable: error instanceof Error ? error.message : String(error) };
  }
}

function print(status: Status, output: Output): void {
  output.line(`Shop ${status.shop}\n`);
  const entityRows = status.entities.map((state) => [
    state.entity,
    state.watermark ? `${state.watermark} UTC` : 'none',
    state.lagMs === null ? 'never' : `${formatDuration(state.lagMs)} ago`,
    backfillText(state),
  ]);
  output.line(textTable(['ENTITY', 'WATERMARK', 'LAST PULL', 'BACKFILL'], entityRows));
  if (status.runs.length > 0) {
    const header = [
      'RUN',
      'STARTED (UTC)',
      'KIND',
      'STATUS',
      'TOOK',
      'ROWS',
      'NEW',
      'CHANGED',
      'UNCHANGED',
      'REASON',
    ];
    output.line(`\n${textTable(header, status.runs.map(runRow))}`);
  }
  if ('unavailable' in status.queue) {
    output.line(`\nQueue: ${String(status.queue.unavailable)}`);
    return;
  }
  const states = ['waiting', 'active', 'delayed', 'waiting-children', 'failed'];
  const queueRows = Object.entries(status.queue).map(([name, counts]) => [
    name,
    ...states.map((state) => String((counts as Record<string, number>)[state] ?? 0)),
  ]);
  output.line(`\n${textTable(['QUEUE', ...states.map((state) => state.toUpperCase())], queueRows)}`);
}

function backfillText({ backfill }: EntityState): string {
  if (!backfill) return 'not begun';
  if (backfill.completedAt) return 'complete';
  return `${backfill.ranges - backfill.rangesLeft} of ${backfill.ranges} ranges`;
}

function runRow(run: Run): string[] {
  const end = run.finishedAt ?? run.heartbeatAt;
  return [
    String(run.id),
    run.startedAt.toISOString().slice(0, 19).replace('T', ' '),
    run.kind,
    run.status,
    formatDuration(end.getTime() - run.startedAt.getTime()),
    String(run.rowsRead),
    String(run.inserted),
    String(run.updated),
    String(run.unchanged),
    run.reason ?? '',
  ];
}
