import { expect, test } from 'vitest';
import { createCustomerTable } from './customer-table.ts';
import type { CustomerData } from './record.ts';
import { recordedPopulation } from './recorded-population.ts';
import { variedPopulation } from './varied-population.ts';

const size = ({ length }: string) => length;
const lengthsOf = (customers: readonly CustomerData[]) =>
  customers.map((customer) => size(JSON.stringify(customer))).toSorted((one, other) => one - other);

test('rows vary as the recorded ones do, in size, attributes and addresses, and stay the same for the same seed', () => {
  const population = variedPopulation(5_000, 3);
  const customers = population.ids.flatMap((id) => population.customer(id) ?? []);
  expect(customers.length).toBe(5_000);
  const [made, recorded] = [lengthsOf(customers), lengthsOf(recordedPopulation())];
  for (const share of [0.05, 0.25, 0.5, 0.75, 0.95]) {
    const [found = 0, wanted = 1] = [
      made[Math.floor(made.length * share)],
      recorded[Math.floor(recorded.length * share)],
    ];
    expect(found / wanted).toBeGreaterThan(0.9);
    expect(found / wanted).toBeLessThan(1.15);
  }
  const codes = (rows: readonly CustomerData[]) =>
    new Set(
      rows.flatMap(({ custom_attributes: values = [] }) => values.map((value) => value.attribute_code)),
    );
  expect(codes(customers)).toEqual(codes(recordedPopulation()));
  expect(new Set(customers.map(({ email }) => email.toLowerCase())).size).toBe(5_000);
  const addressIds = customers.flatMap(({ addresses }) => addresses.map(({ id }) => id));
  expect(new Set(addressIds).size).toBe(addressIds.length);
  expect(variedPopulation(5_000, 3).customer(4_711)).toEqual(population.customer(4_711));
  expect(variedPopulation(5_000, 4).customer(4_711)).not.toEqual(population.customer(4_711));
});

test('ids have gaps, stamps are shared by many rows, and none is in the future', () => {
  const population = variedPopulation(200_000);
  expect(population.lastId).toBeGreaterThan(205_000);
  const stamps = population.idsByStamp.map((id) => population.stampOf(id));
  expect(stamps).toEqual(stamps.toSorted());
  expect(new Set(stamps).size).toBeLessThan(190_000);
  expect(stamps.at(-1)! < new Date().toISOString().replace('T', ' ')).toBe(true);
});

test('a table of made rows holds only what was edited, and edits are what it then shows', () => {
  const population = variedPopulation(1_000);
  const table = createCustomerTable(population);
  const [first = 0, second = 0, third = 0] = population.ids;
  const { email, addresses } = table.get(first)!;
  expect(table.withEmail(email.toUpperCase()).map(({ id }) => id)).toEqual([first]);
  const withAddress = table.all().find((customer) => customer.addresses.length > 0)!;
  expect(table.withAddress(withAddress.addresses[0]!.id)?.id).toBe(withAddress.id);

  table.put({
    ...table.get(first)!,
    email: 'moved@example.com',
    updated_at: '2026-11-01 00:00:00',
    addresses,
  });
  expect(table.withEmail(email)).toEqual([]);
  expect(table.withEmail('moved@example.com').map(({ id }) => id)).toEqual([first]);
  expect(table.byStamp.ids.at(-1)).toBe(first);

  expect(table.delete(second)).toBe(true);
  expect(table.delete(second)).toBe(false);
  expect([table.get(second), table.all().length, table.byId.ids.length]).toEqual([undefined, 999, 999]);
  expect(table.get(third)).toEqual(population.customer(third));
  expect(table.nextId()).toBe(population.lastId + 1);

  const backup = table.snapshot();
  table.delete(third);
  table.restore(backup);
  expect(table.get(third)).toEqual(population.customer(third));
  expect(table.get(second)).toBe(undefined);
});
