import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startEmbeddedPostgres } from './start-embedded-postgres.ts';

let dataDirectory: string;

beforeEach(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), 'embedded-postgres-test-'));
});

afterEach(async () => {
  await rm(dataDirectory, { recursive: true, force: true });
});

async function query(url: string, sql: string): Promise<Record<string, string>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, string>>(sql);
    return rows;
  } finally {
    await client.end();
  }
}

async function reachable(url: string): Promise<boolean> {
  return query(url, 'select 1').then(
    () => true,
    () => false,
  );
}

test('data survives a stop and a start', async () => {
  const first = await startEmbeddedPostgres({ dataDirectory });
  await query(first.url, 'create table kept as select 42 as answer');
  await first.stop();
  expect(await reachable(first.url)).toBe(false);

  await using second = await startEmbeddedPostgres({ dataDirectory });
  expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
});

test('a second start joins the running server, also when both start at once', async () => {
  const [first, second] = await Promise.all([
    startEmbeddedPostgres({ dataDirectory }),
    startEmbeddedPostgres({ dataDirectory }),
  ]);
  expect(second.url).toBe(first.url);
  await first.stop();
  await second.stop();
  expect(await reachable(first.url)).toBe(false);
});

test('stopping leaves the server to whoever is still connected', async () => {
  const first = await startEmbeddedPostgres({ dataDirectory });
  const second = await startEmbeddedPostgres({ dataDirectory });
  const client = new pg.Client({ connectionString: second.url });
  await client.connect();
  await first.stop();
  expect((await client.query('select 1 as still')).rows).toEqual([{ still: 1 }]);
  await client.end();
  await second.stop();
  expect(await reachable(second.url)).toBe(false);
});

test('a server that was killed comes back with its committed data', async () => {
  const first = await startEmbeddedPostgres({ dataDirectory });
  await query(first.url, 'create table kept as select 1 as row');
  const [setting] = await query(first.url, 'show data_directory');
  const lockFile = await readFile(join(setting!['data_directory']!, 'postmaster.pid'), 'utf8');
  process.kill(Number(lockFile.split('\n')[0]), 'SIGKILL');

  await using second = await startEmbeddedPostgres({ dataDirectory });
  expect(await query(second.url, 'select row from kept')).toEqual([{ row: 1 }]);
});
