import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { inspect } from 'node:util';
import { describe, expect, inject, test } from 'vitest';
import { DatabaseConnectionError, openDatabase, transientFailure } from '../index.ts';

const adminUrl = inject('postgresUrls')['18'];

function changed(change: (url: URL) => void): string {
  const url = new URL(adminUrl);
  url.password = 'open-sesame';
  change(url);
  return url.href;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('a database that cannot be opened', () => {
  test.each([
    [
      'a wrong password',
      () => changed(() => undefined),
      '28P01',
      /refused the password of user .* correct it in the database URL/,
    ],
    [
      'a missing database',
      () => {
        const url = new URL(adminUrl);
        url.pathname = '/no_such_database';
        return url.href;
      },
      '3D000',
      /'no_such_database' does not exist .*createdb no_such_database/,
    ],
    [
      'a port where nothing listens',
      async () => {
        const port = await freePort();
        return changed((url) => {
          url.port = String(port);
        });
      },
      'ECONNREFUSED',
      /Nothing answers at .*start PostgreSQL there/,
    ],
    [
      'localhost, which stands for two addresses',
      async () => `postgres://someone:open-sesame@localhost:${await freePort()}/x`,
      'ECONNREFUSED',
      /Nothing answers at localhost:/,
    ],
    [
      'another scheme',
      () => 'mysql://someone:open-sesame@host/x',
      'invalid_url',
      /does not start with postgres:/,
    ],
    [
      'a URL that is none',
      () => 'postgres://someone:open-sesame@host:no-port/x',
      'invalid_url',
      /can't be read/,
    ],
  ])('%s: one sentence with the cure, without the password', async (_name, makeUrl, code, sentence) => {
    const failure = await openDatabase({ url: await makeUrl() }).catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(DatabaseConnectionError);
    expect(failure).toMatchObject({ code, message: expect.stringMatching(sentence) });
    expect((failure as Error).message).not.toContain('\n');
    if (code !== 'invalid_url') expect((failure as Error).cause).toBeInstanceOf(Error);
    expect(inspect(failure, { depth: 10, showHidden: true })).not.toContain('open-sesame');
  });

  test('a server that accepts and says nothing is given up', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const { port } = silent.address() as { port: number };
    const opening = openDatabase({ url: `postgres://a:b@127.0.0.1:${port}/x`, connectTimeoutMs: 200 });
    const failure = await opening.catch((error: unknown) => error);
    silent.close();
    expect(failure).toMatchObject({
      retryable: true,
      message: expect.stringContaining('did not answer in time'),
    });
  });
});

