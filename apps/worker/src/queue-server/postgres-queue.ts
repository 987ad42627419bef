import type { EventEmitter } from 'node:events';
import { findMissingRights, MigrationError, missingRightsSentence, openPool } from '@magento-sync/db';
import {
  type PgPool,
  type PgPoolClient,
  PostgresConnection,
  type PostgresConnectionOptions,
  PostgresQueueBackend,
  type QueueBaseOptions,
  runMigrations,
} from 'bullmq';
import { queueConnections } from './connection-count.ts';

/** Where the tables of the queue lie. */
const queueSchema = 'sync_queue';
const bookkeepingSchema = 'sync';

/** The connection of the queue in PostgreSQL, shared by all queues and workers. */
class SharedConnection extends PostgresConnection {
  override readonly schema: string = queueSchema;
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

  /** All statements of all backends go through the one connection, which takes one at a time. */
  override async getListenClient(): ReturnType<PostgresConnection['getListenClient']> {
    // Which uses the same connection, in transactions where nobody else may have a say.
    await this.waitUntilReady();
    const client = await super.getListenClient();
    if (this.#inOrder.has(client)) return client;
    this.#inOrder.add(client);
    // Every queue and worker listens to it.
    (client as unknown as EventEmitter).setMaxListeners(0);
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
      const schema = await chooseSchema(client);
      await runMigrations(await withoutMaking(client, schema), schema);
    } finally {
      client.removeAllListeners('error');
      client.release();
    }
    setImmediate(() => this.emit('ready'));
  }
}

/**
 * The schema of the queue; that of the bookkeeping where it was made for us and no other may be.
 *
 * None of the queue's tables is called like one of the bookkeeping's.
 */
async function chooseSchema(client: PgPoolClient): Promise<string> {
  const lacking = await findMissingRights(client, [queueSchema]);
  if (lacking === null) return queueSchema;
  if ((await exists(client, bookkeepingSchema)) && !(await findMissingRights(client, [bookkeepingSchema]))) {
    return bookkeepingSchema;
  }
  throw new MigrationError('missing_rights', missingRightsSentence(lacking));
}

async function exists(client: PgPoolClient, schema: string): Promise<boolean> {
  const found = await client.query('select from pg_namespace where nspname = $1', [schema]);
  return found.rows.length > 0;
}

/**
 * The client without the statement that makes the schema, where somebody has made it for us: even `IF NOT EXISTS` demands
 * the right to create schemas.
 */
async function withoutMaking(client: PgPoolClient, schema: string): Promise<PgPoolClient> {
  if (!(await exists(client, schema))) return client;
  const query: PgPoolClient['query'] = async (text, values) =>
    /^\s*create schema/i.test(text) ? { rows: [], rowCount: 0 } : client.query(text, values);
  return Object.create(client, { query: { value: query } }) as PgPoolClient;
}

/** A queue in PostgreSQL: its connections, and how to make a backend on them. */
export interface PostgresQueue {
  readonly connection: PostgresConnection;
  close(): Promise<void>;
  createBackend(name: string, options: QueueBaseOptions<PostgresConnectionOptions>): PostgresQueueBackend;
}

/** Opens the queue in PostgreSQL; connects with the first use. The caller closes the connection, not the backends. */
export function openPostgresQueue(url: string, applicationName: string, pooled: boolean): PostgresQueue {
  const pool = openPool(url, {
    applicationName,
    maxConnections: queueConnections,
    // What BullMQ itself would ask for in the startup packet, which connection poolers refuse.
    session: { search_path: `${queueSchema}, ${bookkeepingSchema}` },
    pooled,
  });
  const connection: SharedConnection = new SharedConnection({
    connect: () => pool.connect() as unknown as Promise<PgPoolClient>,
    query: async (text, values) => (await connection.getListenClient()).query(text, values),
    end: () => pool.end(),
    on(event: string, listener: (...args: never[]) => void) {
      pool.on(event as 'error', listener as (error: Error) => void);
      return this;
    },
    removeAllListeners(event) {
      pool.removeAllListeners(event);
      return this;
    },
  } satisfies PgPool);
  // Every backend listens to it.
  connection.setMaxListeners(0);
  return {
    connection,
    async close() {
      await connection.close();
      await pool.end();
    },
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
      const onInvalidated = () => {
        if (closing) return;
        void disconnectBlocking.call(backend).then(() => backend.reconnectBlocking());
      };
      connection.on('listenerinvalidated', onInvalidated);
      const { close: closeBackend } = backend;
      backend.close = async (force) => {
        connection.off('listenerinvalidated', onInvalidated);
        await closeBackend.call(backend, force);
      };
      return backend;
    },
  };
}
