import { expect, test } from 'vitest';
import { createChangeRepository, createRunRepository } from '../index.ts';
import type { CustomerRecord } from '../testing/customer-copy.ts';
import { later, noon, openWriter } from '../testing/customer-writer.ts';
import { describeOnEveryPostgres } from '../testing/on-every-postgres.ts';
import { address, customer } from '../testing/recorded-customers.ts';

describeOnEveryPostgres('deleted customers', (stage) => {
  async function openShop(records: readonly CustomerRecord[]) {
    const writer = await openWriter(stage.database, stage.freshShop());
    const { shop, customers, runId } = writer;
    const write = (page: readonly CustomerRecord[], readAt: Date) => writer.write(page, { readAt });
    const remove = (ids: number[], confirmedAt: Date) =>
      customers.tombstone({ shop, ids, confirmedAt, cause: 'reconcile', runId });
    await writer.write(records);
    return { shop, customers, runId, write, remove };
  }

  test('a tombstone keeps what was known, is set once and leaves the living counts', async () => {
    const { shop, customers, runId, remove } = await openShop([
      customer(1, { addresses: [address(10)] }),
      customer(2),
    ]);

    expect(await remove([1, 77], later(1))).toEqual([1]);
    expect(await remove([1], later(2))).toEqual([]);

    expect(await customers.totals(shop)).toEqual({ live: 1, deleted: 1, erased: 0, addresses: 0 });
    expect(await customers.idsInRange(shop, 0)).toEqual([2]);
    expect(await customers.largestId(shop)).toBe(2);
    const stored = await stage.database.pool.query(
      `select c.email, c.deleted_at, a.deleted_at as "addressDeletedAt" from magento.customers c
       join magento.customer_addresses a on a.shop = c.shop and a.customer_id = c.id where c.shop = $1`,
      [shop],
    );
    expect(stored.rows).toEqual([
      { email: 'customer1@example.com', deleted_at: later(1), addressDeletedAt: later(1) },
    ]);
    expect(await createRunRepository(stage.database).find(runId)).toMatchObject({ tombstoned: 1 });
  });

  test('a row that was seen after the confirmation is left alone', async () => {
    const { remove } = await openShop([customer(1)]);
    expect(await remove([1], later(-1))).toEqual([]);
  });

  test('a customer seen again after the tombstone lives again with its addresses; an older page does not wake it', async () => {
    const { shop, customers, write, remove } = await openShop([customer(1, { addresses: [address(10)] })]);
    await remove([1], later(10));
    const page = [customer(1, { addresses: [address(10)] })];

    expect(await write(page, later(9))).toMatchObject({ stale: 1 });
    expect(await customers.totals(shop)).toMatchObject({ live: 0 });
    expect(await write(page, later(11))).toMatchObject({ updated: 1, revived: 1 });

    expect(await customers.totals(shop)).toEqual({ live: 1, deleted: 0, erased: 0, addresses: 1 });
  });

  test('erasing removes every trace of the person and keeps id and times', async () => {
    const secret = 'very-personal';
    const person = (members: Record<string, unknown> = {}) =>
      customer(1, {
        email: `${secret}@example.com`,
        firstname: secret,
        addresses: [address(10, { company: secret })],
        custom_attributes: [{ attribute_code: 'remarks', value: secret }],
        ...members,
      });
    const { shop, customers, write } = await openShop([person()]);
    await write([person({ lastname: `${secret}2` })], later(1));

    const erased = { shop, ids: [1], confirmedAt: later(2), cause: 'reconcile' } as const;
    expect(await customers.erase(erased)).toEqual([1]);
    expect(await customers.erase(erased)).toEqual([]);

    const everything = await stage.database.pool.query<{ text: string }>(
      `select string_agg(t::text, ' ') as text from (
         select to_jsonb(c) as t from magento.customers c where shop = $1
         union all select to_jsonb(a) from magento.customer_addresses a where shop = $1
         union all select to_jsonb(h) from sync.changes h where shop = $1
         union all select to_jsonb(o) from sync.outbox o where shop = $1) rows`,
      [shop],
    );
    expect(everything.rows[0]?.text).toMatch(/"erased_at": "2026-06-01T\d\d:02:00/);
    expect(everything.rows[0]?.text).not.toContain(secret);
    const history = await createChangeRepository(stage.database).of({ shop, entity: 'customers', id: 1 });
    expect(history.map(({ operation, oldValues }) => [operation, oldValues])).toEqual([
      ['erase', null],
      ['update', null],
    ]);
    expect(await customers.totals(shop)).toEqual({ live: 0, deleted: 1, erased: 1, addresses: 0 });
  });

  test('an erased id that the shop shows again is filled again', async () => {
    const { shop, customers, write } = await openShop([customer(1)]);
    await customers.erase({ shop, ids: [1], confirmedAt: later(1), cause: 'reconcile' });

    expect(await write([customer(1, { created_at: '2026-05-05 00:00:00' })], later(2))).toMatchObject({
      replaced: 1,
    });

    const row = await stage.database.pool.query(
      'select email, deleted_at, erased_at from magento.customers where shop = $1',
      [shop],
    );
    expect(row.rows).toEqual([{ email: 'customer1@example.com', deleted_at: null, erased_at: null }]);
  });

  test('ranges, hashes and verification know only the living', async () => {
    const records = [customer(1), customer(2), customer(3), customer(5)];
    const { shop, customers, remove } = await openShop(records);
    await remove([2], later(1));

    expect(await customers.countInRange(shop, 1, 4)).toBe(1);
    expect(await customers.countInRange(shop, 1)).toBe(2);
    expect(await customers.hashesInRange(shop, 0, 3)).toEqual(
      new Map([
        [1, { contentHash: records[0]!.contentHash, sourceUpdatedAt: '2026-01-01 00:00:00' }],
        [3, { contentHash: records[2]!.contentHash, sourceUpdatedAt: '2026-01-01 00:00:00' }],
      ]),
    );
    const span = { afterId: 0, upToId: 9 };
    await customers.noteVerified({ shop, span, ids: [1, 2, 5], at: later(90) });
    expect(await customers.oldestUnverified(shop)).toEqual({ id: 3, lastVerifiedAt: noon });
    await customers.noteVerified({ shop, span, ids: [1, 3, 5], at: later(180) });
    expect(await customers.oldestUnverified(shop)).toEqual({ id: 1, lastVerifiedAt: later(180) });
    expect(await customers.oldestUnverified('no such shop')).toBeUndefined();
  });
});
