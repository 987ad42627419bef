import {
  PostgresConnection,
  type PostgresConnectionOptions,
  PostgresQueueBackend,
  type QueueBaseOptions,
  runMigrations,
} from 'bullmq';

const schema = 'sync_queue';

/** Connections for queries; whoever comes third waits a moment. */
const poolSize = 2;
const connectTimeoutMs = 10_000;
const idleTimeoutMs = 60_000;
/** A statement of the queue takes milliseconds; one that hangs must not hold a connection for ever. */
const statementTimeoutMs = 30_000;

/**
 * The connections of the queue in PostgreSQL, shared by all queues and workers: at most two for queries and one that
 * listens.
 */
class SharedConnection extends PostgresConnection {
  #ready: Promise<void> | undefined;
  readonly #inOrder = new WeakSet<object>();

  /** Brings the tables up to date, once. Unlike BullMQ's own, a failure is not remembered: the next call tries again. */
  override waitUntilReady(): Promise<void> {
    this.#ready ??= this.#prepare().catch((error: unknown) => {
      this.#ready = undefined;
      throw error;
    });
    return this.#ready;
  }

  /** Every backend says LISTEN on the one connection, which takes one statement at a time. */
  override async getListenClient(): ReturnType<PostgresConnection['getListenClient']> {
    const client = await super.getListenClient();
    if (this.#inOrder.has(client)) return client;
    this.#inOrder.add(client);
    const query = client.query.bind(client);
    let last: Promise<unknown> = Promise.resolve();
    client.query = ((...args: Parameters<typeof query>) => {
      const next = last.then(() => query(...args));
      last = next.catch(() => undefined);
      return next;
    }) as typeof client.query;
    return client;
  }

  async #prepare(): Promise<void> {
    const client = await this.pool.connect();
    // Without a listener a connection that breaks between two statements would end the process.
    client.on('error', () => undefined);
    try {
      await runMigrations(client, schema);
    } finally {
      client.removeAllListeners('error');
      client.release();
    }
    setImmediate(() => this.emit('ready'));
  }
}

/** A queue in PostgreSQL: its connections, and how to make a backend on them. */
export interface PostgresQueue {
  readonly connection: PostgresConnection;
  createBackend(name: string, options: QueueBaseOptions<PostgresConnectionOptions>): PostgresQueueBackend;
}

/** Opens the queue in PostgreSQL; connects with the first use. The caller closes the connection, not the backends. */
export function openPostgresQueue(url: string, applicationName: string): PostgresQueue {
  const connection = new SharedConnection({
    connectionString: url,
    schema,
    application_name: applicationName,
    max: poolSize,
    keepAlive: true,
    connectionTimeoutMillis: connectTimeoutMs,
    idleTimeoutMillis: idleTimeoutMs,
    statement_timeout: statementTimeoutMs,
  });
  // Every backend listens to it.
  connection.setMaxListeners(0);
  return {
    connection,
    createBackend(name, options) {
      const backend = new PostgresQueueBackend(connection, name, options, false);
      // BullMQ remembers a failure of this for ever too.
      backend.waitUntilReady = () => connection.waitUntilReady();
      let closing = false;
      const { disconnectBlocking } = backend;
      backend.disconnectBlocking = async (wait) => {
        closing = true;
        await disconnectBlocking.call(backend, wait);
      };
      // The backend of a shared connection is not told that the listening one broke: end its wait, and listen anew.
      connection.on('listenerinvalidated', () => {
        if (closing) return;
        void disconnectBlocking.call(backend).then(() => backend.reconnectBlocking());
      });
      return backend;
    },
  };
}
