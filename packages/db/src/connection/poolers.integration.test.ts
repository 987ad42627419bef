import { sql } from 'drizzle-orm';
import { describe, expect, inject, test } from 'vitest';
import { type PgbouncerOptions, startPgbouncer } from '../../../../tests/services/pgbouncer.ts';
import { migrate, openDatabase, tryAdvisoryLock, withAdvisoryLock } from '../index.ts';
import { openWriter } from '../testing/customer-writer.ts';
import { customer } from '../testing/recorded-customers.ts';
import { createTestDatabase } from '../testing.ts';
import { inPageTransaction } from './transaction.ts';

const adminUrl = inject('postgresUrls')['18'];

async function behindPgbouncer(options: PgbouncerOptions) {
  const own = await createTestDatabase(adminUrl);
  const pooler = await startPgbouncer(own.url, options);
  return {
    own,
    url: pooler.url,
    async [Symbol.asyncDispose]() {
      await pooler[Symbol.asyncDispose]();
      await own[Symbol.asyncDispose]();
    },
  };
}

describe('behind pgbouncer', () => {
  test.each<[string, PgbouncerOptions]>([
    ['transaction mode', { mode: 'transaction' }],
    ['statement mode', { mode: 'statement' }],
    ['transaction mode with one connection', { mode: 'transaction', poolSize: 1 }],
    ['transaction mode, connections in turn', { mode: 'transaction', settings: { server_round_robin: '1' } }],
    ['transaction mode, kept filled', { mode: 'transaction', settings: { min_pool_size: '5' } }],
  ])('%s is refused with the cure, before anything is set in sessions of others', async (_name, options) => {
    await using stage = await behindPgbouncer(options);
    // Others have used the pooler before: it has connections of the server at hand.
    await stage.own.database.pool.query('select 1');
    const failure = await openDatabase({ url: stage.url }).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'transaction_pooler',
      retryable: false,
      message: expect.stringMatching(/transaction mode.*direct address.*pool_mode=session/),
    });
  });

  test('session mode works: pages are written, settings hold, locks hold and are gone afterwards, notifications arrive', async () => {
    await using stage = await behindPgbouncer({ mode: 'session', settings: { server_reset_query: '' } });
    {
      await using database = await openDatabase({ url: stage.url });
      expect(database.server.pooled).toBe(true);
      expect(await migrate(database)).toEqual({ applied: [], newer: [] });
      expect((await database.pool.query('show search_path')).rows).toEqual([
        { search_path: 'pg_catalog, pg_temp' },
      ]);
      // Pages are copied in (COPY), and their last statements sent together with COMMIT.
      const { customers, write } = await openWriter(database, 'pooled');
      await write([customer(1), customer(2)]);
      await write([customer(2, { taxvat: 'HR7' }), customer(3)]);
      expect(await customers.idsInRange('pooled', 0)).toEqual([1, 2, 3]);
      const nested = await withAdvisoryLock(database, 'one', () =>
        tryAdvisoryLock(database, 'two', () =>
          tryAdvisoryLock(stage.own.database, 'two', async () => 'both'),
        ),
      );
      expect(nested).toEqual({ acquired: true, result: { acquired: false } });
      const listener = await database.connectAlone('listen');
      const heard = new Promise((resolve) =>
        listener.once('notification', ({ payload }) => resolve(payload)),
      );
      await listener.query('listen somewhere');
      await stage.own.database.pool.query(`select pg_notify('somewhere', 'news')`);
      expect(await heard).toBe('news');
      await listener.end();
    }
    // The next one gets connections of the server on which the one before has prepared statements.
    for (const _ of ['first', 'second']) {
      await using database = await openDatabase({ url: stage.url });
      const asked = await inPageTransaction(database, {
        first: async () => undefined,
        work: async (statements) => {
          for (const n of [1, 2, 3]) await statements.execute(sql`select ${n}::integer as n`);
          return (await statements.execute<{ n: number }>(sql`select ${4}::integer as n`)).rows;
        },
      });
      expect(asked).toEqual([{ n: 4 }]);
    }
    const left = await stage.own.database.pool.query(
      `select from pg_locks where locktype = 'advisory'
         and database = (select oid from pg_database where datname = current_database())`,
    );
    expect(left.rowCount).toBe(0);
  });

  test('a pool of one connection in session mode is too small, and said to be', async () => {
    await using stage = await behindPgbouncer({ mode: 'session', poolSize: 1 });
    const failure = await openDatabase({ url: stage.url }).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'pooler_exhausted',
      message: expect.stringMatching(/default_pool_size/),
    });
  });
});

test('a server that is asked directly is taken for one', async () => {
  await using own = await createTestDatabase(adminUrl);
  expect(own.database.server).toMatchObject({ pooled: false, readOnly: null });
});
