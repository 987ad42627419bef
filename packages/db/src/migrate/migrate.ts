import { setTimeout as sleep } from 'node:timers/promises';
import { entities } from '@magento-sync/entities';
import pg from 'pg';
import { lockNames, withAdvisoryLockAlone } from '../connection/advisory-lock.ts';
import type { Database } from '../connection/open-database.ts';
import { MigrationError, NewerDatabaseError, ReadOnlyDatabaseError } from '../errors.ts';
import { identifier } from '../flat-view/attribute-columns.ts';
import { hasFlatView, refreshFlatView } from '../flat-view/refresh-flat-view.ts';
import { ownSchemas } from '../schema/namespaces.ts';
import { type Migration, readMigrations } from './migrations.ts';
import { findMissingRights, missingRightsSentence } from './schema-rights.ts';

/** `server_version_num` of PostgreSQL 15. */
export const oldestServer = 150_000;

/** How the tables are brought up to date. */
export interface MigrateOptions {
  readonly signal?: AbortSignal;
  /** Others than those that come with this package. */
  readonly migrations?: readonly Migration[];
  /** Told how many are to be applied, and after each of them. */
  readonly onPending?: (migrations: number) => void;
  readonly onApplied?: (name: string) => void;
}

/** What was done, and what only newer versions know. */
export interface MigrateOutcome {
  /** Names of the migrations that ran. */
  readonly applied: string[];
  /** Migrations of a newer version, none of which keeps this one from working. */
  readonly newer: string[];
}

/**
 * Brings the tables up to date.
 *
 * Each migration is one transaction, unless its file says otherwise. May be called by any number of processes at once:
 * one works, the others wait. Where nothing is pending it only reads, so that a role without rights on tables will do.
 *
 * @throws NewerDatabaseError, ReadOnlyDatabaseError, MigrationError; what ran before the failure stays.
 */
export async function migrate(database: Database, options: MigrateOptions = {}): Promise<MigrateOutcome> {
  const { version, versionNumber, readOnly } = database.server;
  if (versionNumber < oldestServer) {
    throw new MigrationError('old_server', `PostgreSQL 15 or later is needed; this server is ${version}.`);
  }
  if (readOnly) throw new ReadOnlyDatabaseError(readOnly);
  const migrations = options.migrations ?? (await readMigrations());
  const outcome = await withAdvisoryLockAlone(
    database,
    lockNames.migrate,
    async ({ client }) => {
      const { pending, newer } = await compareWithTable(client, migrations);
      if (pending.length > 0) await prepare(client);
      options.onPending?.(pending.length);
      for (const migration of pending) {
        options.signal?.throwIfAborted();
        await apply(client, migration, options.signal);
        options.onApplied?.(migration.name);
      }
      return { applied: pending.map(({ name }) => name), newer };
    },
    options.signal,
  );
  if (outcome.applied.length > 0)
    for (const entity of entities.filter(hasFlatView)) await refreshFlatView(database, entity);
  return outcome;
}

/** What of the known migrations has not run, and what ran that is unknown here. Only reads. */
export async function compareWithTable(
  client: Pick<pg.ClientBase, 'query'> | pg.Pool,
  migrations: readonly Migration[],
): Promise<{ pending: Migration[]; newer: string[] }> {
  const found = await client.query<{ readable: boolean; marked: boolean; user: string }>(
    `select current_user::text as user,
       has_schema_privilege(n.oid, 'USAGE') and has_table_privilege(c.oid, 'SELECT') as readable,
       exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'ends_older_workers') as marked
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'sync' and c.relname = 'migrations'`,
  );
  const [table] = found.rows;
  if (table === undefined) return { pending: [...migrations], newer: [] };
  if (!table.readable) throw new MigrationError('missing_rights', closedTables(table.user));
  const done = await client.query<{ name: string; digest: string; ends: boolean }>(
    `select name, digest, ${table.marked ? 'ends_older_workers' : 'false'} as ends from sync.migrations order by name`,
  );
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  const unknown = done.rows.filter(({ name }) => !known.has(name));
  const ending = unknown.filter(({ ends }) => ends);
  if (ending.length > 0) throw new NewerDatabaseError(ending.map(({ name }) => name));
  const edited = done.rows.find(({ name, digest }) => known.has(name) && known.get(name)?.digest !== digest);
  if (edited !== undefined) {
    throw new MigrationError(
      'edited_migration',
      `Migration ${edited.name} was edited after it had run on this database. Restore its text and add a new migration.`,
    );
  }
  const names = new Set(done.rows.map(({ name }) => name));
  return {
    pending: migrations.filter(({ name }) => !names.has(name)),
    newer: unknown.map(({ name }) => name),
  };
}

