import type { FlowProducer, JobsOptions, Queue } from 'bullmq';
import type { Logger } from '../logger.ts';
import type { QueueConnection } from '../queue-server/queue-connection.ts';
import { withinMs } from '../time-limit.ts';
import { type JobData, type JobName, jobSchemas, type QueueName, queueNames, queueOf } from './contract.ts';

/** The process has not reached its queue yet, as every one has not while it starts. */
export class QueuesNotOpenYetError extends Error {
  override readonly name = 'QueuesNotOpenYetError';

  constructor() {
    super('the queue is not there yet');
  }
}

/** The queues of one shop: where jobs are put and looked at. */
export interface Queues extends AsyncDisposable {
  readonly connection: QueueConnection;
  readonly byName: Readonly<Record<QueueName, Queue>>;
  readonly flows: FlowProducer;
  /** Name of a queue in the server; every shop has its own. */
  fullName(queue: QueueName): string;
  /** Puts a job into its queue. A job with the same `onceKey` that has not ended yet makes this a no-op. */
  add<Name extends JobName>(name: Name, data: JobData<Name>, options?: { onceKey?: string }): Promise<void>;
  /** Number of jobs by queue and state. */
  counts(): Promise<Readonly<Record<QueueName, Readonly<Record<string, number>>>>>;
}

/**
 * Ended jobs are kept for a look at what happened, not for ever. Each job is a trace of its own: a scheduled one is
 * added by the one before, so that their trace would never end.
 */
const ofEveryJob: JobsOptions = {
  telemetry: { omitContext: true },
  removeOnComplete: { age: 3_600, count: 200 },
  removeOnFail: { age: 86_400, count: 500 },
};

/** How often a job is tried: a scheduled one is back soon anyway, a range must never be given up. */
export const jobOptions: Readonly<Record<JobName, JobsOptions>> = {
  pull: { attempts: 1 },
  'start-backfill': { attempts: 1 },
  'backfill-range': { attempts: 1_000, backoff: { type: 'custom' } },
  'finish-backfill': { attempts: 5, backoff: { type: 'custom' } },
  sweep: { attempts: 1 },
  reconcile: { attempts: 1 },
  verify: { attempts: 1 },
  resync: { attempts: 5, backoff: { type: 'custom' } },
  'follow-hints': { attempts: 1 },
  'refresh-token': { attempts: 1 },
  'refresh-reference-data': { attempts: 5, backoff: { type: 'custom' } },
  prune: { attempts: 5, backoff: { type: 'custom' } },
  'probe-capabilities': { attempts: 5, backoff: { type: 'custom' } },
};

/** Closes in order, and by force when the server does not answer any more. */
const closeWithinMs = 3_000;

/** The same connection for one of several that use it: closing its queues leaves it open. */
export function lend(connection: QueueConnection): QueueConnection {
  return { ...connection, [Symbol.asyncDispose]: async () => undefined };
}

/**
 * Opens the queues of a shop and owns the connection from now on. Errors are logged; connections come back by
 * themselves.
 */
export function openQueues(connection: QueueConnection, shop: string, log: Logger): Queues {
  const fullName = (queue: QueueName) => `${shop}-${queue}`;
  const onError = (error: Error) => log.warn({ err: error }, 'the queue has a problem');
  const opened = queueNames.map((name) => {
    const queue = connection.createQueue(fullName(name), { defaultJobOptions: ofEveryJob });
    queue.on('error', onError);
    return [name, queue] as const;
  });
  const byName = Object.fromEntries(opened) as Record<QueueName, Queue>;
  const flows = connection.createFlowProducer();
  flows.on('error', onError);
  return {
    connection,
    byName,
    flows,
    fullName,
    async add(name, data, options) {
      const once = options?.onceKey ? { deduplication: { id: options.onceKey } } : {};
      await byName[queueOf[name]].add(name, jobSchemas[name].parse(data), { ...jobOptions[name], ...once });
    },
    async counts() {
      const counted = await Promise.all(
        queueNames.map(async (name) => [name, await byName[name].getJobCounts()] as const),
      );
      return Object.fromEntries(counted) as Record<QueueName, Record<string, number>>;
    },
    async [Symbol.asyncDispose]() {
      const closing = Promise.allSettled([...opened.map(([, queue]) => queue.close()), flows.close()]);
      await withinMs(closing, closeWithinMs);
      await connection[Symbol.asyncDispose]();
    },
  };
}
