import { expect, test } from 'vitest';
import { createConsoleSessionRepository, createRunRepository, createSampleRepository } from '../index.ts';
import { describeOnEveryPostgres } from '../testing/on-every-postgres.ts';

const noon = new Date('2026-06-01T12:00:00.000Z');
const after = (seconds: number) => new Date(noon.getTime() + seconds * 1_000);
const minuteMs = 60_000;

describeOnEveryPostgres('what the page keeps', (stage) => {
  test('samples of five minutes are one row: the largest age, and sums', async () => {
    const samples = createSampleRepository(stage.database);
    const shop = stage.freshShop();
    const sample = {
      entity: 'customers',
      lagMs: 5_000,
      rowsRead: 10,
      rowsWritten: 1,
      rowsLive: 7,
      quarantined: 0,
    };
    expect(await samples.lastAt(shop)).toBeNull();
    await samples.add(shop, noon, [sample]);
    await samples.add(shop, after(60), [{ ...sample, lagMs: 9_000 }]);
    // Another daemon notes the same within the minute.
    await samples.add(shop, after(70), [{ ...sample, rowsRead: 99 }]);
    await samples.add(shop, after(120), [{ ...sample, lagMs: null }]);
    await samples.add(shop, after(300), [{ ...sample, lagMs: null }]);
    expect(await samples.since(shop, noon, 5 * minuteMs)).toEqual([
      { entity: 'customers', at: noon, lagMs: 9_000, rowsRead: 30, rowsWritten: 3 },
      { entity: 'customers', at: after(300), lagMs: null, rowsRead: 10, rowsWritten: 1 },
    ]);
    expect(await samples.since(shop, noon, 60 * minuteMs)).toMatchObject([
      { at: noon, lagMs: 9_000, rowsRead: 40 },
    ]);
    expect(await samples.lastAt(shop)).toEqual(after(300));
    await samples.prune(after(1), 1);
    expect(await samples.since(shop, noon, 5 * minuteMs)).toMatchObject([{ at: after(300) }]);
  });

  test('sessions end by themselves, by age and without use', async () => {
    const sessions = createConsoleSessionRepository(stage.database);
    const life = { longestMs: 100_000, idleMs: 50_000 };
    const session = { role: 'viewer', person: 'Ada', passwordProof: 'proof', address: '192.0.2.1' } as const;
    await sessions.start({ ...session, tokenHash: 'one' }, life);
    expect(await sessions.find('one', life)).toMatchObject(session);
    expect(await sessions.find('other', life)).toBeUndefined();
    expect(await sessions.find('one', { ...life, longestMs: 0 })).toBeUndefined();
    expect(await sessions.find('one', { ...life, idleMs: 0 })).toBeUndefined();
    await sessions.touch('one');
    await sessions.start({ ...session, tokenHash: 'two' }, { ...life, idleMs: 0 });
    expect(await sessions.find('one', life)).toBeUndefined();
    await sessions.end('two');
    expect(await sessions.find('two', life)).toBeUndefined();
  });

  test('tries are counted by sender, and together as long as nobody is signed in from there', async () => {
    const sessions = createConsoleSessionRepository(stage.database);
    const life = { longestMs: minuteMs, idleMs: minuteMs };
    await stage.database.pool.query('truncate sync.console_tries, sync.console_sessions');
    await sessions.countTry('192.0.2.1', minuteMs);
    await sessions.countTry('192.0.2.2', minuteMs);
    const third = await sessions.countTry('192.0.2.2', minuteMs);
    expect(third).toMatchObject({ own: 2, strangers: 3 });
    await sessions.forgetTry(third.id);
    await sessions.start(
      { role: 'viewer', person: 'Ada', passwordProof: '', tokenHash: 'three', address: '192.0.2.3' },
      life,
    );
    expect(await sessions.countTry('192.0.2.3', minuteMs)).toMatchObject({ own: 1, strangers: 0 });
  });

  test('runs have neighbours of their own shop, and a list goes on where another ended', async () => {
    const runs = createRunRepository(stage.database);
    const [shop, other] = [stage.freshShop(), stage.freshShop()];
    const start = (of: string) => runs.start({ shop: of, entity: 'customers', kind: 'pull' });
    const [first, , second] = [await start(shop), await start(other), await start(shop)];
    expect(await runs.neighbours({ shop, id: first })).toEqual({ before: null, after: second });
    expect(await runs.neighbours({ shop, id: second })).toEqual({ before: first, after: null });
    expect(await runs.recent(shop, { before: second })).toMatchObject([{ id: first }]);
  });
});