describe('an open database', () => {
  test('shows its password to nobody', async () => {
    await using database = await openDatabase({ url: adminUrl });
    const { password } = new URL(adminUrl);
    const shown = [database, database.pool, database.orm].map((value) => inspect(value, { depth: 8 })).join();
    expect(password).not.toBe('');
    expect(shown).not.toContain(`:${password}@`);
    expect(JSON.stringify(database)).toBe('{}');
  });

  test('reads large numbers exactly or not at all', async () => {
    await using database = await openDatabase({ url: adminUrl });
    expect((await database.pool.query('select 4294967295::bigint as id')).rows).toEqual([
      { id: 4_294_967_295 },
    ]);
    await expect(database.pool.query('select 9007199254740993::bigint as id')).rejects.toThrow(RangeError);
  });

  test('cancels statements that take too long, as a transient failure', async () => {
    await using database = await openDatabase({ url: adminUrl, statementTimeoutMs: 1_000 });
    const failure = await database.pool.query('select pg_sleep(60)').catch((error: unknown) => error);
    expect(transientFailure(failure)).toMatchObject({ code: '57014' });
  });

  test('survives a connection that the server ends, and closes twice', async () => {
    const broken: Error[] = [];
    const database = await openDatabase({
      url: adminUrl,
      maxConnections: 1,
      onIdleError: (error) => broken.push(error),
    });
    await using other = await openDatabase({ url: adminUrl });
    const [session] = (await database.pool.query<{ pid: number }>('select pg_backend_pid() as pid')).rows;
    const ended = new Promise((resolve) => database.pool.once('remove', resolve));
    await other.pool.query('select pg_terminate_backend($1)', [session?.pid]);
    await ended;
    expect(broken).toMatchObject([{ code: '57P01' }]);
    expect((await database.pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await Promise.all([database.close(), database.close()]);
  });
});

/** A role of its own that may open so many connections; gone with the scope. */
async function roleWith(connections: number) {
  const role = `few_${randomBytes(4).toString('hex')}`;
  const admin = await openDatabase({ url: adminUrl, maxConnections: 1 });
  await admin.pool.query(`create role ${role} login password 'few' connection limit ${connections}`);
  const url = new URL(adminUrl);
  url.username = role;
  url.password = 'few';
  return {
    url: url.href,
    async [Symbol.asyncDispose]() {
      await admin.pool.query(`drop role ${role}`);
      await admin.close();
    },
  };
}

describe('few connections', () => {
  test('a pool makes do with those it is given: everything asked is answered', async () => {
    await using few = await roleWith(2);
    await using database = await openDatabase({ url: few.url, maxConnections: 10 });
    const asked = Array.from({ length: 20 }, (_, index) =>
      database.pool.query<{ index: number }>('select $1::int as index from pg_sleep(0.02)', [index]),
    );
    const answers = await Promise.all(asked);
    expect(answers.map(({ rows }) => rows[0]?.index)).toEqual(asked.map((_, index) => index));
    expect(database.pool.totalCount).toBeLessThanOrEqual(2);
  });

  test('whoever waits for one too long is told by a typed error which limit was reached', async () => {
    await using few = await roleWith(1);
    await using database = await openDatabase({ url: few.url, acquireTimeoutMs: 1_500, maxConnections: 1 });
    const only = await database.pool.connect();
    const alone = await database.connectAlone('lock').catch((error: unknown) => error);
    only.release();
    expect(alone).toBeInstanceOf(DatabaseConnectionError);
    expect(alone).toMatchObject({
      code: '53300',
      retryable: true,
      message: expect.stringMatching(/ALTER ROLE few_\w+ CONNECTION LIMIT/),
    });
    expect(transientFailure(alone)).toMatchObject({ code: '53300' });
  });

  test('a pool whose connections are all busy says so', async () => {
    await using database = await openDatabase({
      url: adminUrl,
      maxConnections: 1,
      acquireTimeoutMs: 1_500,
    });
    const only = await database.pool.connect();
    const failure = await database.pool.query('select 1').catch((error: unknown) => error);
    only.release();
    expect(failure).toBeInstanceOf(DatabaseConnectionError);
    expect(failure).toMatchObject({ code: 'pool_busy', retryable: true });
    expect(transientFailure(failure)).not.toBeNull();
  });
});

test.each(['LATIN1', 'SQL_ASCII'])(
  'a database in %s is refused with the command that makes a right one',
  async (encoding) => {
    await using admin = await openDatabase({ url: adminUrl, maxConnections: 1 });
    const name = `other_${randomBytes(4).toString('hex')}`;
    const at = (database: string) => {
      const url = new URL(adminUrl);
      url.pathname = `/${database}`;
      return url.href;
    };
    await admin.pool.query(
      `create database ${name} encoding '${encoding}' template template0 lc_collate 'C' lc_ctype 'C'`,
    );
    try {
      const failure = await openDatabase({ url: at(name) }).catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: 'wrong_encoding', message: expect.stringContaining(encoding) });
      const command = /CREATE DATABASE[^;]+/.exec((failure as Error).message)?.[0] ?? '';
      await admin.pool.query(command);
      await using database = await openDatabase({ url: at(`${name}_utf8`) });
      expect((await database.pool.query(`select 'Łukasz' as name`)).rows).toEqual([{ name: 'Łukasz' }]);
    } finally {
      await admin.pool.query(`drop database if exists ${name}`);
      await admin.pool.query(`drop database if exists ${name}_utf8 with (force)`);
    }
  },
);
