import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CustomerData } from '../customers/record.ts';
import { type MagentoShop, startMagentoShop } from '../shop.ts';
import { adminToken, type ListBody, searchPath, send } from '../testing/rest-client.ts';

let shop: MagentoShop;
let token: string;

beforeEach(async () => {
  shop = await startMagentoShop({ population: { customers: 40 } });
  token = await adminToken(shop);
});

afterEach(() => shop.stop());

const get = (path: string) => send(shop, 'GET', path, { token });
const codes = (body: unknown) => (body as { code: string }[]).map(({ code }) => code);
const stamps = () => shop.customers.all().map(({ id, updated_at }) => [id, updated_at]);
const found = async (field: string, condition: string, value: string) =>
  ((await get(searchPath([[field, condition, value]]))).body as ListBody).total_count;

test('a deleted store view nulls store_id and leaves updated_at alone', async () => {
  const view = shop.stores.addView({ code: 'pop_up', name: 'Pop-up' });
  const ids = shop.customers.ids().slice(0, 12);
  for (const id of ids) shop.customers.updateSilently(id, { store_id: view.id });
  const before = stamps();
  expect(codes((await get('/V1/store/storeViews')).body)).toContain('pop_up');
  expect((await get('/pop_up/V1/store/websites')).status).toBe(200);

  expect(shop.stores.removeView('pop_up')).toBe(12);
  expect(stamps()).toEqual(before);
  expect(await found('store_id', 'null', '')).toBe(12);
  const { body } = await get(`/V1/customers/${ids[0]}`);
  expect(body).not.toHaveProperty('store_id');
  expect(body).toHaveProperty('website_id', 1);
  expect(codes((await get('/V1/store/storeViews')).body)).not.toContain('pop_up');
  expect((await get('/pop_up/V1/store/websites')).status).toBe(400);
});

test('a deleted website nulls website_id and store_id and takes its store views along', async () => {
  const ids = shop.customers.ids().slice(0, 5);
  for (const id of ids) shop.customers.updateSilently(id, { website_id: 2, store_id: 3 });
  const before = stamps();
  expect(shop.stores.removeWebsite('eu')).toBe(5);
  expect(stamps()).toEqual(before);
  const { body } = await get(`/V1/customers/${ids[0]}`);
  expect(body).not.toHaveProperty('store_id');
  expect(body).not.toHaveProperty('website_id');
  expect(codes((await get('/V1/store/websites')).body)).toEqual(['admin', 'base']);
  expect(codes((await get('/V1/store/storeViews')).body)).not.toContain('eu_de');
  expect(codes((await get('/V1/store/storeConfigs')).body)).not.toContain('eu_fr');
});

test('a new website has a store and takes store views', async () => {
  const website = shop.stores.addWebsite('asia', 'Asia');
  expect(shop.stores.addView({ code: 'ja', website: 'asia' })).toMatchObject({
    website_id: website.id,
    store_group_id: website.default_group_id,
    is_active: 1,
  });
  expect(codes((await get('/V1/store/storeGroups')).body)).toContain('asia_group');
  expect(() => shop.stores.addView({ code: 'x', website: 'nowhere' })).toThrow(
    'it has admin, base, eu, asia',
  );
});

test('members of a deleted group move to the default group, each with a new stamp', async () => {
  shop.clock.set(new Date('2027-01-01T00:00:00Z'));
  shop.clock.freeze(true);
  token = await adminToken(shop);
  const { body } = await send(shop, 'POST', '/V1/customerGroups', {
    token,
    body: { group: { code: 'Trade', tax_class_id: 3 } },
  });
  const { id: groupId } = body as { id: number };
  const [first, second, other] = shop.customers.ids() as [number, number, number];
  for (const id of [first, second]) shop.customers.updateSilently(id, { group_id: groupId });
  const untouched = shop.customers.get(other);

  expect((await send(shop, 'DELETE', `/V1/customerGroups/${groupId}`, { token })).body).toBe(true);
  for (const id of [first, second]) {
    expect(shop.customers.get(id)).toMatchObject({ group_id: 1, updated_at: '2027-01-01 00:00:00' });
  }
  expect(shop.customers.get(other)).toEqual(untouched);
  expect((await get(`/V1/customerGroups/${groupId}`)).status).toBe(404);
  expect((await get('/V1/customerGroups/default')).body).toMatchObject({ code: 'General' });
});

test('groups are renamed, never doubled, and the first two cannot go', async () => {
  const put = (id: number, code: string) =>
    send(shop, 'PUT', `/V1/customerGroups/${id}`, { token, body: { group: { code } } });
  expect((await put(4, 'VIP')).body).toMatchObject({ id: 4, code: 'VIP' });
  expect((await put(4, 'general')).body).toEqual({ message: 'Customer Group already exists.' });
  for (const id of [0, 1]) {
    expect((await send(shop, 'DELETE', `/V1/customerGroups/${id}`, { token })).status).toBe(400);
  }
});

test('an attribute that is added is described, written and searched; once removed, nobody has it', async () => {
  const unknown = await get(searchPath([['shoe_size', 'gt', '9']]));
  expect(unknown.status).toBe(400);
  shop.attributes.add({ attribute_code: 'shoe_size', backend_type: 'int', frontend_label: 'Shoe size' });
  const [first, second] = shop.customers.ids() as [number, number];
  const custom_attributes = [{ attribute_code: 'shoe_size', value: '10' }];
  shop.customers.save(first, { custom_attributes });
  shop.customers.save(second, { custom_attributes: [{ attribute_code: 'shoe_size', value: '9' }] });
  expect((await get('/V1/attributeMetadata/customer/attribute/shoe_size')).body).toMatchObject({
    store_label: 'Shoe size',
    user_defined: true,
  });
  expect(await found('shoe_size', 'gt', '9')).toBe(1);

  // As a text, '10' comes before '9'.
  shop.attributes.change('shoe_size', { backend_type: 'varchar', frontend_input: 'select' });
  expect(await found('shoe_size', 'gt', '9')).toBe(0);
  expect((await get('/V1/attributeMetadata/customer/custom')).body).toContainEqual(
    expect.objectContaining({ attribute_code: 'shoe_size', frontend_input: 'select' }),
  );

  const before = stamps();
  shop.attributes.remove('shoe_size');
  expect(stamps()).toEqual(before);
  expect((await get(`/V1/customers/${first}`)).body).not.toHaveProperty('custom_attributes');
  expect((await get('/V1/attributeMetadata/customer/attribute/shoe_size')).status).toBe(404);
  expect((await get(searchPath([['shoe_size', 'gt', '9']]))).status).toBe(400);
});

test('attributes of addresses come and go too', async () => {
  shop.addressAttributes.add({ attribute_code: 'floor' });
  const id = shop.customers.create().id;
  const custom_attributes = [{ attribute_code: 'floor', value: '3' }];
  shop.customers.addAddress(id, { custom_attributes });
  expect((await get('/V1/attributeMetadata/customerAddress/custom')).body).toHaveLength(2);
  shop.addressAttributes.remove('floor');
  const { body } = await get(`/V1/customers/${id}`);
  expect((body as CustomerData).addresses[0]).not.toHaveProperty('custom_attributes');
});

test('a value for an attribute that does not exist is dropped', async () => {
  const custom_attributes = [{ attribute_code: 'nothing', value: '1' }];
  const customer = { email: 'a@example.com', firstname: 'A', lastname: 'B', custom_attributes };
  const { body } = await send(shop, 'POST', '/V1/customers', { token, body: { customer } });
  expect(body).not.toHaveProperty('custom_attributes');
});
