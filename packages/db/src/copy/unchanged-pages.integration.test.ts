import { customers } from '@magento-sync/entities';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { startPostgres } from '../../../../tests/services/postgres-server.ts';
import { type CheckpointState, createCheckpointRepository, createEntityCopy } from '../index.ts';
import { type CustomerRecord, recordOf, sentRecord } from '../testing/customer-copy.ts';
import { later, noon, openWriter } from '../testing/customer-writer.ts';
import { describeOnEveryPostgres } from '../testing/on-every-postgres.ts';
import { address, customer } from '../testing/recorded-customers.ts';
import { createTestDatabase } from '../testing.ts';

const rowsAPage = 300;
const pages = 10;

test('pages of which nothing has to be written cost no more than 20 bytes of WAL a row, and touch no row', async () => {
  // A server of its own: nothing else writes its log meanwhile.
  await using server = await startPostgres('18');
  await using own = await createTestDatabase(server.url);
  const { database } = own;
  const shop = 'alone';
  const { write, customers: copy } = await openWriter(database, shop);
  const checkpoints = createCheckpointRepository(database);
  const key = { shop, entity: 'customers', kind: 'sweep', range: 'all' } as const;
  const state: CheckpointState = {
    afterUpdatedAt: null,
    afterId: 0,
    upToId: null,
    watermark: null,
    startedAt: noon,
    completedAt: null,
  };
  const records = Array.from({ length: pages * rowsAPage }, (_, index) => customer(index + 1));
  const one = async <T>(query: string) => (await database.pool.query<{ value: T }>(query)).rows[0]?.value;
  const versions = () =>
    one<string>(`select md5(string_agg(xmin::text || ctid, ',' order by id)) as value
                 from magento.customers where shop = '${shop}'`);
  const pass = async (minutes: number) => {
    const { fence } = await checkpoints.reset(key, state);
    for (let page = 0; page < pages; page += 1) {
      const span = { afterId: page * rowsAPage, upToId: (page + 1) * rowsAPage };
      await write(records.slice(span.afterId, span.upToId), {
        readAt: later(minutes + page),
        span,
        checkpoint: { key, fence, next: { ...state, afterId: span.upToId } },
      });
    }
  };
  await checkpoints.claim(key, state);
  await pass(0);
  // The first write to a page of the database after a checkpoint of the server carries the whole page.
  await pass(120);
  const before = await versions();
  const start = await one<string>('select pg_current_wal_insert_lsn() as value');
  await pass(240);
  const written = await one<string>(`select pg_current_wal_insert_lsn() - '${start}'::pg_lsn as value`);
  expect(Number(written) / records.length).toBeLessThanOrEqual(20);
  expect(await versions()).toBe(before);
  expect(await copy.oldestUnverified(shop)).toEqual({ id: 1, lastVerifiedAt: later(240) });
});

describeOnEveryPostgres('pages of which nothing has to be written', (stage) => {
  test('property: pages write the same with the digest of what was sent as without it', async () => {
    const { database } = stage;
    const version = fc.record({
      id: fc.integer({ min: 1, max: 4 }),
      name: fc.constantFrom('Ada', 'Eva'),
      city: fc.constantFrom('Hvar', 'Split', undefined),
      second: fc.integer({ min: 0, max: 2 }),
      person: fc.boolean(),
    });
    const page = fc.uniqueArray(version, { selector: ({ id }) => id, maxLength: 4 });
    const rows = async (shop: string) =>
      (
        await database.pool.query<object>(
          `select c.id, c.lastname, c.raw, content_hash, source_created_at, source_updated_at, c.deleted_at, a.city
           from magento.customers c left join magento.customer_addresses a on a.shop = c.shop and customer_id = c.id
           where c.shop = $1 order by c.id`,
          [shop],
        )
      ).rows;
    await fc.assert(
      fc.asyncProperty(fc.array(page, { minLength: 1, maxLength: 5 }), async (versions) => {
        const [cheap, dear] = await Promise.all([
          openWriter(database, stage.freshShop()),
          openWriter(database, stage.freshShop()),
        ]);
        for (const [index, each] of versions.entries()) {
          const records = each.map((one): CustomerRecord => {
            const made = customer(one.id, {
              lastname: one.name,
              updated_at: `2026-01-01 00:00:0${one.second}`,
              ...(one.person ? { created_at: '2025-05-05 00:00:00' } : {}),
              addresses: one.city === undefined ? [] : [address(one.id, { city: one.city })],
            });
            return made;
          });
          const [first, second] = [
            await cheap.write(records, { readAt: later(index) }),
            await dear.write(records, { readAt: later(index), sentAnew: true }),
          ];
          const counts = ({ inserted, updated, unchanged, stale, replaced, staleIds }: typeof first) => ({
            inserted,
            updated,
            unchanged,
            stale,
            replaced,
            staleIds,
          });
          expect(counts(first)).toEqual(counts(second));
        }
        expect(await rows(cheap.shop)).toEqual(await rows(dear.shop));
      }),
      { numRuns: 30 },
    );
  });

  test('another digest with the same content is no change, and with an equal one nothing is asked for', async () => {
    const { shop, runId, write } = await openWriter(stage.database, stage.freshShop());
    await write([customer(1)]);
    const anew = await write([customer(1)], { sentAnew: true });
    expect(anew).toMatchObject({ unchanged: 1, read: [] });
    const unasked = () => {
      throw new Error('The content was asked for.');
    };
    const sent = { ...sentRecord(recordOf(customer(1))), contentHash: unasked, read: unasked };
    const page = { shop, runId, cause: 'sweep', readAt: later(1), records: [sent], verified: true } as const;
    const copy = createEntityCopy(stage.database, customers);
    expect(await copy.writePage(page)).toMatchObject({ unchanged: 1 });
    await expect(copy.writePage({ ...page, rewrite: true })).rejects.toThrow('was asked for');
  });
});
