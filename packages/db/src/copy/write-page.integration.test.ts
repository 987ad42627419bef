import { parseJson, stringifyJson } from '@magento-sync/exact-json';
import { expect, test } from 'vitest';
import { createChangeRepository } from '../index.ts';
import type { CustomerRecord } from '../testing/customer-copy.ts';
import { later, noon, openWriter } from '../testing/customer-writer.ts';
import { describeOnEveryPostgres } from '../testing/on-every-postgres.ts';
import { address, customer, recordedCustomers } from '../testing/recorded-customers.ts';

describeOnEveryPostgres('writing a page', (stage) => {
  async function openShop() {
    const { database } = stage;
    const shop = stage.freshShop();
    const writer = await openWriter(database, shop);
    const row = async (id: number): Promise<Record<string, unknown>> => {
      const sql = 'select xmin::text, ctid::text, * from magento.customers where shop = $1 and id = $2';
      return (await database.pool.query(sql, [shop, id])).rows[0] ?? {};
    };
    const addresses = async (customerId: number): Promise<Record<string, unknown>[]> => {
      const sql = 'select * from magento.customer_addresses where shop = $1 and customer_id = $2 order by id';
      return (await database.pool.query(sql, [shop, customerId])).rows;
    };
    return { ...writer, row, addresses };
  }

  test('all recorded customers arrive field by field; a second time nothing is written', async () => {
    const { shop, write, row, addresses } = await openShop();
    const recorded = recordedCustomers(2_500);

    expect(await write(recorded)).toMatchObject({
      inserted: 2_500,
      updated: 0,
      unchanged: 0,
      stale: 0,
      adjustments: [],
    });

    const first = await row(1);
    expect(first).toMatchObject({
      shop,
      id: 1,
      email: 'customer1@example.com',
      lastname: 'Müller',
      default_billing: 1,
      custom_attributes: { preferred_color: '4', interests: '7,8,9,10' },
      source_created_at: new Date('2024-01-01T08:05:23Z'),
      source_updated_at: new Date('2025-06-01T02:11:59Z'),
      raw: recorded[0]!.raw,
    });
    expect(await addresses(1)).toMatchObject([
      { id: 1, street: ['9944 Main St', 'Apt #99'], region: 'American Samoa', default_billing: true },
      { id: 2, city: 'Köln', default_billing: false },
      {
        id: 3,
        company: 'Ünïted & Co',
        vat_id: 'GB999999973',
        custom_attributes: { delivery_note: 'Ring twice' },
      },
    ]);

    expect(await write(recorded, { readAt: later(30) })).toMatchObject({
      inserted: 0,
      updated: 0,
      unchanged: 2_500,
    });
    expect(await row(1)).toEqual(first);
  });

  test('numbers with more digits than JavaScript holds keep them, also in the history', async () => {
    const { database } = stage;
    const { shop, write, row } = await openShop();
    const exact = (digits: string) => {
      const one = customer(1);
      const extensionAttributes = parseJson(`{"erp_id":${digits},"rate":0.30000000000000000001}`) as object;
      return {
        ...one,
        contentHash: digits,
        extensionAttributes: { ...extensionAttributes },
        raw: { ...one.raw, extension_attributes: extensionAttributes },
      };
    };
    await write([exact('9007199254740993123')]);
    const text = '{"rate":0.30000000000000000001,"erp_id":9007199254740993123}';
    expect(stringifyJson((await row(1))['extension_attributes'])).toBe(text);
    expect(stringifyJson((await row(1))['raw'])).toContain('9007199254740993123');

    expect(await write([exact('9007199254740993124')], { readAt: later(1) })).toMatchObject({ updated: 1 });
    const [change] = await createChangeRepository(database).of({ shop, entity: 'customers', id: 1 });
    expect(stringifyJson([change?.oldValues, change?.newValues])).toBe(
      '[{"extension_attributes.erp_id":9007199254740993123},{"extension_attributes.erp_id":9007199254740993124}]',
    );
  });

  test('an unchanged row is not touched, however long ago it was written', async () => {
    const { shop, customers, write, row } = await openShop();
    const span = { afterId: 0, upToId: 10 };
    await write([customer(1)]);
    const before = await row(1);

    expect(await write([customer(1)], { readAt: later(61), span })).toMatchObject({ unchanged: 1, read: [] });

    expect(await row(1)).toEqual(before);
    expect(await customers.lifeOf(shop, 1)).toMatchObject({ firstSeenAt: noon, lastSeenAt: later(61) });
    expect(await customers.oldestUnverified(shop)).toEqual({ id: 1, lastVerifiedAt: later(61) });
  });

  test('rows that an older version wrote are equal by their content, and are not touched either', async () => {
    const { shop, write, row } = await openShop();
    await write([customer(1), customer(2)]);
    await stage.database.pool.query('update magento.customers set sent_hash = null where shop = $1', [shop]);
    const before = [await row(1), await row(2)];

    const changed = customer(2, { lastname: 'Other' });
    expect(await write([customer(1), changed], { readAt: later(61) })).toMatchObject({
      unchanged: 1,
      updated: 1,
      read: [{ id: 2 }],
    });

    expect(await row(1)).toEqual(before[0]);
    expect(await row(2)).toMatchObject({ lastname: 'Other', sent_hash: expect.any(String) as string });
  });

  test('a part that was shown with another record comes along with a new one, and all of its page', async () => {
    const { write, row, addresses } = await openShop();
    await write([customer(1, { addresses: [address(5)] })]);
    const moved = [customer(2, { addresses: [address(6), address(5, { city: 'Hvar' })] }), customer(3)];

    expect(await write(moved, { readAt: later(1) })).toMatchObject({ inserted: 2, unchanged: 0 });

    expect(await addresses(1)).toEqual([]);
    expect(await addresses(2)).toMatchObject([{ id: 5, city: 'Hvar' }, { id: 6 }]);
    expect(await row(3)).toMatchObject({ email: 'customer3@example.com' });
  });

  test('a page that does not verify leaves last_verified_at alone', async () => {
    const { write, row } = await openShop();
    await write([customer(1)], { verified: false });
    expect(await row(1)).toMatchObject({ last_verified_at: null, last_seen_at: noon });
  });

  test('the same content under a newer updated_at moves the time, counts as unchanged and leaves no history', async () => {
    const { write, row, shop } = await openShop();
    await write([customer(1)]);
    const moved = customer(1, { updated_at: '2026-02-02 02:02:02' });

    expect(await write([moved], { readAt: later(1) })).toMatchObject({ updated: 0, unchanged: 1 });

    expect(await row(1)).toMatchObject({
      source_updated_at: new Date('2026-02-02T02:02:02Z'),
      raw: moved.raw,
    });
    const history = await stage.database.pool.query('select from sync.changes where shop = $1', [shop]);
    expect(history.rowCount).toBe(0);
  });

  test('something older than the copy is not written', async () => {
    const { write, row } = await openShop();
    await write([customer(1, { firstname: 'New', updated_at: '2026-03-03 00:00:00' })]);
    const before = await row(1);

    const outcome = await write([customer(1, { firstname: 'Old' })], { readAt: later(5) });

    expect(outcome).toMatchObject({ updated: 0, unchanged: 0, stale: 1, staleIds: [1] });
    expect(await row(1)).toEqual(before);
  });

  test('a later read may bring something older where that is asked for: a restored shop', async () => {
    const { write, row } = await openShop();
    await write([customer(1, { firstname: 'New', updated_at: '2026-03-03 00:00:00' })]);

    const restored = [customer(1, { firstname: 'Old' })];
    expect(await write(restored, { readAt: later(-5), acceptOlder: true })).toMatchObject({ stale: 1 });
    expect(await write(restored, { readAt: later(5), acceptOlder: true })).toMatchObject({
      updated: 1,
      stale: 0,
    });
    expect(await row(1)).toMatchObject({
      firstname: 'Old',
      source_updated_at: new Date('2026-01-01T00:00:00Z'),
    });
  });

  test('under one updated_at the later read wins, whoever writes first: an address edit', async () => {
    const { write, row, addresses } = await openShop();
    const before = customer(1, { addresses: [address(10)] });
    const after = customer(1, { addresses: [address(10, { city: 'Shelbyville' })] });
    await write([after], { readAt: later(10), cause: 'sweep' });

    expect(await write([before], { readAt: later(9) })).toMatchObject({ stale: 1 });

    expect(await row(1)).toMatchObject({ content_hash: after.contentHash });
    expect(await addresses(1)).toMatchObject([{ city: 'Shelbyville' }]);
    expect(await write([before], { readAt: later(11) })).toMatchObject({ updated: 1 });
    expect(await addresses(1)).toMatchObject([{ city: 'Springfield' }]);
  });

  test('what the shop leaves out becomes null', async () => {
    const { write, row } = await openShop();
    await write([customer(1, { website_id: 2, gender: 1, taxvat: 'X' })]);
    await write([customer(1, { updated_at: '2026-01-02 00:00:00' })]);
    expect(await row(1)).toMatchObject({ website_id: null, gender: null, taxvat: null });
  });

  test('addresses that vanished from a customer vanish; those of others stay as they are', async () => {
    const { write, addresses } = await openShop();
    await write([
      customer(1, { addresses: [address(10), address(11)] }),
      customer(2, { addresses: [address(20)] }),
    ]);
    const [untouched] = await addresses(2);

    await write([customer(1, { addresses: [address(11), address(12)] })], { readAt: later(1) });

    expect((await addresses(1)).map(({ id, first_seen_at }) => [id, first_seen_at])).toEqual([
      [11, noon],
      [12, later(1)],
    ]);
    expect(await addresses(2)).toEqual([untouched]);
  });

  test('another created_at under the same id is another person', async () => {
    const { write, row, shop } = await openShop();
    await write([customer(1, { email: 'first@example.com', updated_at: '2026-03-03 00:00:00' })]);
    const successor = customer(1, { email: 'second@example.com', created_at: '2026-02-01 00:00:00' });

    expect(await write([successor], { readAt: later(-1) })).toMatchObject({ stale: 1, replaced: 0 });
    expect(await write([successor], { readAt: later(1) })).toMatchObject({ updated: 1, replaced: 1 });

    expect(await row(1)).toMatchObject({ email: 'second@example.com', first_seen_at: later(1) });
    const history = await stage.database.pool.query(
      'select operation, old_values, new_values from sync.changes where shop = $1',
      [shop],
    );
    expect(history.rows).toMatchObject([
      {
        operation: 'replace',
        old_values: { email: 'first@example.com' },
        new_values: { email: 'second@example.com' },
      },
    ]);
  });

  test('an id that comes twice in a page is refused and nothing is written', async () => {
    const { write, customers, shop } = await openShop();
    await expect(write([customer(1), customer(2), customer(1)])).rejects.toMatchObject({
      code: 'duplicate_ids',
      ids: [1],
      message: expect.stringContaining('Read the page again'),
    });
    const twoOwners = [customer(1, { addresses: [address(9)] }), customer(2, { addresses: [address(9)] })];
    await expect(write(twoOwners)).rejects.toMatchObject({ code: 'duplicate_ids', ids: [9] });
    expect(await customers.totals(shop)).toEqual({ live: 0, deleted: 0, erased: 0, addresses: 0 });
  });

  test('an address that moved to another customer belongs to that one', async () => {
    const { write, addresses } = await openShop();
    await write([customer(1, { addresses: [address(9)] }), customer(2)]);
    await write([customer(1), customer(2, { addresses: [address(9)] })], { readAt: later(1) });
    expect(await addresses(1)).toEqual([]);
    expect(await addresses(2)).toMatchObject([{ id: 9 }]);
  });

  test('what PostgreSQL cannot hold is cleaned or left null, and reported', async () => {
    const { write, row } = await openShop();
    const odd = customer(1, {
      firstname: 'A\u0000da',
      lastname: 'half \ud83d pair',
      email: String.raw`literal \u0000 stays`,
      group_id: 2 ** 60,
      website_id: 4_000_000_000,
      dob: '2025-02-31',
      updated_at: '2026-13-01 00:00:00',
    });

    const outcome = await write([odd, customer(2)]);

    expect(outcome.inserted).toBe(2);
    expect(outcome.adjustments.map(({ customerId, field }) => [customerId, field])).toEqual([
      [1, 'text'],
      [1, 'groupId'],
      [1, 'websiteId'],
      [1, 'dob'],
      [1, 'sourceUpdatedAt'],
    ]);
    expect(await row(1)).toMatchObject({
      firstname: 'Ada',
      lastname: 'half \ufffd pair',
      email: String.raw`literal \u0000 stays`,
      group_id: null,
      website_id: null,
      dob: null,
      source_updated_at: null,
      raw: { firstname: 'Ada', group_id: 2 ** 60, dob: '2025-02-31' },
    });
    expect(await write([odd], { readAt: later(1) })).toMatchObject({ unchanged: 1 });
  });

  test('the run counts what its pages did', async () => {
    const { write, runs, runId } = await openShop();
    await write([customer(1), customer(2), customer(3)]);
    await write([customer(1), customer(2, { firstname: 'Eve' }), customer(4)], { readAt: later(1) });
    await write([customer(4, { updated_at: '2020-01-01 00:00:00' })], { readAt: later(2) });

    expect(await runs.find(runId)).toMatchObject({
      pages: 3,
      rowsRead: 7,
      inserted: 4,
      updated: 1,
      unchanged: 1,
      stale: 1,
    });
    await expect(write([customer(5)], { runId: 999_999 })).rejects.toThrow('There is no run 999999');
  });

  test('an error of the server quotes no row', async () => {
    const { write } = await openShop();
    const unfit = {
      ...customer(1, { firstname: 'Secret' }),
      customAttributes: null,
    } as unknown as CustomerRecord;
    const failure = await write([unfit]).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: '23502' });
    expect(JSON.stringify(failure, Object.getOwnPropertyNames(failure))).not.toContain('Secret');
  });
});
