import { describe, expect, inject, test } from 'vitest';
import { openDatabase } from '../index.ts';
import { createTestDatabase } from '../testing.ts';

/** As they are found on servers, databases and roles. */
const foreign = {
  DateStyle: 'German, DMY',
  IntervalStyle: 'sql_standard',
  TimeZone: 'Asia/Kathmandu',
  bytea_output: 'escape',
  extra_float_digits: '-3',
  array_nulls: 'off',
  search_path: 'elsewhere',
  standard_conforming_strings: 'off',
  transform_null_equals: 'on',
  quote_all_identifiers: 'on',
  default_transaction_isolation: 'serializable',
  default_transaction_deferrable: 'on',
  lock_timeout: '1s',
  statement_timeout: '1s',
  idle_in_transaction_session_timeout: '1s',
  idle_session_timeout: '1s',
  client_encoding: 'LATIN1',
};

/** Statements and answers, each of which one of those settings would change. */
const samples = [
  [`select '2026-02-01 23:30:00+00'::timestamptz as value`, [], new Date('2026-02-01T23:30:00Z')],
  [`select '2026-02-01 23:30:00+00'::timestamptz::text as value`, [], '2026-02-01 23:30:00+00'],
  [`select '01/02/2026'::date::text as value`, [], '2026-01-02'],
  [`select '2026-02-01 23:30:00+00'::timestamptz::date::text as value`, [], '2026-02-01'],
  [`select ('1 day 02:03:04'::interval)::text as value`, [], '1 day 02:03:04'],
  [`select '\\x00ff'::bytea as value`, [], Buffer.from([0, 255])],
  ['select 0.1::float8 + 0.2::float8 as value', [], 0.1 + 0.2],
  ['select $1::text[] as value', [['a', null, 'NULL']], ['a', null, 'NULL']],
  [`select 'a\\nb' as value`, [], 'a\\nb'],
  ['select (null::int = null) is null as value', [], true],
  [`select quote_ident('plain') as value`, [], 'plain'],
  [`select 'Łukasz 🙂' || $1 as value`, [' Ünïcode €'], 'Łukasz 🙂 Ünïcode €'],
  [`select current_setting('transaction_isolation') as value`, [], 'read committed'],
] as const;

describe.each(Object.entries(inject('postgresUrls')))(
  'settings of others on PostgreSQL %s',
  (version, adminUrl) => {
    test('change neither what is asked nor what is read, in the pool and beside it', async () => {
      await using own = await createTestDatabase(adminUrl);
      const name = new URL(own.url).pathname.slice(1);
      const all = { ...foreign, ...(Number(version) >= 17 ? { transaction_timeout: '1s' } : {}) };
      for (const [setting, value] of Object.entries(all)) {
        await own.database.pool.query(`alter database "${name}" set ${setting} = '${value}'`);
      }
      await using database = await openDatabase({ url: own.url });
      const alone = await database.connectAlone('test');
      // Longer than those allow a statement to take, and a session to be idle.
      await database.pool.query('select from pg_sleep(1.1)');
      for (const session of [database.pool, alone]) {
        for (const [statement, parameters, expected] of samples) {
          const { rows } = await session.query<{ value: unknown }>(statement, [...parameters]);
          expect(rows[0]?.value, statement).toEqual(expected);
        }
      }
      await alone.end();
    });
  },
);
