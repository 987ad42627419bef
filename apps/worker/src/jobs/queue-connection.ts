import {
  createPostgresBackend,
  type FlowProducer,
  Queue,
  type QueueOptions,
  type Processor as QueueProcessor,
  FlowProducer as RedisFlowProducer,
  Worker,
  type WorkerOptions,
  withBackend,
} from 'bullmq';

/** Makes queues, workers and flow producers on whatever QUEUE_URL names. */
export interface QueueConnection {
  readonly kind: 'redis' | 'postgres';
  createQueue(name: string, options: Pick<QueueOptions, 'defaultJobOptions'>): Queue;
  createWorker(name: string, processor: QueueProcessor, options: Omit<WorkerOptions, 'connection'>): Worker;
  createFlowProducer(): FlowProducer;
}

const keyPrefix = 'magento-sync';
const postgresSchema = 'sync_queue';

/** Chooses the backend of the queue by the scheme of the URL; opens nothing yet. */
export function queueConnection(url: string): QueueConnection {
  return /^rediss?:/.test(url) ? redisConnection(url) : postgresConnection(url);
}

function redisConnection(url: string): QueueConnection {
  // A worker must wait for Redis as long as it takes; `null` is what BullMQ demands for that.
  const connection = { url, maxRetriesPerRequest: null };
  const base = { connection, prefix: keyPrefix };
  return {
    kind: 'redis',
    createQueue: (name, options) => new Queue(name, { ...base, ...options }),
    createWorker: (name, processor, options) => new Worker(name, processor, { ...base, ...options }),
    createFlowProducer: () => new RedisFlowProducer(base),
  };
}

function postgresConnection(url: string): QueueConnection {
  const classes = withBackend(createPostgresBackend);
  const connection = {
    connectionString: url,
    schema: postgresSchema,
    migrate: true,
    max: 4,
    keepAlive: true,
  };
  // The classes of both backends differ in `getBackend()` alone, which nothing here uses.
  return {
    kind: 'postgres',
    createQueue: (name, options) => new classes.Queue(name, { connection, ...options }) as unknown as Queue,
    createWorker: (name, processor, options) =>
      new classes.Worker(name, processor, { ...options, connection }) as unknown as Worker,
    createFlowProducer: () => new classes.FlowProducer({ connection }) as unknown as FlowProducer,
  };
}
