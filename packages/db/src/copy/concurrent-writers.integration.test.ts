import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type CheckpointKey,
  type CheckpointState,
  createCheckpointRepository,
  createRunRepository,
  FencedOutError,
} from '../index.ts';
import { type CustomerRecord, createCustomerRepository } from '../testing/customer-copy.ts';
import { describeOnEveryPostgres } from '../testing/on-every-postgres.ts';
import { address, customer } from '../testing/recorded-customers.ts';

const noon = new Date('2026-06-01T12:00:00.000Z');
const start: CheckpointState = {
  afterUpdatedAt: null,
  afterId: 0,
  upToId: 100,
  watermark: null,
  startedAt: null,
  completedAt: null,
};

describeOnEveryPostgres('writers at the same time', (stage) => {
  async function openShop() {
    const { database } = stage;
    const shop = stage.freshShop();
    const runId = await createRunRepository(database).start({ shop, entity: 'customers', kind: 'backfill' });
    const key: CheckpointKey = { shop, entity: 'customers', kind: 'backfill', range: '0-100' };
    return {
      shop,
      runId,
      key,
      customers: createCustomerRepository(database),
      checkpoints: createCheckpointRepository(database),
    };
  }

  test('a page is written with its checkpoint, or not at all', async () => {
    const { shop, runId, key, customers, checkpoints } = await openShop();
    const { fence } = await checkpoints.claim(key, start);
    const page = (id: number, afterId: number) => ({
      shop,
      runId,
      cause: 'backfill' as const,
      readAt: noon,
      customers: [customer(id)],
      verified: true,
      checkpoint: { key, fence, next: { ...start, afterId } },
    });
    await customers.writePage(page(1, 1));
    await expect(customers.writePage({ ...page(2, 2), runId: 999_999 })).rejects.toThrow('no run');

    expect((await checkpoints.list({ shop }))[0]?.state.afterId).toBe(1);
    expect(await customers.idsInRange(shop, 0)).toEqual([1]);
  });

  test('a page without customers moves its checkpoint and is counted', async () => {
    const { shop, runId, key, customers, checkpoints } = await openShop();
    const { fence } = await checkpoints.claim(key, start);
    const next = { ...start, completedAt: noon };
    const checkpoint = { key, fence, next };
    const page = {
      shop,
      runId,
      cause: 'backfill',
      readAt: noon,
      customers: [],
      verified: true,
      checkpoint,
    } as const;
    expect(await customers.writePage(page)).toMatchObject({
      inserted: 0,
      updated: 0,
      unchanged: 0,
      stale: 0,
    });
    expect((await checkpoints.list({ shop }))[0]?.state).toEqual(next);
    expect(await createRunRepository(stage.database).find(runId)).toMatchObject({ pages: 1, rowsRead: 0 });
  });

  test('whoever was fenced out writes nothing: no row, no counter, no checkpoint, no feed', async () => {
    const { shop, runId, key, customers, checkpoints } = await openShop();
    const stalled = await checkpoints.claim(key, start);
    const resumed = await checkpoints.claim(key, start);
    expect(resumed.fence).toBeGreaterThan(stalled.fence);
    const page = (fence: bigint, id: number) => ({
      shop,
      runId,
      cause: 'backfill' as const,
      readAt: noon,
      customers: [customer(id)],
      verified: true,
      checkpoint: { key, fence, next: { ...start, afterId: id } },
    });
    await customers.writePage(page(resumed.fence, 50));

    const refused = await customers.writePage(page(stalled.fence, 7)).catch((error: unknown) => error);

    expect(refused).toBeInstanceOf(FencedOutError);
    expect((refused as Error).message).toContain('Stop this job');
    expect(await customers.idsInRange(shop, 0)).toEqual([50]);
    expect((await checkpoints.list({ shop }))[0]?.state.afterId).toBe(50);
    expect(await createRunRepository(stage.database).find(runId)).toMatchObject({ pages: 1, inserted: 1 });
    const feed = await stage.database.pool.query('select entity_id as id from sync.outbox where shop = $1', [
      shop,
    ]);
    expect(feed.rows).toEqual([{ id: 50 }]);
  });

  test('a claim waits for the page that is being written and then stands above it', async () => {
    const { key, checkpoints } = await openShop();
    const first = await checkpoints.claim(key, start);
    const client = await stage.database.pool.connect();
    try {
      await client.query('begin');
      await client.query('select from sync.checkpoints where shop = $1 for update', [key.shop]);
      const claim = checkpoints.claim(key, start);
      await stage.someoneWaits();
      await client.query('update sync.checkpoints set after_id = 42 where shop = $1', [key.shop]);
      await client.query('commit');
      const second = await claim;
      expect(second.state.afterId).toBe(42);
      expect(second.fence).toBeGreaterThan(first.fence);
    } finally {
      client.release();
    }
  });

  test('many writers of overlapping pages in any order: every row once, no deadlock, all counted', async () => {
    const { shop, runId, customers } = await openShop();
    const ids = Array.from({ length: 60 }, (_, index) => index + 1);
    const page = (order: number[]) =>
      customers.writePage({
        shop,
        runId,
        cause: 'sweep',
        readAt: noon,
        customers: order.map((id) => customer(id, { addresses: [address(1_000 + id)] })),
        verified: true,
      });
    const outcomes = await Promise.all(
      Array.from({ length: 12 }, (_, writer) => {
        const mine = ids.slice(writer * 2, writer * 2 + 36);
        return page(writer % 2 === 0 ? mine : mine.toReversed());
      }),
    );
    const sum = (count: (outcome: (typeof outcomes)[number]) => number) =>
      outcomes.reduce((total, outcome) => total + count(outcome), 0);
    const live = await customers.countInRange(shop, 0);
    expect(sum(({ inserted }) => inserted)).toBe(live);
    expect(sum(({ inserted, updated, unchanged, stale }) => inserted + updated + unchanged + stale)).toBe(
      12 * 36,
    );
    expect(sum(({ updated, stale }) => updated + stale)).toBe(0);
    expect(await customers.totals(shop)).toMatchObject({ live, addresses: live });
  });

  test('who finds that rows were inserted meanwhile lets go of those it inserted before it waits for them', async () => {
    const { shop, runId, customers } = await openShop();
    const { pool } = stage.database;
    const page = (of: string, ids: readonly number[], taxvat: string) => ({
      shop: of,
      runId,
      cause: 'sweep' as const,
      readAt: noon,
      customers: ids.map((id) => customer(id, { taxvat })),
      verified: true,
    });
    const elsewhere = stage.freshShop();
    await customers.writePage(page(elsewhere, [4, 7, 10], 'elsewhere'));
    await customers.writePage(page(shop, [1], 'before'));
    const insert = (on: Pick<typeof pool, 'query'>, id: number) =>
      on.query(
        `insert into magento.customers select (jsonb_populate_record(c, jsonb_build_object('shop', $1::text))).*
         from magento.customers c where shop = $2 and id = $3`,
        [shop, elsewhere, id],
      );
    const [first, second, third] = await Promise.all([pool.connect(), pool.connect(), pool.connect()]);
    const lock = async (on: typeof first, id: number) => {
      await on.query('begin');
      await on.query('select from magento.customers where shop = $1 and id = $2 for update', [shop, id]);
    };
    try {
      await lock(first, 1);
      const writing = customers.writePage(page(shop, [1, 4, 7, 10], 'after'));
      await stage.someoneWaitsFor(first);
      // Copied in, the rows meet this one, and everything is done anew, while somebody else holds the first of them again.
      await insert(pool, 7);
      const again = lock(second, 1);
      await stage.waits(second);
      await first.query('commit');
      await again;
      await stage.someoneWaitsFor(second);
      // One row more comes after the others were looked for; who holds it needs one that is about to be inserted.
      await insert(pool, 10);
      await lock(third, 10);
      await third.query("set local deadlock_timeout = '100ms'");
      await second.query('commit');
      await stage.someoneWaitsFor(third);
      await insert(third, 4);
      await third.query('commit');
      expect(await writing).toMatchObject({ inserted: 0, updated: 4 });
      expect(await customers.idsInRange(shop, 0)).toEqual([1, 4, 7, 10]);
    } finally {
      for (const client of [first, second, third]) client.release(true);
    }
  });

  test('property: in whatever order and overlap versions arrive, the newest one stays', async () => {
    const { database } = stage;
    const versions = fc.array(
      fc.record({
        id: fc.integer({ min: 1, max: 4 }),
        updatedSecond: fc.integer({ min: 0, max: 5 }),
        cities: fc.array(fc.constantFrom('Springfield', 'Shelbyville'), { maxLength: 2 }),
      }),
      { minLength: 1, maxLength: 14 },
    );
    await fc.assert(
      fc.asyncProperty(
        versions,
        fc.integer({ min: 1, max: 4 }),
        fc.infiniteStream(fc.nat()),
        async (list, pageSize, dice) => {
          const shop = stage.freshShop();
          const customers = createCustomerRepository(database);
          const runId = await createRunRepository(database).start({
            shop,
            entity: 'customers',
            kind: 'pull',
          });
          // What the shop showed at each moment: stamps never go back, and under one stamp no content comes back.
          const latest = new Map<number, CustomerRecord>();
          const seconds = new Map<number, number>();
          const editions = new Map<string, number>();
          const reads = list.map(({ id, updatedSecond, cities }, moment) => {
            const second = Math.max(seconds.get(id) ?? 0, updatedSecond);
            seconds.set(id, second);
            const edition = (editions.get(`${id} ${second}`) ?? 0) + 1;
            editions.set(`${id} ${second}`, edition);
            const addresses = cities.map((city, place) => address(id * 10 + place, { city }));
            const record = customer(id, {
              updated_at: `2026-01-01 00:00:0${second}`,
              taxvat: `${edition}`,
              addresses,
            });
            latest.set(id, record);
            return { record, readAt: new Date(noon.getTime() + moment) };
          });
          const shuffled = reads
            .map((read) => ({ read, key: dice.next().value ?? 0 }))
            .toSorted((one, other) => one.key - other.key)
            .map(({ read }) => read);
          // Written by several at once, in any order.
          for (let index = 0; index < shuffled.length; index += pageSize) {
            const batch = shuffled.slice(index, index + pageSize);
            await Promise.all(
              batch.map(({ record, readAt }) =>
                customers.writePage({
                  shop,
                  runId,
                  cause: 'pull',
                  readAt,
                  customers: [record],
                  verified: false,
                }),
              ),
            );
          }

          const stored = await customers.hashesInRange(shop, 0);
          expect(new Map([...stored].map(([id, { contentHash }]) => [id, contentHash]))).toEqual(
            new Map(
              [...latest]
                .toSorted(([one], [other]) => one - other)
                .map(([id, { contentHash }]) => [id, contentHash]),
            ),
          );
          const addresses = await database.pool.query<{ raw: unknown }>(
            'select raw from magento.customer_addresses where shop = $1 order by id',
            [shop],
          );
          const expected = [...latest.values()].flatMap((record) => record.addresses.map(({ raw }) => raw));
          expect(addresses.rows.map(({ raw }) => raw)).toEqual(
            expected.toSorted((one, other) => (one['id'] as number) - (other['id'] as number)),
          );
        },
      ),
      { numRuns: 60 },
    );
  });
});