function closedTables(user: string): string {
  const role = identifier(user);
  return (
    `User '${user}' may not use the tables, which belong to another role. Let that role run: ` +
    `GRANT USAGE ON SCHEMA magento, sync TO ${role}; ` +
    `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA magento, sync TO ${role}; ` +
    `GRANT USAGE ON ALL SEQUENCES IN SCHEMA sync TO ${role};`
  );
}

/** Makes the schemas where nobody else has, and the table of what ran. */
async function prepare(client: pg.Client): Promise<void> {
  const lacking = await findMissingRights(client, ownSchemas);
  if (lacking) throw new MigrationError('missing_rights', missingRightsSentence(lacking));
  for (const schema of ownSchemas) await createSchema(client, schema);
  await client.query(`
    create table if not exists sync.migrations (
      name text primary key, digest text not null, applied_at timestamptz not null default now()
    );
    alter table sync.migrations add column if not exists ends_older_workers boolean not null default false;
    comment on table sync.migrations is 'Migrations that this database has been through';
    comment on column sync.migrations.name is 'Name of the file';
    comment on column sync.migrations.digest is 'SHA-256 of its text, to notice that it was edited afterwards';
    comment on column sync.migrations.applied_at is 'When it ran';
    comment on column sync.migrations.ends_older_workers is 'Workers that do not know it must not go on'`);
}

/** Not by IF NOT EXISTS: that demands the right to create it even where it exists. */
async function createSchema(client: pg.Client, schema: string): Promise<void> {
  const found = await client.query('select from pg_namespace where nspname = $1', [schema]);
  if (found.rowCount === 0) await client.query(`create schema ${identifier(schema)}`);
}

/** How long one attempt waits for a table: every reader queues up behind it meanwhile. */
const lockTimeout = '3s';
const attempts = 20;
const conflictStates: ReadonlySet<string | undefined> = new Set(['55P03', '40P01']);

async function apply(
  client: pg.Client,
  migration: Migration,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await (migration.outsideTransaction ? runOneByOne : runAtOnce)(client, migration);
      return;
    } catch (error) {
      const conflict = error instanceof pg.DatabaseError && conflictStates.has(error.code);
      if (!conflict || attempt === attempts) {
        throw new MigrationError('migration_failed', `Migration ${migration.name} failed: ${reason(error)}`, {
          cause: error,
        });
      }
      await sleep(500 + Math.random() * 1_500, undefined, { signal });
    }
  }
}

async function runAtOnce(client: pg.Client, migration: Migration): Promise<void> {
  try {
    await client.query('begin');
    await client.query(`set local lock_timeout = '${lockTimeout}'`);
    for (const statement of migration.statements) {
      if (!isDone(statement)) await client.query(statement);
    }
    await note(client, migration);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}

/** A lock_timeout would end `CREATE INDEX CONCURRENTLY`, which waits for others without holding anybody up. */
async function runOneByOne(client: pg.Client, migration: Migration): Promise<void> {
  await dropInvalidIndexes(client);
  for (const statement of migration.statements) await client.query(statement);
  await note(client, migration);
}

/** An index whose building was cut off stays, is of no use, and would pass for the real one by its name. */
async function dropInvalidIndexes(client: pg.Client): Promise<void> {
  const invalid = await client.query<{ name: string }>(
    `select i.indexrelid::regclass::text as name from pg_index i join pg_class c on c.oid = i.indexrelid
     where not i.indisvalid and c.relnamespace in ('magento'::regnamespace, 'sync'::regnamespace)`,
  );
  for (const { name } of invalid.rows) await client.query(`drop index concurrently if exists ${name}`);
}

function note(client: pg.Client, { name, digest, endsOlderWorkers }: Migration): Promise<unknown> {
  return client.query('insert into sync.migrations (name, digest, ends_older_workers) values ($1, $2, $3)', [
    name,
    digest,
    endsOlderWorkers,
  ]);
}

/** The schemas are there before the first migration, which creates them too, runs. */
function isDone(statement: string): boolean {
  const schema = /^\s*create schema (?:if not exists )?"(\w+)";?\s*$/i.exec(statement)?.[1];
  return schema !== undefined && ownSchemas.includes(schema);
}

function reason(error: unknown): string {
  if (!(error instanceof pg.DatabaseError)) return error instanceof Error ? error.message : String(error);
  if (error.code === '55P03') {
    return `a table was in use at each of ${attempts} attempts. End long transactions (see pg_stat_activity) and start again.`;
  }
  if (error.code === '42501') {
    return `${error.message}. Run "magento-sync migrate" once with the role that owns the tables.`;
  }
  return error.message;
}
