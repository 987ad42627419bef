import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, inject, test } from 'vitest';
import { MigrationError, migrate, NewerDatabaseError, openDatabase } from './index.ts';
import { inspectSchema } from './inspect-schema.ts';
import { readMigrations } from './migrations.ts';
import { createTestDatabase } from './testing.ts';

const run = promisify(execFile);
const packageFolder = fileURLToPath(new URL('..', import.meta.url));

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
    expect(await look()).toMatchObject({ serverSupported: true, exists: false, pending: names, unknown: [] });
    expect((await look()).exists).toBe(false);
    await migrate(test.database);
    expect(await look()).toMatchObject({ exists: true, pending: [], unknown: [] });
    await test.database.pool.query(`update sync.migrations set name = '9999_later' where name = $1`, [
      names[0],
    ]);
    expect(await look()).toMatchObject({ pending: [names[0]], unknown: ['9999_later'] });
  });

  test('a database that knows a later migration is refused', async () => {
    await using test = await createTestDatabase(adminUrl);
    await test.database.pool.query(`insert into sync.migrations (name, digest) values ('9999_later', 'x')`);

    await expect(migrate(test.database)).rejects.toThrow(NewerDatabaseError);
    await expect(migrate(test.database)).rejects.toThrow(/9999_later.*Start that version/);
  });

  test('a migration that was edited after it had run is refused', async () => {
    await using test = await createTestDatabase(adminUrl);
    await test.database.pool.query(`update sync.migrations set digest = 'x' where name = '0000_initial'`);

    await expect(migrate(test.database)).rejects.toThrow(/0000_initial was edited/);
  });

  test('a failing migration leaves nothing of itself behind and names its cause', async () => {
    await using test = await emptyDatabase();
    await test.database.pool.query('create schema magento');

    const failure = await migrate(test.database).catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(MigrationError);
    expect((failure as Error).message).toMatch(/0000_initial failed: schema "magento" already exists/);
    expect((failure as Error).cause).toMatchObject({ code: '42P06' });
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
    const schema = join('src', 'schema', 'index.ts');
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
