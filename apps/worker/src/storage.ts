import { type Database, openDatabase } from '@magento-sync/db';
import { startEmbeddedPostgres } from '@magento-sync/embedded-postgres';
import type { StorageConfig } from './config/config.ts';
import type { Logger } from './logger.ts';
import type { QueueVariable } from './queue-server/inspect-queue.ts';
import { createStore } from './store.ts';
import type { Store } from './sync/ports.ts';

/** The open PostgreSQL of the copy. */
export interface Storage {
  readonly database: Database;
  readonly store: Store;
  /** Where the queue is: QUEUE_URL, else the PostgreSQL of the copy; carries a password. */
  readonly queueUrl: string;
  /** The variable that says so. */
  readonly queueVariable: QueueVariable;
  readonly embedded: boolean;
}

/** How to open the storage. */
export interface StorageOptions {
  readonly command: string;
  readonly maxConnections: number;
  readonly log: Logger;
  /** PostgreSQL itself refuses every write. */
  readonly readOnly?: boolean;
}

/**
 * Opens the database, starting the embedded PostgreSQL when no other is configured, and closes everything afterwards in
 * reverse order, also when the work fails.
 */
export async function withStorage<T>(
  config: StorageConfig,
  options: StorageOptions,
  use: (storage: Storage) => Promise<T>,
): Promise<T> {
  await using embedded = config.databaseUrl
    ? null
    : await startEmbeddedPostgres({
        dataDirectory: config.dataDirectory,
        onLog: (message) => options.log.info(message),
      });
  await using database = await openDatabase({
    url: embedded?.url ?? config.databaseUrl?.reveal() ?? '',
    applicationName: `magento-sync ${options.command}`,
    maxConnections: options.maxConnections,
    readOnly: options.readOnly ?? false,
  });
  const store = createStore(database, config.recording);
  const queueUrl = config.queueUrl?.reveal() ?? database.url;
  const queueVariable = config.queueUrl ? 'QUEUE_URL' : 'DATABASE_URL';
  return await use({ database, store, queueUrl, queueVariable, embedded: embedded !== null });
}
