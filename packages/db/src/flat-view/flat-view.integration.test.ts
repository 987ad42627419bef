import { customers } from '@magento-sync/entities';
import { expect, test } from 'vitest';
import {
  type AttributeRecord,
  createReferenceRepository,
  type Database,
  DependentViewsError,
  openDatabase,
  refreshFlatView,
} from '../index.ts';
import { noon, openWriter } from '../testing/customer-writer.ts';
import { describeOnEveryPostgres } from '../testing/on-every-postgres.ts';
import { attributeRecord, recordedAttributes } from '../testing/recorded-attributes.ts';
import { customer, recordedCustomers } from '../testing/recorded-customers.ts';

const refreshCustomersFlat = (database: Database) => refreshFlatView(database, customers);

describeOnEveryPostgres('magento.customers_flat', (stage) => {
  /** The view covers all shops, so every test starts without attributes. */
  async function setAttributes(
    shop: string,
    records: AttributeRecord[],
    database: Database = stage.database,
  ) {
    await database.pool.query('update magento.attributes set deleted_at = now() where shop <> $1', [shop]);
    await createReferenceRepository(database).replaceAttributes({
      shop,
      entityType: 'customer',
      readAt: noon,
      records,
    });
  }
  async function write(shop: string, records: ReturnType<typeof customer>[]) {
    await (await openWriter(stage.database, shop)).write(records);
  }
  const flat = async (shop: string) =>
    (
      await stage.database.pool.query('select * from magento.customers_flat where shop = $1 order by id', [
        shop,
      ])
    ).rows;

  test('shows recorded customers with typed attributes and option labels', async () => {
    const shop = stage.freshShop();
    await setAttributes(shop, recordedAttributes('customer attributes'));
    await write(shop, recordedCustomers(30));
    const refreshed = await refreshCustomersFlat(stage.database);
    expect(refreshed.columns.slice(-9)).toEqual([
      'credit_score',
      'interests',
      'interests_labels',
      'is_vip',
      'loyalty_code',
      'member_since',
      'preferred_color',
      'preferred_color_label',
      'remarks',
    ]);
    const rows = await flat(shop);
    expect(rows[0]).toMatchObject({
      email: 'customer1@example.com',
      interests: ['7', '8', '9', '10'],
      interests_labels: ['Music', 'Sport', 'Reading', 'Cooking'],
      preferred_color: 4,
      preferred_color_label: 'Red',
      loyalty_code: null,
    });
    expect(rows[1]).toMatchObject({ loyalty_code: 'L-2', interests: null, interests_labels: null });
    expect(rows[2]).toMatchObject({ credit_score: '634.5600', is_vip: true });
    const types = await stage.database.pool.query(
      `select string_agg(attname || ' ' || format_type(atttypid, null), ', ' order by attnum) as types from pg_attribute
       where attrelid = 'magento.customers_flat'::regclass and attname in ('member_since', 'credit_score', 'preferred_color')`,
    );
    expect(types.rows[0]).toEqual({
      types: 'credit_score numeric, member_since date, preferred_color bigint',
    });
  });

  test('a value that does not fit its type becomes null and disturbs no other row', async () => {
    const shop = stage.freshShop();
    await setAttributes(shop, [
      attributeRecord('score', 'text', 'decimal'),
      attributeRecord('born', 'date', 'datetime'),
      attributeRecord('seen', 'datetime', 'datetime'),
      attributeRecord('vip', 'boolean', 'int'),
      attributeRecord('tags', 'multiselect', 'text', [{ label: 'One', value: '1' }]),
      attributeRecord('size', 'select', 'int', [{ label: 'Large', value: '3' }]),
    ]);
    const attributes = (values: Record<string, unknown>) => ({
      custom_attributes: Object.entries(values).map(([code, value]) => ({ attribute_code: code, value })),
    });
    await write(shop, [
      customer(
        1,
        attributes({
          score: 'abc',
          born: '2025-02-29',
          seen: '0000-00-00 00:00:00',
          vip: 'maybe',
          tags: ['1', '2'],
          size: 'x',
        }),
      ),
      customer(
        2,
        attributes({
          score: '-1.50',
          born: '2024-02-29 00:00:00',
          seen: '2024-02-29 23:59:59',
          vip: '0',
          tags: '',
          size: '3',
        }),
      ),
    ]);
    await refreshCustomersFlat(stage.database);
    expect(await flat(shop)).toMatchObject([
      {
        score: null,
        born: null,
        seen: null,
        vip: null,
        tags: ['1', '2'],
        tags_labels: ['One', '2'],
        size: null,
        size_label: null,
      },
      {
        score: '-1.50',
        born: new Date(2024, 1, 29),
        seen: new Date('2024-02-29T23:59:59Z'),
        vip: false,
        tags: [],
        tags_labels: [],
        size: 3,
        size_label: 'Large',
      },
    ]);
  });

  test('equal attributes change nothing; new ones extend the view; removed ones rebuild it with its privileges', async () => {
    const { pool } = stage.database;
    const shop = stage.freshShop();
    const [color, size] = [
      attributeRecord('m_color', 'text', 'varchar'),
      attributeRecord('a_size', 'text', 'int'),
    ];
    await setAttributes(shop, [color]);
    await refreshCustomersFlat(stage.database);
    expect(await refreshCustomersFlat(stage.database)).toMatchObject({ outcome: 'unchanged' });
    await pool.query('drop role if exists flat_reader');
    await pool.query('create role flat_reader');
    await pool.query('grant select on magento.customers_flat to flat_reader, public');
    try {
      await setAttributes(shop, [color, size]);
      const extended = await refreshCustomersFlat(stage.database);
      expect(extended).toMatchObject({ outcome: 'extended' });
      expect(extended.columns.slice(-2)).toEqual(['m_color', 'a_size']);
      expect(await refreshCustomersFlat(stage.database)).toMatchObject({ outcome: 'unchanged' });

      await setAttributes(shop, [size]);
      expect(await refreshCustomersFlat(stage.database)).toMatchObject({ outcome: 'rebuilt' });
      const granted = await pool.query(
        `select has_table_privilege('flat_reader', 'magento.customers_flat', 'select') as reader,
           (select relacl::text like '%=r/%' from pg_class where oid = 'magento.customers_flat'::regclass) as public`,
      );
      expect(granted.rows).toEqual([{ reader: true, public: true }]);
    } finally {
      await pool.query('drop owned by flat_reader');
      await pool.query('drop role flat_reader');
    }
  });

  test('a view of somebody else that hangs on it is named, not dropped', async () => {
    const { pool } = stage.database;
    const shop = stage.freshShop();
    await setAttributes(shop, [attributeRecord('temporary', 'text', 'varchar')]);
    await refreshCustomersFlat(stage.database);
    await pool.query('create view public.report as select temporary from magento.customers_flat');
    try {
      await setAttributes(shop, [attributeRecord('other', 'text', 'varchar')]);
      const refused = await refreshCustomersFlat(stage.database).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(DependentViewsError);
      expect((refused as Error).message).toMatch(/but (public\.)?report depend on it/);
      await expect(pool.query('select from public.report')).resolves.toBeDefined();
    } finally {
      await pool.query('drop view public.report');
    }
    expect(await refreshCustomersFlat(stage.database)).toMatchObject({ outcome: 'rebuilt' });
  });

  test('names and labels that try to break out stay inside', async () => {
    const shop = stage.freshShop();
    const evil = `x"; drop table magento.customers; --'\\`;
    await setAttributes(shop, [
      { ...attributeRecord(evil, 'select', 'int'), frontendLabel: `L'; drop table magento.customers; --\\` },
      attributeRecord('email', 'text', 'varchar'),
    ]);
    await write(shop, [customer(1, { custom_attributes: [{ attribute_code: evil, value: '5' }] })]);
    const { columns } = await refreshCustomersFlat(stage.database);
    expect(columns).toContain('attribute_email');
    expect(await flat(shop)).toMatchObject([
      { [evil]: 5, email: 'customer1@example.com', attribute_email: null },
    ]);
  });

  test('an attribute that has another type in another shop is shown as text', async () => {
    const [one, two] = [stage.freshShop(), stage.freshShop()];
    await setAttributes(one, [attributeRecord('level', 'text', 'int')]);
    const reference = createReferenceRepository(stage.database);
    const records = [attributeRecord('level', 'text', 'varchar')];
    await reference.replaceAttributes({ shop: two, entityType: 'customer', readAt: noon, records });
    await write(two, [customer(1, { custom_attributes: [{ attribute_code: 'level', value: 'gold' }] })]);
    await refreshCustomersFlat(stage.database);
    expect(await flat(two)).toMatchObject([{ level: 'gold' }]);
  });

  test('many at once: one works, all agree', async () => {
    const shop = stage.freshShop();
    await setAttributes(shop, [attributeRecord('raced', 'text', 'varchar')]);
    await using other = await openDatabase({ url: stage.url });
    const refreshes = await Promise.all(
      [stage.database, other, stage.database, other].map(refreshCustomersFlat),
    );
    expect(refreshes.filter(({ outcome }) => outcome !== 'unchanged')).toHaveLength(1);
  });
});
