import type { Database } from '../connection/open-database.ts';
import { compareWithTable, oldestServer } from './migrate.ts';
import { readMigrations } from './migrations.ts';

/** What a database is like, as far as this version cares. */
export interface SchemaState {
  /** E.g. `18.1`. */
  readonly serverVersion: string;
  /** Whether the server is recent enough. */
  readonly serverSupported: boolean;
  /** Whether any migration ever ran. */
  readonly exists: boolean;
  /** Migrations that have still to run. */
  readonly pending: readonly string[];
  /** Migrations that only a newer version knows; this one can go on. */
  readonly newer: readonly string[];
}

/**
 * Looks at server and tables without changing anything.
 *
 * @throws NewerDatabaseError when this version cannot work with the tables any more; MigrationError when one was edited.
 */
export async function inspectSchema(database: Database): Promise<SchemaState> {
  const migrations = await readMigrations();
  const { pending, newer } = await compareWithTable(database.pool, migrations);
  return {
    serverVersion: database.server.version,
    serverSupported: database.server.versionNumber >= oldestServer,
    exists: pending.length < migrations.length,
    pending: pending.map(({ name }) => name),
    newer,
  };
}
