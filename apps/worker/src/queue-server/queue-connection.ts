import {
  type BackendFactory,
  type ConnectionOptions,
  createRedisBackend,
  type FlowProducer,
  type PostgresConnectionOptions,
  type PostgresQueueBackend,
  type Queue,
  type QueueOptions,
  type Processor as QueueProcessor,
  type RedisQueueBackend,
  type Telemetry,
  type Worker,
  type WorkerOptions,
  withBackend,
} from 'bullmq';
import { withinMs } from '../time-limit.ts';
import { makePatient } from './patient-backend.ts';
import { openPostgresQueue } from './postgres-queue.ts';
import { isRedisUrl, parseRedisUrl } from './redis-address.ts';
import { openRedis } from './redis-client.ts';
import { createSharedWait } from './shared-wait.ts';

/** Makes queues, workers and flow producers on whatever QUEUE_URL names, over as few connections as possible. */
export interface QueueConnection extends AsyncDisposable {
  readonly kind: 'redis' | 'postgres';
  createQueue(name: string, options: Pick<QueueOptions, 'defaultJobOptions'>): Queue;
  createWorker(name: string, processor: QueueProcessor, options: Omit<WorkerOptions, 'connection'>): Worker;
  createFlowProducer(): FlowProducer;
}

/** What is known of the server, and who asks. */
export interface QueueConnectionOptions {
  /** Shown by the server beside its connections. */
  readonly applicationName: string;
  /** Told of every error of a connection; they come back by themselves. */
  readonly onError: (error: Error) => void;
  /** Whether the user may ask Redis for its version (INFO); without it BullMQ uses what the oldest one knows. */
  readonly mayAskVersion?: boolean;
  /**
   * Whether Redis runs in cluster mode, alone or spread over several nodes: then all keys are put into one slot. Left
   * out, the scheme of the URL says it.
   */
  readonly cluster?: 'none' | 'alone' | 'spread';
  /** Whether a pooler stands in front of PostgreSQL. */
  readonly pooled?: boolean;
  /** Told of every job; for traces. */
  readonly telemetry?: Telemetry | undefined;
}

/** What every key of ours in Redis begins with. */
export const keyPrefix = 'magento-sync';
/** The same in a cluster, where a script may only touch keys of one slot: the braces are a hash tag. */
export const clusterKeyPrefix = `{${keyPrefix}}`;

/** How long closing waits for a server that is not there. */
const closeWithinMs = 3_000;

/** Chooses the backend of the queue by the scheme of the URL; connects with the first use. */
export function queueConnection(url: string, options: QueueConnectionOptions): QueueConnection {
  return isRedisUrl(url) ? redisConnection(url, options) : postgresConnection(url, options);
}

/**
 * Three connections for everything, one of which waits for jobs for all workers.
 *
 * What puts jobs into the queue gives up soon when Redis is away, so that nobody hangs; workers wait for it.
 */
function redisConnection(url: string, options: QueueConnectionOptions): QueueConnection {
  const { onError, mayAskVersion = true } = options;
  const address = parseRedisUrl(url);
  const cluster = options.cluster ?? (address.kind === 'cluster' ? 'spread' : 'none');
  // A node that is alone may not even know its own address, without which no client of a cluster finds it.
  const kinds = { none: address.kind, alone: 'single', spread: 'cluster' } as const;
  const wanted = { ...address, kind: kinds[cluster] };
  const behaviour = { onError, waitsForLoading: mayAskVersion };
  const producer = openRedis(wanted, { ...behaviour, patience: 'fails-fast' });
  const consumer = openRedis(wanted, { ...behaviour, patience: 'waits' });
  const prefix = cluster === 'none' ? keyPrefix : clusterKeyPrefix;
  const waiting = createSharedWait(() => openRedis(wanted, { ...behaviour, patience: 'waits' }), consumer, {
    prefix,
    onError,
  });
  const backends = new Set<RedisQueueBackend>();
  const createBackend: BackendFactory<RedisQueueBackend, ConnectionOptions> = (name, given, kind) => {
    const backend = createRedisBackend(name, given, { ...kind, withBlockingConnection: false });
    backends.add(backend);
    const { close } = backend;
    backend.close = async (force) => {
      await close.call(backend, force);
      backends.delete(backend);
    };
    if (kind?.withBlockingConnection) {
      const { wait, end } = waiting.of(backend.toKey('marker'));
      backend.waitForJob = wait;
      backend.disconnectBlocking = async () => end();
      backend.reconnectBlocking = async () => undefined;
    }
    return makePatient(backend);
  };
  const classes = withBackend(createBackend);
  const base = {
    prefix,
    skipVersionCheck: !mayAskVersion,
    ...traces(options.telemetry),
  };
  return {
    kind: 'redis',
    createQueue: (name, given) => new classes.Queue(name, { ...base, ...given, connection: producer }),
    createWorker: (name, processor, given) =>
      new classes.Worker(name, processor, { ...base, ...given, connection: consumer }),
    createFlowProducer: () => new classes.FlowProducer({ ...base, connection: producer }),
    async [Symbol.asyncDispose]() {
      // A client that is just connecting again would wait for its server for ever.
      const closed = Promise.allSettled([...backends].map((backend) => backend.close(true)));
      await withinMs(closed, closeWithinMs);
      waiting[Symbol.dispose]();
      for (const client of [producer, consumer]) client.disconnect();
    },
  };
}

/** One pool and one connection that listens, for all queues and workers of the process. */
function postgresConnection(
  url: string,
  { applicationName, onError, pooled = false, telemetry }: QueueConnectionOptions,
): QueueConnection {
  const opened = openPostgresQueue(url, `${applicationName} queue`, pooled);
  const { connection } = opened;
  connection.on('error', onError);
  const createBackend: BackendFactory<PostgresQueueBackend, PostgresConnectionOptions> = (name, given) =>
    makePatient(opened.createBackend(name, given));
  const classes = withBackend(createBackend);
  const base = { ...traces(telemetry), connection: url };
  return {
    kind: 'postgres',
    // The classes of both backends differ in `getBackend()` alone, which nothing here uses.
    createQueue: (name, given) => new classes.Queue(name, { ...given, ...base }) as unknown as Queue,
    createWorker: (name, processor, given) =>
      new classes.Worker(name, processor, { ...given, ...base }) as unknown as Worker,
    createFlowProducer: () => new classes.FlowProducer(base) as unknown as FlowProducer,
    async [Symbol.asyncDispose]() {
      await withinMs(opened.close(), closeWithinMs);
    },
  };
}

function traces(telemetry: Telemetry | undefined): { telemetry?: Telemetry } {
  return telemetry ? { telemetry } : {};
}
