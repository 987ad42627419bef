import pg from 'pg';
import { lockNames, withAdvisoryLock } from './advisory-lock.ts';
import { MigrationError, NewerDatabaseError } from './errors.ts';
import { refreshCustomersFlat } from './flat-view/refresh-customers-flat.ts';
import { type Migration, readMigrations } from './migrations.ts';
import type { Database } from './open-database.ts';

/** `server_version_num` of PostgreSQL 15. */
export const oldestServer = 150_000;

/**
 * Brings the tables up to date and returns the names of the migrations that ran.
 *
 * Each migration is one transaction. May be called by any number of processes at once: one works, the others wait.
 *
 * @throws NewerDatabaseError, MigrationError; what ran before the failure stays.
 */
export async function migrate(
  database: Database,
  options: { signal?: AbortSignal } = {},
): Promise<{ applied: string[] }> {
  const migrations = await readMigrations();
  const applied = await withAdvisoryLock(
    database,
    lockNames.migrate,
    async ({ client }) => {
      await requireServer(client);
      const pending = await findPending(client, migrations);
      for (const migration of pending) {
        options.signal?.throwIfAborted();
        await apply(client, migration);
      }
      return pending.map(({ name }) => name);
    },
    options.signal,
  );
  if (applied.length > 0) await refreshCustomersFlat(database);
  return { applied };
}

async function requireServer(client: pg.Client): Promise<void> {
  const server = await readServer(client);
  if (server !== undefined && server.number >= oldestServer) return;
  throw new MigrationError(
    'old_server',
    `PostgreSQL 15 or later is needed; this server is ${server?.version}.`,
  );
}

/** The version of the server: for people, and to compare. */
export async function readServer(
  client: Pick<pg.Client, 'query'> | pg.Pool,
): Promise<{ version: string; number: number } | undefined> {
  const answer = await client.query<{ version: string; number: number }>(
    `select current_setting('server_version') as version, current_setting('server_version_num')::int as number`,
  );
  return answer.rows[0];
}

async function findPending(client: pg.Client, migrations: readonly Migration[]): Promise<Migration[]> {
  await client.query(`
    create schema if not exists sync;
    create table if not exists sync.migrations (
      name text primary key, digest text not null, applied_at timestamptz not null default now()
    );
    comment on table sync.migrations is 'Migrations that this database has been through';
    comment on column sync.migrations.name is 'Name of the file';
    comment on column sync.migrations.digest is 'SHA-256 of its text, to notice that it was edited afterwards';
    comment on column sync.migrations.applied_at is 'When it ran'`);
  const done = await client.query<{ name: string; digest: string }>(
    'select name, digest from sync.migrations order by name',
  );
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  const unknown = done.rows.filter(({ name }) => !known.has(name)).map(({ name }) => name);
  if (unknown.length > 0) throw new NewerDatabaseError(unknown);
  const edited = done.rows.find(({ name, digest }) => known.get(name)?.digest !== digest);
  if (edited !== undefined) {
    throw new MigrationError(
      'edited_migration',
      `Migration ${edited.name} was edited after it had run on this database. Restore its text and add a new migration.`,
    );
  }
  const names = new Set(done.rows.map(({ name }) => name));
  return migrations.filter(({ name }) => !names.has(name));
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  try {
    await client.query('begin');
    // A long query of somebody else must fail the migration, not queue every reader behind it.
    await client.query(`set local lock_timeout = '60s'`);
    for (const statement of migration.statements) await client.query(statement);
    await client.query('insert into sync.migrations (name, digest) values ($1, $2)', [
      migration.name,
      migration.digest,
    ]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw new MigrationError('migration_failed', `Migration ${migration.name} failed: ${reason(error)}`, {
      cause: error,
    });
  }
}

function reason(error: unknown): string {
  if (!(error instanceof pg.DatabaseError)) return error instanceof Error ? error.message : String(error);
  if (error.code === '55P03') {
    return 'a table was in use for more than 60 seconds. End long queries (see pg_stat_activity) and start again.';
  }
  if (error.code === '42501')
    return `${error.message}. Give the role CREATE on the database, or migrate with its owner.`;
  return error.message;
}
