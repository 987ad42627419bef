import { expect, test } from 'vitest';
import type { CustomerRecord, PageToWrite } from '../testing/customer-copy.ts';
import { later, openWriter } from '../testing/customer-writer.ts';
import { describeOnEveryPostgres } from '../testing/on-every-postgres.ts';
import { address, customer, recordedCustomers } from '../testing/recorded-customers.ts';

describeOnEveryPostgres('comparing a page', (stage) => {
  async function written(records: readonly CustomerRecord[]) {
    const shop = stage.freshShop();
    const { customers, write: writePage } = await openWriter(stage.database, shop);
    const write = (options: Partial<PageToWrite> = {}) => writePage(records, { cause: 'verify', ...options });
    await write();
    const damage = (sql: string) => stage.database.pool.query(sql, [shop]);
    const compare = () => customers.comparePage(shop, records);
    const differing = async () =>
      (await compare())
        .filter(({ state, columns, addresses }) => state !== 'living' || columns || addresses.length > 0)
        .map(({ id }) => id);
    return { shop, customers, write, damage, compare, differing };
  }

  test('what was written is equal to what was read, field by field', async () => {
    const { differing } = await written(recordedCustomers(2_500));
    expect(await differing()).toEqual([]);
  });

  const two = [
    customer(1, { addresses: [address(10), address(11)] }),
    customer(2, { dob: '1990-02-28', custom_attributes: [{ attribute_code: 'vip', value: '1' }] }),
    customer(3),
  ];

  test.each([
    ['a column', `update magento.customers set lastname = 'x' where shop = $1 and id = 2`, [2]],
    ['a day', `update magento.customers set dob = '1990-03-01' where shop = $1 and id = 2`, [2]],
    ['an attribute', `update magento.customers set custom_attributes = '{}' where shop = $1 and id = 2`, [2]],
    ['the object as sent', `update magento.customers set raw = '{}' where shop = $1 and id = 3`, [3]],
    [
      'a column of an address',
      `update magento.customer_addresses set city = 'x' where shop = $1 and id = 11`,
      [1],
    ],
    ['a lost address', 'delete from magento.customer_addresses where shop = $1 and id = 10', [1]],
    [
      'a marked address',
      'update magento.customer_addresses set deleted_at = now() where shop = $1 and id = 10',
      [1],
    ],
    [
      'a moved address',
      'update magento.customer_addresses set customer_id = 3 where shop = $1 and id = 10',
      [1, 3],
    ],
    ['a lost row', 'delete from magento.customers where shop = $1 and id = 2', [2]],
    ['a tombstone', 'update magento.customers set deleted_at = now() where shop = $1 and id = 3', [3]],
  ])('%s altered by hand is found, and written again when asked for', async (_what, sql, ids) => {
    const { differing, damage, write } = await written(two);
    await damage(sql);
    expect(await differing()).toEqual(ids);
    await write({ readAt: new Date(Date.now() + 60_000), rewrite: true });
    expect(await differing()).toEqual([]);
  });

  test('without being asked to, equal content is not written again, and an older read never is', async () => {
    const { differing, damage, write } = await written(two);
    await write({ readAt: later(5), rewrite: true });
    await damage(`update magento.customers set lastname = 'x' where shop = $1 and id = 2`);
    await write({ readAt: later(10) });
    expect(await differing()).toEqual([2]);
    await write({ readAt: later(-10), rewrite: true });
    expect(await differing()).toEqual([2]);
  });

  test('cuts the living into ranges of equal numbers', async () => {
    const { shop, customers } = await written([1, 2, 5, 8, 9, 20, 31].map((id) => customer(id)));
    expect(await customers.rangeEnds(shop, 0, 3)).toEqual([5, 20]);
    expect(await customers.rangeEnds(shop, 5, 2)).toEqual([9, 31]);
    expect(await customers.livingIds(shop, [31, 3, 2])).toEqual([2, 31]);
  });
});
