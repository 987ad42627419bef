import { expect, test } from 'vitest';
import { createReferenceRepository, EmptyReferenceError } from '../index.ts';
import { describeOnEveryPostgres } from '../testing/on-every-postgres.ts';
import { attributeRecord, recordedAttributes } from '../testing/recorded-attributes.ts';
import { recordedBody } from '../testing/recorded-customers.ts';

const noon = new Date('2026-06-01T12:00:00.000Z');
const evening = new Date('2026-06-01T18:00:00.000Z');

type Raw = Record<string, unknown>;

const recordedGroups = recordedBody<{ items: Raw[] }>('groups').items.map((raw) => ({
  id: raw['id'] as number,
  code: raw['code'] as string,
  taxClassId: raw['tax_class_id'] as number,
  taxClassName: raw['tax_class_name'] as string,
  excludedWebsiteIds: [],
  raw,
}));

const recordedViews = recordedBody<Raw[]>('store views').map((raw) => ({
  id: raw['id'] as number,
  websiteId: raw['website_id'] as number,
  storeGroupId: raw['store_group_id'] as number,
  code: raw['code'] as string,
  name: raw['name'] as string,
  isActive: raw['is_active'] === 1,
  raw,
}));

describeOnEveryPostgres('reference data', (stage) => {
  const open = () => ({ shop: stage.freshShop(), reference: createReferenceRepository(stage.database) });
  const rows = async (table: string, shop: string) =>
    (await stage.database.pool.query(`select * from magento.${table} where shop = $1 order by id`, [shop]))
      .rows;

  test('a list is stored, and stored again without writing a row', async () => {
    const { shop, reference } = open();
    const list = { shop, readAt: noon, records: recordedGroups };
    expect(await reference.replaceGroups(list)).toEqual({
      inserted: 6,
      updated: 0,
      unchanged: 0,
      removed: 0,
    });
    const stored = await rows('customer_groups', shop);
    expect(stored.map(({ id, code }) => [id, code]).slice(4)).toEqual([
      [4, 'VIP – Größe'],
      [5, "O'Neil & Sons"],
    ]);
    expect(await reference.replaceGroups({ ...list, readAt: evening })).toMatchObject({
      unchanged: 6,
      updated: 0,
    });
    expect(await rows('customer_groups', shop)).toEqual(stored);
  });

  test('changes are written, what is gone is marked, what comes back lives again; other shops are left alone', async () => {
    const { shop, reference } = open();
    const other = stage.freshShop();
    await reference.replaceGroups({ shop: other, readAt: noon, records: recordedGroups });
    await reference.replaceGroups({ shop, readAt: noon, records: recordedGroups });
    const [first, ...rest] = recordedGroups;
    const renamed = { ...first!, code: 'GUESTS', excludedWebsiteIds: [2] };

    const withoutLast = [renamed, ...rest.slice(0, -1)];
    expect(await reference.replaceGroups({ shop, readAt: evening, records: withoutLast })).toEqual({
      inserted: 0,
      updated: 1,
      unchanged: 4,
      removed: 1,
    });
    const stored = await rows('customer_groups', shop);
    expect(stored[0]).toMatchObject({
      code: 'GUESTS',
      excluded_website_ids: [2],
      changed_at: evening,
      first_seen_at: noon,
    });
    expect(stored[5]).toMatchObject({ code: "O'Neil & Sons", deleted_at: evening });

    expect(await reference.replaceGroups({ shop, readAt: evening, records: recordedGroups })).toMatchObject({
      updated: 2,
    });
    expect((await rows('customer_groups', shop)).every((row) => row['deleted_at'] === null)).toBe(true);
    expect((await rows('customer_groups', other)).every((row) => row['deleted_at'] === null)).toBe(true);
  });

  test('the store tree', async () => {
    const { shop, reference } = open();
    await reference.replaceStoreViews({ shop, readAt: noon, records: recordedViews });
    const website = { id: 1, code: 'base', name: 'Main', defaultGroupId: 1, raw: {} };
    await reference.replaceWebsites({ shop, readAt: noon, records: [website] });
    const group = {
      id: 1,
      websiteId: 1,
      code: 'a',
      name: 'A\u0000',
      rootCategoryId: 2,
      defaultStoreId: 1,
      raw: {},
    };
    await reference.replaceStoreGroups({ shop, readAt: noon, records: [group] });
    expect((await rows('store_views', shop)).at(-1)).toMatchObject({
      id: 6,
      code: 'closed',
      is_active: false,
    });
    expect(await rows('store_groups', shop)).toMatchObject([{ name: 'A', root_category_id: 2 }]);
  });

  test('an empty list is refused, because it would remove everything', async () => {
    const { shop, reference } = open();
    await reference.replaceGroups({ shop, readAt: noon, records: recordedGroups });
    await expect(reference.replaceGroups({ shop, readAt: noon, records: [] })).rejects.toThrow(
      EmptyReferenceError,
    );
    await expect(
      reference.replaceAttributes({ shop, entityType: 'customer', readAt: noon, records: [] }),
    ).rejects.toThrow('magento.attributes');
  });

  test('two replacements at once: the copy equals one of the lists, never a mixture', async () => {
    const { shop, reference } = open();
    const list = (count: number, readAt: Date) =>
      reference.replaceGroups({ shop, readAt, records: recordedGroups.slice(0, count) });
    await Promise.all([list(2, noon), list(5, noon), list(3, noon), list(6, noon)]);
    const living = (await rows('customer_groups', shop)).filter((row) => row['deleted_at'] === null);
    expect([2, 3, 5, 6]).toContain(living.length);
    expect(living.map(({ id }) => id)).toEqual(recordedGroups.slice(0, living.length).map(({ id }) => id));
  });

  test('recorded attributes and their options, nested and empty ones included', async () => {
    const { shop, reference } = open();
    const customerList = {
      shop,
      entityType: 'customer',
      readAt: noon,
      records: recordedAttributes('customer attributes'),
    } as const;
    const first = await reference.replaceAttributes(customerList);
    expect(first).toMatchObject({ inserted: customerList.records.length, dropped: [], retyped: [] });
    expect(first.added).toContain('loyalty_code');
    await reference.replaceAttributes({
      shop,
      entityType: 'customer_address',
      readAt: noon,
      records: recordedAttributes('address attributes'),
    });
    const options = await stage.database.pool.query(
      `select value, label, position from magento.attribute_options
       where shop = $1 and attribute_code = 'preferred_color' order by position`,
      [shop],
    );
    expect(options.rows).toEqual([
      { value: '4', label: 'Red', position: 2 },
      { value: '5', label: 'Green', position: 3 },
      { value: '6', label: 'Bleu foncé', position: 4 },
    ]);
    expect(await reference.replaceAttributes({ ...customerList, readAt: evening })).toMatchObject({
      inserted: 0,
      updated: 0,
      removed: 0,
      added: [],
    });
  });

  test('new, removed and retyped attributes are told', async () => {
    const { shop, reference } = open();
    const replace = (records: Parameters<typeof attributeRecord>[]) =>
      reference.replaceAttributes({
        shop,
        entityType: 'customer',
        readAt: noon,
        records: records.map((record) => attributeRecord(...record)),
      });
    await replace([
      ['kept', 'text', 'varchar'],
      ['gone', 'text', 'varchar'],
      ['size', 'text', 'varchar'],
    ]);
    expect(
      await replace([
        ['kept', 'text', 'varchar'],
        ['size', 'select', 'int'],
        ['fresh', 'date', 'datetime'],
      ]),
    ).toMatchObject({
      added: ['fresh'],
      dropped: ['gone'],
      retyped: [{ code: 'size', from: 'text/varchar', to: 'select/int' }],
    });
  });

  test('options that are new, gone or have another label are told, by attribute', async () => {
    const { shop, reference } = open();
    const replace = (attributes: Record<string, Record<string, string>>) =>
      reference.replaceAttributes({
        shop,
        entityType: 'customer',
        readAt: noon,
        records: Object.entries(attributes).map(([code, options]) => ({
          ...attributeRecord(code, 'select', 'int'),
          options: Object.entries(options).map(([value, label]) => ({ value, label })),
        })),
      });
    await replace({ color: { 1: 'Red', 2: 'Green', 3: 'Blue' }, size: { 7: 'Large' }, old: { 9: 'Nine' } });
    const replaced = await replace({
      color: { 1: 'Red', 3: 'Navy\0', 4: 'White' },
      size: { 7: 'Large' },
      young: { 5: 'Five' },
    });
    expect(replaced.options).toEqual([
      {
        code: 'color',
        added: [{ value: '4', label: 'White' }],
        removed: [{ value: '2', label: 'Green' }],
        relabelled: [{ value: '3', from: 'Blue', to: 'Navy' }],
      },
    ]);
    expect(await reference.attributeCodes(shop, 'customer')).toEqual(['color', 'size', 'young']);
    expect(await reference.attributeCodes(shop, 'customer_address')).toEqual([]);
  });
});
