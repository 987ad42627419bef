import { expect, test } from 'vitest';
import { startMagentoShop } from '../shop.ts';
import { adminToken, send } from '../testing/rest-client.ts';
import type { CustomerData } from './record.ts';

const start = () => startMagentoShop({ population: { customers: 20 } });

test('a restored backup takes back edits, deletions and new accounts, whose ids are given again', async () => {
  await using shop = await start();
  shop.clock.freeze(true);
  const { customers } = shop;
  const backup = customers.snapshot();
  const before = customers.all();
  const [edited, deleted] = customers.ids() as [number, number];
  customers.editAddress(edited);
  customers.save(edited, { firstname: 'Changed' });
  customers.remove(deleted);
  const lost = customers.create({ email: 'lost@example.com' });

  customers.restoreSnapshot(backup);
  expect(customers.all()).toEqual(before);
  shop.clock.advance(60_000);
  const next = customers.create({ email: 'other@example.com' });
  expect(next.id).toBe(lost.id);
  expect(next.created_at).not.toBe(lost.created_at);
  const { body } = await send(shop, 'GET', `/V1/customers/${next.id}`, { token: await adminToken(shop) });
  expect(body).toEqual(next);
});

test('an id that is used again belongs to another account', async () => {
  await using shop = await start();
  const former = shop.customers.all()[3]!;
  const next = shop.customers.reuseId(former.id, { firstname: 'Somebody' });
  expect(next).toMatchObject({ id: former.id, firstname: 'Somebody', addresses: [] });
  expect(next.created_at > former.created_at).toBe(true);
  expect(next.email).not.toBe(former.email);
  expect(shop.customers.ids()).toHaveLength(20);
});

test('an e-mail address changes by a save, and never to one that is taken', async () => {
  await using shop = await start();
  shop.clock.set(new Date('2027-01-01T00:00:00Z'));
  const [first, second] = shop.customers.all() as [CustomerData, CustomerData];
  const changed = shop.customers.changeEmail(first.id, 'New@Example.com');
  expect(changed.email).toBe('New@Example.com');
  expect(changed.updated_at).toMatch(/^2027-01-01 /);
  expect(shop.logInCustomer('new@example.com')).not.toBe('');
  expect(() => shop.customers.changeEmail(first.id, second.email.toUpperCase())).toThrow(
    'has the e-mail address',
  );
});
