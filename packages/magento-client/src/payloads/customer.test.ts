import { describe, expect, test } from 'vitest';
import { UnexpectedPayloadError } from '../errors.ts';
import { readExchange, readExchanges, readObjects } from '../testing/recordings.ts';
import { parseCustomer } from './customer.ts';

const parse = (value: unknown) => parseCustomer(value, '/V1/customers/1');

describe('recorded customers', () => {
  test('all 2,500 are read, and nothing of them is lost', () => {
    const objects = readObjects('customers.ndjson');
    expect(objects).toHaveLength(2_500);
    for (const object of objects) {
      const customer = parse(object);
      expect(customer.raw).toEqual(object);
      expect(customer.email).toBe(object['email']);
      expect(customer.updatedAt).toBe(object['updated_at']);
      expect(customer.addresses).toHaveLength((object['addresses'] as unknown[]).length);
      const billing = object['default_billing'];
      expect(customer.defaultBilling).toBe(billing === undefined ? null : Number(billing));
      const attributes = (object['custom_attributes'] ?? []) as { attribute_code: string; value: unknown }[];
      expect(Object.keys(customer.customAttributes)).toHaveLength(attributes.length);
      for (const { attribute_code: code, value } of attributes)
        expect(customer.customAttributes[code]).toBe(value);
    }
  });

  test('one is read field by field', () => {
    const body = readExchange('reads.json', 'customer 1').response.body;
    const customer = parse(JSON.parse(body));
    expect(customer).toMatchObject({
      id: 1,
      groupId: 1,
      storeId: 1,
      websiteId: 1,
      email: 'customer1@example.com',
      lastname: 'Müller',
      middlename: null,
      dob: null,
      gender: null,
      defaultBilling: 1,
      defaultShipping: 3,
      disableAutoGroupChange: false,
      isSubscribed: false,
      createdAt: '2024-01-01 08:05:23',
    });
    expect(customer.addresses[0]).toMatchObject({
      id: 1,
      customerId: 1,
      street: ['9944 Main St', 'Apt #99'],
      regionId: 3,
      regionCode: 'AS',
      region: 'American Samoa',
      defaultBilling: true,
      defaultShipping: false,
      company: null,
    });
    expect(customer.addresses[2]).toMatchObject({
      regionId: null,
      region: 'Greater London',
      customAttributes: { delivery_note: 'Ring twice' },
    });
  });

  test('every successful search of the recordings is read', () => {
    const found = readExchanges('customers-search.json')
      .filter(({ response }) => response.status === 200 && response.body.startsWith('{"items":[{"id"'))
      .filter(({ request }) => !request.path.includes('addresses%5B'))
      .flatMap((exchange) => (JSON.parse(exchange.response.body) as { items: unknown[] }).items);
    expect(found.length).toBeGreaterThan(100);
    for (const item of found) expect(parse(item).id).toBeGreaterThan(0);
  });
});

describe('what shops send besides', () => {
  test('omitted means null, and an unknown subscription is not "no"', () => {
    const customer = parse({ id: 5 });
    expect(customer).toMatchObject({
      email: null,
      websiteId: null,
      isSubscribed: null,
      addresses: [],
      customAttributes: {},
    });
  });

  test('numbers as text, lists as objects, empty objects as lists, zero dates and zero ids', () => {
    const customer = parse({
      id: '5',
      group_id: '2',
      default_billing: '0',
      taxvat: 123,
      dob: '1980-12-31 00:00:00',
      created_at: '0000-00-00 00:00:00',
      extension_attributes: [],
      addresses: {
        '1': { id: '7', street: 'One\nTwo', region: 'Ohio', region_id: '0', default_billing: '1' },
      },
      custom_attributes: { '3': { attribute_code: '__proto__', value: ['a'] } },
    });
    expect(customer).toMatchObject({
      id: 5,
      groupId: 2,
      defaultBilling: null,
      taxvat: '123',
      dob: '1980-12-31',
      createdAt: null,
    });
    expect(customer.addresses[0]).toMatchObject({
      id: 7,
      street: ['One', 'Two'],
      region: 'Ohio',
      regionId: null,
      defaultBilling: true,
    });
    expect(Object.keys(customer.customAttributes)).toEqual(['__proto__']);
  });

  test.each<[string, unknown, RegExp]>([
    ['no id', { email: 'a@example.com' }, /"id" in the answer/],
    ['an id that is no number', { id: 'abc' }, /"id" in the answer/],
    ['an object where text belongs', { id: 1, email: { secret: 'x' } }, /"email" in the answer/],
    ['a list', [], /The answer to/],
    ['nothing', null, /The answer to/],
  ])('%s is refused by name, without its value', (_, value, message) => {
    expect(() => parse(value)).toThrow(UnexpectedPayloadError);
    expect(() => parse(value)).toThrow(message);
    expect(() => parse(value)).not.toThrow(/secret|abc/);
  });
});
