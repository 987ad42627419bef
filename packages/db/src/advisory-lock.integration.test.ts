import { expect, test } from 'vitest';
import { tryAdvisoryLock, withAdvisoryLock } from './index.ts';
import { describeOnEveryPostgres } from './testing/on-every-postgres.ts';

describeOnEveryPostgres('advisory locks', (stage) => {
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
