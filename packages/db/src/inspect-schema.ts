import { oldestServer, readServer } from './migrate.ts';
import { readMigrations } from './migrations.ts';
import type { Database } from './open-database.ts';

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
  /** Migrations that only a newer version knows. */
  readonly unknown: readonly string[];
}

/** Looks at server and tables without changing anything. */
export async function inspectSchema({ pool }: Database): Promise<SchemaState> {
  const server = await readServer(pool);
  const found = await pool.query<{ exists: boolean }>(
    `select to_regclass('sync.migrations') is not null as exists`,
  );
  const exists = found.rows[0]?.exists === true;
  const done = exists
    ? (await pool.query<{ name: string }>('select name from sync.migrations order by name')).rows
    : [];
  const applied = new Set(done.map(({ name }) => name));
  const known = (await readMigrations()).map(({ name }) => name);
  return {
    serverVersion: server?.version ?? 'unknown',
    serverSupported: (server?.number ?? 0) >= oldestServer,
    exists: applied.size > 0,
    pending: known.filter((name) => !applied.has(name)),
    unknown: [...applied].filter((name) => !known.includes(name)),
  };
}
