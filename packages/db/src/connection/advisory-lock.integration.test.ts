import { sql } from 'drizzle-orm';
import pg from 'pg';
import { expect, test } from 'vitest';
import { LockLostError, openDatabase, tryAdvisoryLock, withAdvisoryLock } from '../index.ts';
import { describeOnEveryPostgres } from '../testing/on-every-postgres.ts';
import { LockSession } from './lock-session.ts';

/** `Promise.withResolvers` came with Node 22. */
function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((resolved) => {
    resolve = resolved;
  });
  return { promise, resolve };
}

describeOnEveryPostgres('advisory locks', (stage) => {
  test('what holders store through the session of their locks goes one after the other', async () => {
    let [asked, most] = [0, 0];
    const session = new LockSession(async () => {
      const client = new pg.Client({ connectionString: stage.url });
      await client.connect();
      const query = client.query.bind(client) as (...query: unknown[]) => Promise<unknown>;
      const counted = async (...statement: unknown[]) => {
        asked += 1;
        most = Math.max(most, asked);
        try {
          return await query(...statement);
        } finally {
          asked -= 1;
        }
      };
      return Object.assign(client, { query: counted });
    });
    const shop = stage.freshShop();
    const store = async (number: number) => {
      const lock = await session.tryTake(`${shop} ${number}`);
      const ask = async (n: number) => {
        const answer = await lock?.statements.execute<{ n: number }>(sql`select ${n}::integer as n`);
        return answer?.rows[0]?.n;
      };
      const answers = await Promise.all([1, 2, 3].map(ask));
      await lock?.release();
      return answers;
    };
    expect(await Promise.all([1, 2, 3, 4].map(store))).toEqual(Array.from({ length: 4 }, () => [1, 2, 3]));
    expect(most).toBe(1);
    await session.close();
  });

  test('whoever only tries gives up at once while it is held, and gets it afterwards', async () => {
    const { database } = stage;
    const name = stage.freshShop();
    await withAdvisoryLock(database, name, async () => {
      expect(await tryAdvisoryLock(database, name, async () => 'done')).toEqual({ acquired: false });
      expect(await tryAdvisoryLock(database, `${name} other`, async () => 'done')).toMatchObject({
        acquired: true,
      });
    });
    expect(await tryAdvisoryLock(database, name, async () => 'done')).toEqual({
      acquired: true,
      result: 'done',
    });
  });

  test('any number of locks are held by one session, each of them against this and other processes', async () => {
    const { database, url } = stage;
    await using elsewhere = await openDatabase({ url });
    const names = [1, 2, 3].map((number) => `${stage.freshShop()} ${number}`);
    const release = withResolvers();
    const begun = names.map(() => withResolvers());
    const held = names.map((name, index) =>
      tryAdvisoryLock(database, name, async () => {
        begun[index]?.resolve();
        await release.promise;
        return name;
      }),
    );
    await Promise.all(begun.map(({ promise }) => promise));

    const sessions = await database.pool.query(
      `select from pg_stat_activity where application_name like '% lock' and datname = current_database()`,
    );
    const attempts = await Promise.all(
      [database, elsewhere].flatMap((each) =>
        names.map((name) => tryAdvisoryLock(each, name, async () => 1)),
      ),
    );
    release.resolve();

    expect(sessions.rowCount).toBe(1);
    expect(attempts.every(({ acquired }) => !acquired)).toBe(true);
    expect(await Promise.all(held)).toEqual(names.map((result) => ({ acquired: true, result })));
    expect(await tryAdvisoryLock(elsewhere, names[0]!, async () => 1)).toEqual({ acquired: true, result: 1 });
  });

  test('with its session every lock is lost, which their work is told; the next one gets a new session', async () => {
    const { url } = stage;
    await using database = await openDatabase({ url });
    const names = [stage.freshShop(), stage.freshShop()];
    const works = names.map((name) =>
      tryAdvisoryLock(
        database,
        name,
        (lost) =>
          new Promise((_, reject) => lost.addEventListener('abort', () => reject(new Error('stopped')))),
      ),
    );
    const failures = Promise.all(works.map((work) => work.catch((error: unknown) => error)));
    for (let ended = 0; ended === 0; ) {
      const terminated = await stage.database.pool.query(
        `select pg_terminate_backend(a.pid) from pg_stat_activity a where datname = current_database() and (
           select count(*) from pg_locks l where l.pid = a.pid and l.locktype = 'advisory' and l.granted) = 2`,
      );
      ended = terminated.rowCount ?? 0;
    }
    expect(await failures).toEqual([expect.any(LockLostError), expect.any(LockLostError)]);
    // The server frees the locks a moment after the client has heard that its session ended.
    await expect
      .poll(() => tryAdvisoryLock(database, names[0]!, async () => 1))
      .toEqual({ acquired: true, result: 1 });
  });

  test('an aborted signal keeps the work from being begun', async () => {
    const reason = new Error('shutting down');
    const work = withAdvisoryLock(
      stage.database,
      stage.freshShop(),
      async () => 'begun',
      AbortSignal.abort(reason),
    );
    await expect(work).rejects.toBe(reason);
  });
});
