import { Redis } from 'ioredis';
import pg from 'pg';
import { expect, inject, test } from 'vitest';

test.each(['15', '18'] as const)('the tests run against a real PostgreSQL %s', async (version) => {
  const client = new pg.Client({ connectionString: inject('postgresUrls')[version] });
  await client.connect();
  const { rows } = await client.query<{ server_version: string }>('show server_version');
  await client.end();
  expect(rows[0]?.server_version.split('.')[0]).toBe(version);
});

test('the tests run against a real Redis that never evicts', async () => {
  const redis = new Redis(inject('redisUrl'));
  expect(await redis.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction']);
  redis.disconnect();
});
