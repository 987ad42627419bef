import { sql } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';
import { openDatabase } from '../index.ts';
import { describeOnEveryPostgres } from '../testing/on-every-postgres.ts';
import { allOf, inPageTransaction, together } from './transaction.ts';

describeOnEveryPostgres('a transaction whose last statements go with its commit', (stage) => {
  const insert = (n: number) => sql`insert into sync.tried values (${n}::integer)`;
  const found = async () =>
    (await stage.database.pool.query('select n from sync.tried order by n')).rows.map(({ n }) => n);
  const nothing = async () => undefined;

  beforeEach(async () => {
    await stage.database.pool.query('drop table if exists sync.tried');
    await stage.database.pool.query('create table sync.tried (n integer primary key)');
  });

  test('does them in their order, and answers for what was asked first', async () => {
    const answer = await inPageTransaction(stage.database, {
      first: (statements) => statements.execute<{ n: number }>(sql`select 7 as n`),
      work: async (statements, _, first, atTheEnd) => {
        await statements.execute(insert(1));
        atTheEnd(insert(2), sql`update sync.tried set n = n + 10`, insert(2));
        return first.rows[0]?.n;
      },
    });
    expect([answer, await found()]).toEqual([7, [2, 11, 12]]);
  });

  test.each([
    ['the first of them', [insert(1), insert(2)]],
    ['one between', [insert(2), insert(1), insert(3)]],
    ['the last one', [insert(2), insert(3), insert(1)]],
  ])('does nothing at all when %s fails, and its connection goes on', async (_what, last) => {
    const processes = async () =>
      (
        await stage.database.pool.query(
          'select pid from pg_stat_activity where datname = current_database() order by pid',
        )
      ).rows.map(({ pid }) => pid);
    const before = await processes();
    const failing = inPageTransaction(stage.database, {
      first: nothing,
      work: async (statements, _client, _first, atTheEnd) => {
        await statements.execute(insert(1));
        atTheEnd(...last);
      },
    });
    await expect(failing).rejects.toMatchObject({ code: '23505' });
    expect(await found()).toEqual([]);
    expect(await processes()).toEqual(before);
  });

  test('does nothing when what was asked first fails, and waits for every answer', async () => {
    let worked = false;
    const failing = inPageTransaction(stage.database, {
      first: (statements) =>
        allOf([
          statements.execute(sql`select 1 / 0`),
          statements.execute(sql`select pg_sleep(0.05)`),
          statements.execute(sql`select 1`),
        ]),
      work: async () => {
        worked = true;
      },
    });
    await expect(failing).rejects.toMatchObject({ code: '22012' });
    expect(worked).toBe(false);
    expect(await found()).toEqual([]);
  });

  test('is repeated when it is the last statements that end in a deadlock', async () => {
    await stage.database.pool.query('insert into sync.tried values (1), (2)');
    let attempts = 0;
    const both = new Set<number>();
    let release = () => {};
    const bothHold = new Promise<void>((resolve) => {
      release = resolve;
    });
    const lockTwo = (one: number, other: number) =>
      inPageTransaction(stage.database, {
        first: nothing,
        work: async (statements, _client, _first, atTheEnd) => {
          attempts += 1;
          await statements.execute(sql`select n from sync.tried where n = ${one} for update`);
          both.add(one);
          if (both.size === 2) release();
          await bothHold;
          atTheEnd(sql`update sync.tried set n = n where n = ${other}`);
        },
      });
    await Promise.all([lockTwo(1, 2), lockTwo(2, 1)]);
    expect(attempts).toBe(3);
  });

  test('prepares what comes again, once', async () => {
    await using database = await openDatabase({ url: stage.database.url, maxConnections: 1 });
    const prepared = await inPageTransaction(database, {
      first: nothing,
      work: async (statements, client, _first, atTheEnd) => {
        const after: string[][] = [];
        for (const statement of [insert(1), insert(2), insert(3), sql`select n from sync.tried`]) {
          await statements.execute(statement);
          const known = await client.query('select statement from pg_prepared_statements');
          after.push(known.rows.map((row) => row.statement));
        }
        atTheEnd(insert(4), sql`update sync.tried set n = n + 10`);
        return after;
      },
    });
    const once = ['insert into sync.tried values ($1::integer)'];
    expect(prepared).toEqual([[], once, once, once]);
    expect(await found()).toEqual([11, 12, 13, 14]);
  });

  test('goes on where what was prepared is discarded, or no longer fits its table', async () => {
    await using database = await openDatabase({ url: stage.database.url, maxConnections: 1 });
    const ask = () =>
      inPageTransaction(database, {
        first: nothing,
        work: async (statements) => {
          const answers = [1, 2, 3].map(() => sql`select n, 'asked' as what from sync.tried`);
          for (const answer of answers) await statements.execute(answer);
          return (await statements.execute(answers[0]!)).rows;
        },
      });
    await stage.database.pool.query('insert into sync.tried values (1)');
    expect(await ask()).toEqual([{ n: 1, what: 'asked' }]);
    await database.pool.query('deallocate all');
    expect(await ask()).toEqual([{ n: 1, what: 'asked' }]);
    await stage.database.pool.query(`alter table sync.tried alter column n type text`);
    expect(await ask()).toEqual([{ n: '1', what: 'asked' }]);
  });

  test('answers of queries sent together belong to their queries, also behind one that fails', async () => {
    const client = await stage.database.pool.connect();
    try {
      const ask = (text: string) => client.query<{ n: number }>(text).then(({ rows }) => rows[0]?.n);
      const answers = await together(client, () =>
        Promise.allSettled([ask('select 1 as n'), ask('select 1 / 0 as n'), ask('select 3 as n')]),
      );
      expect(answers.map((answer) => ('value' in answer ? answer.value : 'failed'))).toEqual([
        1,
        'failed',
        3,
      ]);
      expect(await ask('select 4 as n')).toBe(4);
    } finally {
      client.release();
    }
  });
});
