import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, inject, test } from 'vitest';
import { type Database, MigrationError, migrate, NewerDatabaseError, openDatabase } from '../index.ts';
import { createTestDatabase } from '../testing.ts';
import { inspectSchema } from './inspect-schema.ts';
import { migrationOf, readMigrations } from './migrations.ts';

const run = promisify(execFile);

/** Resolves as soon as somebody waits for a lock on the table. */
async function waitingFor({ pool }: Database, table: string): Promise<void> {
  for (let found = 0; found === 0; ) {
    const waiting = await pool.query(
      `select from pg_locks where not granted and relation = $1::regclass and mode = 'AccessExclusiveLock'
         and database = (select oid from pg_database where datname = current_database())`,
      [table],
    );
    found = waiting.rowCount ?? 0;
  }
}
const packageFolder = fileURLToPath(new URL('../..', import.meta.url));

describe.each(Object.entries(inject('postgresUrls')))('migrations on PostgreSQL %s', (_version, adminUrl) => {
  /** A database that has never been migrated. */
  async function emptyDatabase() {
    const test = await createTestDatabase(adminUrl);
    await test.database.pool.query('drop schema magento, sync cascade');
    return test;
  }

  test('two starters at once: one migrates, the other finds nothing to do', async () => {
    await using one = await emptyDatabase();
    await using other = await openDatabase({ url: one.url });
    const names = (await readMigrations()).map(({ name }) => name);

    const results = await Promise.all([migrate(one.database), migrate(other), migrate(other)]);

    expect(results.map(({ applied }) => applied).toSorted((a, b) => b.length - a.length)).toEqual([
      names,
      [],
      [],
    ]);
    await expect(other.pool.query('select from magento.customers_flat')).resolves.toMatchObject({
      rowCount: 0,
    });
  });

  test('a look at the tables changes nothing and says what is missing or newer', async () => {
    await using test = await emptyDatabase();
    const names = (await readMigrations()).map(({ name }) => name);
    const look = () => inspectSchema(test.database);
    expect(await look()).toMatchObject({ serverSupported: true, exists: false, pending: names, newer: [] });
    expect((await look()).exists).toBe(false);
    await migrate(test.database);
    expect(await look()).toMatchObject({ exists: true, pending: [], newer: [] });
    await test.database.pool.query(`update sync.migrations set name = '9999_later' where name = $1`, [
      names[0],
    ]);
    expect(await look()).toMatchObject({ pending: [names[0]], newer: ['9999_later'] });
  });

  test('an older version goes on beside a newer schema, unless that ends it', async () => {
    await using test = await createTestDatabase(adminUrl);
    const known = await readMigrations();
    const later = migrationOf('9998_later', 'create table sync.later (id int)');
    const ending = migrationOf('9999_ending', '-- ends older workers\ndrop table sync.later');
    expect(await migrate(test.database, { migrations: [...known, later] })).toMatchObject({
      applied: ['9998_later'],
    });
    expect(await migrate(test.database)).toEqual({ applied: [], newer: ['9998_later'] });

    await migrate(test.database, { migrations: [...known, later, ending] });

    await expect(migrate(test.database)).rejects.toThrow(NewerDatabaseError);
    await expect(migrate(test.database)).rejects.toThrow(/unknown here: 9999_ending.*Start that version/);
    await expect(inspectSchema(test.database)).rejects.toThrow(NewerDatabaseError);
  });

  test('a table in use is waited for in short attempts, between which its readers go on', async () => {
    await using test = await createTestDatabase(adminUrl);
    const known = await readMigrations();
    const altering = migrationOf('9999_altering', 'alter table sync.runs add column later int');
    const holder = await test.database.pool.connect();
    await holder.query('begin');
    await holder.query('lock table sync.runs in share mode');
    const migrating = migrate(test.database, { migrations: [...known, altering] });
    await waitingFor(test.database, 'sync.runs');
    // Queues up behind the migration, and is answered although the table is still held.
    await test.database.pool.query('select from sync.runs');
    await holder.query('commit');
    holder.release();
    expect(await migrating).toMatchObject({ applied: ['9999_altering'] });
  });

  test('an index is built beside writers, and anew when its building was cut off', async () => {
    await using test = await createTestDatabase(adminUrl);
    const { pool } = test.database;
    await pool.query(`insert into sync.shops (shop, base_url) values ('one', 'https://one.example.com')`);
    const known = await readMigrations();
    const index = migrationOf(
      '9999_index',
      '-- outside a transaction\ncreate unique index concurrently if not exists later on sync.shops ((1))',
    );
    await pool.query(`insert into sync.shops (shop, base_url) values ('two', 'https://two.example.com')`);
    await expect(migrate(test.database, { migrations: [...known, index] })).rejects.toThrow(
      /9999_index failed/,
    );
    await pool.query(`delete from sync.shops where shop = 'two'`);
    // Both wait for the same lock: the one that waits must not hold up the one that builds.
    const outcomes = await Promise.all(
      [1, 2, 3].map(() => migrate(test.database, { migrations: [...known, index] })),
    );
    expect(outcomes.flatMap(({ applied }) => applied)).toEqual(['9999_index']);
    const built = await pool.query(
      `select indisvalid from pg_index where indexrelid = 'sync.later'::regclass`,
    );
    expect(built.rows).toEqual([{ indisvalid: true }]);
  });

  describe('a role that may not create schemas', () => {
    async function restricted() {
      const test = await emptyDatabase();
      const role = `app_${randomBytes(4).toString('hex')}`;
      const url = new URL(test.url);
      const database = url.pathname.slice(1);
      await test.database.pool.query(`revoke create on database "${database}" from public`);
      await test.database.pool.query(`create role ${role} login password 'app'`);
      url.username = role;
      url.password = 'app';
      return { owner: test, role, url: url.href };
    }

    test('is told the statements that help, and helped by them', async () => {
      const { owner, role, url } = await restricted();
      await using _owner = owner;
      {
        await using database = await openDatabase({ url });
        const failure = await migrate(database).catch((error: Error) => error);
        expect(failure).toBeInstanceOf(MigrationError);
        const { message } = failure as Error;
        expect(message).toContain(`User '${role}' may not keep tables in magento and sync of`);
        const grants = message.slice(message.indexOf('run: ') + 5);
        await owner.database.pool.query(grants);
        expect((await migrate(database)).applied).toEqual((await readMigrations()).map(({ name }) => name));
        expect(await migrate(database)).toEqual({ applied: [], newer: [] });
      }
      await owner.database.pool.query(`drop owned by ${role}`);
    });

    test('goes on with tables of others, once it may read and write them', async () => {
      const { owner, role, url } = await restricted();
      await using _owner = owner;
      await migrate(owner.database);
      {
        await using database = await openDatabase({ url });
        const failure = (await migrate(database).catch((error: Error) => error)) as Error;
        expect(failure).toBeInstanceOf(MigrationError);
        await owner.database.pool.query(failure.message.slice(failure.message.indexOf('run: ') + 5));
        expect(await migrate(database)).toEqual({ applied: [], newer: [] });
      }
      await owner.database.pool.query(`drop owned by ${role}`);
    });
  });

  test.each([['its database', 'alter database %I set default_transaction_read_only = on']])(
    'read only by %s: said as such, and nothing is tried',
    async (_name, statement) => {
      await using test = await emptyDatabase();
      await test.database.pool.query(
        `do $$ begin execute format($x$${statement}$x$, current_database()); end $$`,
      );
      await using database = await openDatabase({ url: test.url });
      await expect(migrate(database)).rejects.toThrow(/default_transaction_read_only = on.*RESET/);
    },
  );

  test('a migration that was edited after it had run is refused', async () => {
    await using test = await createTestDatabase(adminUrl);
    await test.database.pool.query(`update sync.migrations set digest = 'x' where name = '0000_initial'`);

    await expect(migrate(test.database)).rejects.toThrow(/0000_initial was edited/);
  });

  test('a failing migration leaves nothing of itself behind and names its cause', async () => {
    await using test = await emptyDatabase();
    await test.database.pool.query('create schema magento; create table magento.customers (id int)');

    const failure = await migrate(test.database).catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(MigrationError);
    expect((failure as Error).message).toMatch(/0000_initial failed: relation "customers" already exists/);
    expect((failure as Error).cause).toMatchObject({ code: '42P07' });
    const tables = await test.database.pool.query(
      `select table_name from information_schema.tables where table_schema = 'sync'`,
    );
    expect(tables.rows).toEqual([{ table_name: 'migrations' }]);
  });

  test('every table and column explains itself', async () => {
    await using test = await createTestDatabase(adminUrl);
    const silent = await test.database.pool.query(
      `select c.oid::regclass::text || coalesce('.' || a.attname, '') as name
       from pg_class c left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
       where c.relnamespace in ('magento'::regnamespace, 'sync'::regnamespace) and c.relkind in ('r', 'v')
         and (obj_description(c.oid, 'pg_class') is null or col_description(c.oid, a.attnum) is null)`,
    );
    expect(silent.rows).toEqual([]);
  });
});

test('the migrations say all that the schema says', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'magento-sync-migrations-'));
  try {
    await cp(join(packageFolder, 'migrations'), folder, { recursive: true });
    const kit = join(packageFolder, 'node_modules', '.bin', 'drizzle-kit');
    const schema = 'drizzle-tables.cjs';
    // drizzle-kit takes every folder as relative, even an absolute one.
    const out = relative(packageFolder, folder);
    const { stdout } = await run(
      kit,
      ['generate', '--dialect', 'postgresql', '--schema', schema, '--out', out, '--name', 'difference'],
      { cwd: packageFolder },
    );
    expect(stdout).toContain('No schema changes');
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('the times in the journal ascend', async () => {
  const journal = JSON.parse(
    await readFile(join(packageFolder, 'migrations', 'meta', '_journal.json'), 'utf8'),
  ) as {
    entries: { when: number; idx: number }[];
  };
  const times = journal.entries.map(({ when }) => when);
  expect(times).toEqual(times.toSorted((one, other) => one - other));
  expect(journal.entries.map(({ idx }) => idx)).toEqual([...journal.entries.keys()]);
});
