import { readFileSync } from 'node:fs';
import { customers, type Entity, entities, orders } from '@magento-sync/entities';
import fc from 'fast-check';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { UnexpectedPayloadError } from '../errors.ts';
import { readRecord } from './read-record.ts';

const recorded = (name: string): Record<string, unknown>[] =>
  readFileSync(new URL(`../../../../recordings/${name}.ndjson`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

const [customer = {}] = recorded('customers');
const [order = {}] = recorded('orders');
const read = (sent: unknown, entity: Entity = customers) => readRecord(entity, sent, '/V1/x');

test.each([
  ['customers', customers],
  ['orders', orders],
] as const)('every recorded record of %s is read without any adjustment', (name, entity) => {
  const records = recorded(name).map((raw) => readRecord(entity, raw, '/V1/x'));
  expect(records.flatMap(({ adjustments }) => adjustments)).toEqual([]);
  expect(records.length).toBeGreaterThan(30);
});

test('a record has the columns and parts of its definition, in value and in type', () => {
  const { row, children } = readRecord(orders, order, '/V1/orders');
  expectTypeOf(row.grand_total).toEqualTypeOf<number | string | null>();
  expectTypeOf(row.is_virtual).toEqualTypeOf<boolean | null>();
  expectTypeOf(children.order_items[0]?.item_id).toEqualTypeOf<number | null | undefined>();
  // @ts-expect-error orders have no such column
  expect(row.no_such_column).toBeUndefined();
  expect(Object.keys(row)).toEqual(Object.keys(orders.table.columns));
  expect(Object.keys(children)).toEqual(orders.children.map(({ name }) => name));
  expect(typeof row.grand_total).toBe('number');
  expect(typeof children.order_items[0]?.item_id).toBe('number');
});

describe('a field of an odd shape becomes null and is reported, raw keeps it', () => {
  test.each<[string, unknown, string, unknown]>([
    ['a label for a number', { gender: 'Male' }, 'gender', null],
    ['a list for a number', { default_billing: ['5'] }, 'default_billing', null],
    ['an object for a text', { email: { value: 'a' } }, 'email', null],
    ['a number that is no yes or no', { disable_auto_group_change: 7 }, 'disable_auto_group_change', null],
    ['a text for members', { extension_attributes: 'none' }, 'extension_attributes', {}],
    ['something else among attributes', { custom_attributes: [4] }, 'custom_attributes', {}],
  ])('%s', (_what, change, column, value) => {
    const { row, adjustments, raw } = read({ ...customer, ...(change as object) });
    expect(row[column]).toEqual(value);
    expect(adjustments.map(({ field }) => field)).toEqual([column]);
    expect(raw).toMatchObject(change as object);
  });

  test.each<[string, unknown, number]>([
    ['no list at all', null, 0],
    ['an object with numbers for names', { 0: { id: 5 }, 1: { id: 6 } }, 2],
    ['a single part', { id: 5, city: 'Hvar' }, 1],
    ['a part without id', [{ id: 5 }, { city: 'Hvar' }], 1],
    ['a part that is a text', ['x', { id: 5 }], 1],
    ['a part shown twice', [{ id: 5 }, { id: 5 }], 1],
    ['a text', 'none', 0],
  ])('parts as %s', (_what, addresses, kept) => {
    const { children } = read({ ...customer, addresses });
    expect(children['customer_addresses']).toHaveLength(kept);
  });

  test('streets as lines, as one text, as an object, and regions as their name alone', () => {
    const parts = read({
      ...customer,
      addresses: [
        { id: 1, street: 'Main 1\nFlat 2', region: 'Hvar' },
        { id: 2, street: { 0: 'Main 1', 1: 'Flat 2' }, region: [] },
        { id: 3, street: null, region: { region: null, region_code: 'X', region_id: 0 } },
      ],
    });
    expect(parts.adjustments).toEqual([]);
    expect(parts.children['customer_addresses']).toMatchObject([
      { street: ['Main 1', 'Flat 2'], region: 'Hvar' },
      { street: ['Main 1', 'Flat 2'], region: null },
      { street: [], region: null, region_code: 'X', region_id: null },
    ]);
  });

  const odd = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom([], {}, [[]], [{}], [null], { 0: {} }, '', '0000-00-00 00:00:00', true),
  );

  test.each(entities.map((entity) => [entity.name, entity] as const))(
    'property: whatever stands in any member of %s, it is read, and no column gets another kind',
    (_name, entity) => {
      const example = entity === customers ? customer : order;
      const members = Object.keys(example).filter((name) => name !== entity.table.key);
      expect(members.length).toBeGreaterThan(0);
      fc.assert(
        fc.property(fc.constantFrom(...members), odd, (member, value) => {
          const { row, children } = read({ ...example, [member]: value }, entity);
          for (const [table, its] of [
            [entity.table, [row]],
            ...entity.children.map((child) => [child, children[child.name] ?? []] as const),
          ] as const) {
            for (const each of its) {
              for (const [column, { kind }] of Object.entries(table.columns)) {
                const isKind = kinds[kind];
                if (isKind)
                  expect([column, each[column] === null || isKind(each[column])]).toEqual([column, true]);
              }
            }
          }
        }),
        { numRuns: 300 },
      );
    },
  );
});

const kinds: Readonly<Record<string, (value: unknown) => boolean>> = {
  text: (value) => typeof value === 'string',
  flag: (value) => typeof value === 'boolean',
  integer: Number.isSafeInteger,
  id: Number.isSafeInteger,
  reference: Number.isSafeInteger,
  money: (value) => Number.isFinite(Number(value)),
  texts: Array.isArray,
  members: (value) => typeof value === 'object' && !Array.isArray(value),
};

test.each([[null], ['x'], [[]], [{}], [{ id: 'abc' }], [{ id: 0 }], [{ id: { value: 5 } }]])(
  'what has no id is no record: %j',
  (sent) => {
    expect(() => read(sent)).toThrow(UnexpectedPayloadError);
  },
);

test('secrets and what is said twice are cut wherever they stand', () => {
  const { raw, children } = read(
    {
      entity_id: 1,
      protect_code: 'secret',
      items: [{ item_id: 2, parent_item: { item_id: 1 } }],
      payment: {
        entity_id: 3,
        cc_last4: 'secret',
        cc_number_enc: 'secret',
        additional_information: ['secret'],
      },
      extension_attributes: {
        payment_additional_info: [{ key: 'a', value: 'secret' }],
        shipping_assignments: [{ shipping: { method: 'x' }, items: [{ item_id: 2 }] }],
      },
    },
    orders,
  );
  expect(JSON.stringify([raw, children])).not.toMatch(/secret|parent_item"/);
  expect(raw['extension_attributes']).toEqual({ shipping_assignments: [{ shipping: { method: 'x' } }] });
});

test.each([
  ['a list', (payment: object) => [payment]],
  ['an object with a number for a name', (payment: object) => ({ 3: payment })],
  ['a list in such an object', (payment: object) => ({ 0: [payment] })],
])('secrets of a payment are cut when a module sends it as %s', (_shape, sentAs) => {
  const payment = {
    entity_id: 3,
    method: 'checkmo',
    cc_number_enc: 'secret',
    additional_information: ['secret'],
    extension_attributes: { vault_payment_token: { gateway_token: 'secret' } },
  };
  const { raw, children } = read({ entity_id: 1, payment: sentAs(payment) }, orders);
  expect(JSON.stringify([raw, children])).not.toContain('secret');
  expect(JSON.stringify(raw)).toContain('checkmo');
});

test('taxes are told by their ids, before 2.4.7 by their codes', () => {
  const taxes = (extension: object) =>
    read({ entity_id: 1, extension_attributes: extension }, orders).children['order_taxes'];
  const applied = [{ code: 'DE-19', percent: 19, amount: 1.9 }];
  expect(taxes({ taxes: [{ tax_id: 7, code: 'DE-19', percent: 19 }], applied_taxes: applied })).toMatchObject(
    [{ order_id: 1, tax_id: 7, code: 'DE-19' }],
  );
  expect(taxes({ applied_taxes: applied })).toMatchObject([
    { order_id: 1, tax_id: 0, code: 'DE-19', amount: 1.9 },
  ]);
});

describe('a record as JSON', () => {
  const sent = '{"id":7, "email":"ada\\/@example.com","updated_at":"2026-01-01 00:00:00"}';

  test('is what was sent, where nothing is cut out of it', () => {
    expect(readRecord(customers, JSON.parse(sent), '/V1/x', () => sent).json).toBe(sent);
  });

  test('is written from the value where members are cut, even when the value lacks them', () => {
    const twice = '{"id":7,"email":"secret","email":null}';
    const entity: Entity = { ...customers, secrets: ['email.value'] };
    const { json } = readRecord(entity, JSON.parse(twice), '/V1/x', () => twice);
    expect(json).toBe('{"id":7,"email":null}');
  });

  test('is written from the value where its text is not known', () => {
    expect(readRecord(customers, JSON.parse(sent), '/V1/x').json).toBe(JSON.stringify(JSON.parse(sent)));
  });
});
