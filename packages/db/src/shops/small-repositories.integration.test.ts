import { expect, test } from 'vitest';
import {
  createCapabilityRepository,
  createCredentialRepository,
  createHintRepository,
  createQuarantineRepository,
  createRunRepository,
  createScheduleRepository,
  createShopRepository,
  ShopMismatchError,
  UnknownRunError,
} from '../index.ts';
import { describeOnEveryPostgres } from '../testing/on-every-postgres.ts';

const noon = new Date('2026-06-01T12:00:00.000Z');
const later = (minutes: number) => new Date(noon.getTime() + minutes * 60_000);

describeOnEveryPostgres('bookkeeping', (stage) => {
  test('runs: start, finish, newest first', async () => {
    const runs = createRunRepository(stage.database);
    const shop = stage.freshShop();
    const first = await runs.start({ shop, entity: 'customers', kind: 'pull', details: { pages: 1 } });
    const second = await runs.start({ shop, entity: 'customers', kind: 'sweep' });
    await runs.finish(first, { status: 'incomplete', reason: 'a page was short' });
    expect(await runs.recent(shop)).toMatchObject([
      { id: second, status: 'running', finishedAt: null },
      {
        id: first,
        status: 'incomplete',
        reason: 'a page was short',
        details: { pages: 1 },
        finishedAt: expect.any(Date),
      },
    ]);
    expect(await runs.recent(shop, { kind: 'pull', limit: 1 })).toMatchObject([{ id: first }]);
    await expect(runs.finish(999_999, { status: 'failed' })).rejects.toThrow(UnknownRunError);
    expect(await runs.prune(shop, new Date(Date.now() + 60_000))).toBe(1);
    expect(await runs.recent(shop)).toMatchObject([{ id: second }]);
  });

  test('runs: what was read without being written counts, and the end adds to the details', async () => {
    const runs = createRunRepository(stage.database);
    const shop = stage.freshShop();
    const id = await runs.start({ shop, entity: 'customers', kind: 'verify', details: { seed: 7 } });
    await runs.count(id, { pages: 1, rowsRead: 100, unchanged: 98 });
    await runs.count(id, { pages: 1, rowsRead: 20, unchanged: 20 });
    await runs.finish(id, { status: 'incomplete', details: { differences: 2 } });
    expect(await runs.find(id)).toMatchObject({
      pages: 2,
      rowsRead: 120,
      unchanged: 118,
      details: { seed: 7, differences: 2 },
    });
  });

  test('runs: the latest of each entity and kind, the latest that ended, and a tally', async () => {
    const runs = createRunRepository(stage.database);
    const shop = stage.freshShop();
    const pull = await runs.start({ shop, entity: 'customers', kind: 'pull' });
    await runs.finish(pull, { status: 'succeeded' });
    const later = await runs.start({ shop, entity: 'customers', kind: 'pull' });
    const sweep = await runs.start({ shop, entity: 'customers', kind: 'sweep' });
    const other = await runs.start({ shop, entity: 'orders', kind: 'pull' });
    await runs.finish(other, { status: 'failed', reason: 'gone' });
    const killed = await runs.start({ shop, entity: 'orders', kind: 'pull' });
    await runs.finish(killed, { status: 'interrupted' });
    expect((await runs.latestOfEachKind(shop)).map(({ id }) => id)).toEqual([later, sweep, killed]);
    expect((await runs.latestEnded(shop)).map(({ id }) => id)).toEqual([pull, other]);
    const customers = { entity: 'customers', runs: 1 };
    expect(await runs.tally(shop)).toMatchObject([
      { ...customers, kind: 'pull', status: 'running', lastFinishedAt: null },
      { ...customers, kind: 'pull', status: 'succeeded', lastFinishedAt: expect.any(Date) },
      { ...customers, kind: 'sweep', status: 'running', lastFinishedAt: null },
      { entity: 'orders', kind: 'pull', status: 'failed' },
      { entity: 'orders', kind: 'pull', status: 'interrupted' },
    ]);
  });

  test('runs: one that goes on says since when and why it fails, and what it skips', async () => {
    const runs = createRunRepository(stage.database);
    const shop = stage.freshShop();
    const id = await runs.start({ shop, entity: 'customers', kind: 'backfill', details: { ranges: 3 } });
    const details = async () => (await runs.find(id))?.details;
    await runs.noteFailure(id, 'first');
    const failing = (await details())?.['failing'];
    await runs.noteFailure(id, 'second');
    await runs.noteSkipped(id, [7, 9]);
    expect(await details()).toEqual({
      ranges: 3,
      failing: { ...(failing as object), reason: 'second' },
      skipped: [7, 9],
    });
    await runs.noteFailure(id, null);
    expect(await details()).toEqual({ ranges: 3, skipped: [7, 9] });
  });

  test('runs: one that is cancelled stays so, however its work ends, unless all of it was done', async () => {
    const runs = createRunRepository(stage.database);
    const shop = stage.freshShop();
    const start = () => runs.start({ shop, entity: 'customers', kind: 'sweep' });
    const [stopped, whole, over] = [await start(), await start(), await start()];
    await runs.finish(over, { status: 'failed', reason: 'gone' });
    expect(await runs.cancel(shop, [], 'by anna')).toEqual([]);
    expect(await runs.cancel('another-shop', [stopped], 'by anna')).toEqual([]);
    expect(
      (await runs.cancel(shop, [stopped, whole, over], 'by anna')).toSorted((one, other) => one - other),
    ).toEqual([stopped, whole]);
    expect([await runs.cancellation(stopped), await runs.cancellation(over)]).toEqual(['by anna', undefined]);
    expect(await runs.heartbeat(stopped)).toBe(false);
    await runs.finish(stopped, { status: 'interrupted', reason: 'asked to stop' });
    await runs.finish(whole, { status: 'succeeded' });
    expect(await runs.find(stopped)).toMatchObject({ status: 'cancelled', reason: 'by anna' });
    expect(await runs.find(whole)).toMatchObject({ status: 'succeeded', reason: null });
    expect(await runs.find(over)).toMatchObject({ status: 'failed', reason: 'gone' });
    expect((await runs.latestEnded(shop)).map(({ id }) => id)).not.toContain(stopped);
  });

  test('runs: one without a sign of life is marked; if it lives after all, its own word counts', async () => {
    const runs = createRunRepository(stage.database);
    const shop = stage.freshShop();
    const silent = await runs.start({ shop, entity: 'customers', kind: 'backfill' });
    const alive = await runs.start({ shop, entity: 'customers', kind: 'pull' });
    await stage.database.pool.query(
      `update sync.runs set heartbeat_at = now() - interval '5 minutes' where id = $1`,
      [silent],
    );

    expect(await runs.markInterrupted(shop, 60_000)).toEqual([silent]);

    expect(await runs.heartbeat(alive)).toBe(true);
    expect(await runs.heartbeat(silent)).toBe(false);
    expect(await runs.find(silent)).toMatchObject({
      status: 'interrupted',
      reason: expect.stringContaining('sign of life'),
    });
    await runs.finish(silent, { status: 'succeeded' });
    expect(await runs.find(silent)).toMatchObject({ status: 'succeeded', reason: null });
  });

  test('quarantine: attempts add up, due ids come back, resolved ones begin anew', async () => {
    const quarantine = createQuarantineRepository(stage.database);
    const shop = stage.freshShop();
    const entry = { shop, entity: 'customers', id: 17, reason: 'HTTP 500', httpStatus: 500 };
    await quarantine.add({ ...entry, reportId: 'webapi-1', nextAttemptAt: later(5) });
    await quarantine.add({ ...entry, reportId: 'webapi-2', nextAttemptAt: later(10) });
    await quarantine.add({ ...entry, id: 18, nextAttemptAt: later(1) });

    expect(await quarantine.due(shop, 'customers', later(0))).toEqual([]);
    expect((await quarantine.due(shop, 'customers', later(10))).map(({ id }) => id)).toEqual([18, 17]);
    expect(await quarantine.list(shop, { entity: 'customers' })).toMatchObject([
      { id: 17, attempts: 2, reportId: 'webapi-2', reason: 'HTTP 500' },
      { id: 18, attempts: 1, reportId: null },
    ]);
    expect(await quarantine.resolve(shop, 'customers', [17, 99])).toBe(1);
    expect(await quarantine.resolve(shop, 'customers', [])).toBe(0);
    expect(await quarantine.list(shop)).toMatchObject([{ id: 18 }]);
    expect(await quarantine.list(shop, { includeResolved: true })).toHaveLength(2);
    await quarantine.add({ ...entry, nextAttemptAt: later(20) });
    expect((await quarantine.list(shop))[0]).toMatchObject({ id: 17, attempts: 1, resolvedAt: null });
  });

  test('capabilities are replaced by name', async () => {
    const capabilities = createCapabilityRepository(stage.database);
    const shop = stage.freshShop();
    await capabilities.put(shop, 'page_size', { max: 300 }, noon);
    await capabilities.put(shop, 'page_size', { max: 100 }, later(1));
    await capabilities.put(shop, 'release', '2.4.7', noon);
    expect(await capabilities.get(shop, 'page_size')).toEqual({ value: { max: 100 }, probedAt: later(1) });
    expect(await capabilities.get(shop, 'nothing')).toBeUndefined();
    expect([...(await capabilities.all(shop))].map(([name, { value }]) => [name, value])).toEqual([
      ['page_size', { max: 100 }],
      ['release', '2.4.7'],
    ]);
  });

  test('schedules become equal to a list', async () => {
    const schedules = createScheduleRepository(stage.database);
    const shop = stage.freshShop();
    const every = (name: string, everyMs: number) => ({
      name,
      job: 'pull',
      everyMs,
      pattern: null,
      enabled: true,
      data: {},
    });
    await schedules.replace(shop, [every('pull', 300_000), every('old', 1)]);
    const list = [
      every('pull', 60_000),
      { ...every('sweep', 0), everyMs: null, pattern: '0 3 * * *', data: { share: 1 } },
    ];
    await schedules.replace(shop, list);
    expect(await schedules.list(shop)).toEqual(list);
    await schedules.replace(shop, []);
    expect(await schedules.list(shop)).toEqual([]);
  });

  test('hints about one id become one; a hint that comes while it is being followed stays', async () => {
    const hints = createHintRepository(stage.database);
    const shop = stage.freshShop();
    await hints.add(
      shop,
      'customers',
      [
        { id: 5, kind: 'changed' },
        { id: 6, kind: 'changed' },
        { id: 5, kind: 'deleted' },
      ],
      'webhook',
    );
    const followed = await hints.pending(shop, 'customers');
    expect(followed).toMatchObject([
      { id: 5, kind: 'deleted', source: 'webhook', times: 1 },
      { id: 6, kind: 'changed' },
    ]);
    await hints.add(shop, 'customers', [{ id: 6, kind: 'changed' }]);

    expect(await hints.settle(shop, 'customers', followed)).toBe(1);
    expect(await hints.pending(shop, 'customers')).toMatchObject([{ id: 6, times: 2 }]);
  });

  test('credentials are replaced, listed without their secret and found for a key rotation', async () => {
    const credentials = createCredentialRepository(stage.database);
    const shop = stage.freshShop();
    await credentials.put(shop, 'integration', { ciphertext: 'c1', keyId: 'old' });
    const work = { shop, name: 'integration', ciphertext: 'c1', keyId: 'old' };
    expect(await credentials.notEncryptedWith('new')).toContainEqual(work);
    await credentials.reencrypt(shop, 'integration', 'c0', { ciphertext: 'late', keyId: 'new' });
    expect(await credentials.get(shop, 'integration')).toEqual({ ciphertext: 'c1', keyId: 'old' });
    await credentials.reencrypt(shop, 'integration', 'c1', { ciphertext: 'c2', keyId: 'new' });
    expect(await credentials.get(shop, 'integration')).toEqual({ ciphertext: 'c2', keyId: 'new' });
    expect(await credentials.list(shop)).toEqual([
      { name: 'integration', keyId: 'new', updatedAt: expect.any(Date) },
    ]);
    expect((await credentials.notEncryptedWith('new')).filter((each) => each.shop === shop)).toEqual([]);
    expect(await credentials.remove(shop, 'integration')).toBe(true);
    expect(await credentials.remove(shop, 'integration')).toBe(false);
    expect(await credentials.get(shop, 'integration')).toBeUndefined();
  });

  test('a shop name stands for one address until it is moved', async () => {
    const shops = createShopRepository(stage.database);
    const shop = stage.freshShop();
    await shops.register(shop, 'https://one.example.com');
    await shops.register(shop, 'https://one.example.com');
    await expect(shops.register(shop, 'https://two.example.com')).rejects.toThrow(ShopMismatchError);
    await shops.move(shop, 'https://two.example.com');
    await shops.register(shop, 'https://two.example.com');
    expect(await shops.list()).toContainEqual(
      expect.objectContaining({ shop, baseUrl: 'https://two.example.com' }),
    );
  });
});
