import { expect, test } from 'vitest';
import { createCustomerTable } from './customer-table.ts';
import { seededPopulation } from './seeded-population.ts';

test('customers are found by e-mail address and by address while rows come, change and go', () => {
  const table = createCustomerTable(seededPopulation(20));
  const customer = table.all().find(({ addresses }) => addresses.length > 0)!;
  const addressId = customer.addresses[0]!.id;
  expect(table.withEmail(customer.email.toUpperCase())).toEqual([customer]);
  expect(table.withAddress(addressId)).toBe(customer);

  const changed = { ...customer, email: 'Other@example.com', addresses: [] };
  table.put(changed);
  expect(table.withEmail(customer.email)).toEqual([]);
  expect(table.withEmail('other@example.com')).toEqual([changed]);
  expect(table.withAddress(addressId)).toBeUndefined();

  table.delete(customer.id);
  expect(table.withEmail('other@example.com')).toEqual([]);
});

test('a restored snapshot brings rows, order and counters back', () => {
  const table = createCustomerTable(seededPopulation(20));
  const before = table.snapshot();
  const [first] = table.all();
  table.put({ ...first!, updated_at: '2030-01-01 00:00:00' });
  table.delete(table.byId.ids.at(-1)!);
  const id = table.nextId();
  table.put({ ...first!, id, email: 'new@example.com' });

  table.restore(before);
  expect(table.snapshot()).toEqual(before);
  expect(table.byStamp.ids).toEqual(createCustomerTable(before.customers).byStamp.ids);
  expect(table.withEmail('new@example.com')).toEqual([]);
  expect(table.nextId()).toBe(id);
});
