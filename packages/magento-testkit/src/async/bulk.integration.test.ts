import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CustomerData } from '../customers/record.ts';
import { type MagentoShop, startMagentoShop } from '../shop.ts';
import { adminToken, send } from '../testing/rest-client.ts';

interface Accepted {
  readonly bulk_uuid: string;
  readonly request_items: readonly {
    readonly id: number;
    readonly status: string;
    readonly error_message?: string;
  }[];
  readonly errors: boolean;
}

let shop: MagentoShop;
let token: string;

beforeEach(async () => {
  shop = await startMagentoShop({ population: { customers: 5 }, asyncRequests: 'when run' });
  token = await adminToken(shop);
});

afterEach(() => shop.stop());

async function submit(method: string, path: string, body?: unknown): Promise<Accepted> {
  const answer = await send(shop, method, path, { token, body });
  expect(answer.status).toBe(202);
  return answer.body as Accepted;
}

const customer = (name: string) => ({
  customer: { email: `${name}@example.com`, firstname: name, lastname: 'B' },
});
const read = async (path: string) => (await send(shop, 'GET', `/V1/bulk/${path}`, { token })).body;
const statuses = async ({ bulk_uuid }: Accepted) => {
  const { operations_list } = (await read(`${bulk_uuid}/status`)) as {
    operations_list: { status: number }[];
  };
  return operations_list.map(({ status }) => status);
};

test('a single request waits for the consumer', async () => {
  const accepted = await submit('POST', '/default/async/V1/customers', customer('later'));
  expect(accepted).toMatchObject({ request_items: [{ id: 0, status: 'accepted' }], errors: false });
  expect(await statuses(accepted)).toEqual([4]);
  expect(shop.customers.all()).toHaveLength(5);

  expect(shop.queue.run()).toBe(1);
  expect(await statuses(accepted)).toEqual([1]);
  expect(shop.customers.all().at(-1)).toMatchObject({ email: 'later@example.com' });
  expect(shop.queue.run()).toBe(0);
});

test('a bulk names its path variables literally, and each item its own', async () => {
  const [first, second] = shop.customers.all() as [CustomerData, CustomerData];
  const change = ({ id, email }: CustomerData) => ({
    customerId: id,
    customer: { id, email, firstname: 'Bulk', lastname: 'B' },
  });
  const accepted = await submit('PUT', '/all/async/bulk/V1/customers/byCustomerId', [
    change(first),
    change(second),
  ]);
  expect(accepted.request_items.map(({ status }) => status)).toEqual(['accepted', 'accepted']);
  shop.queue.run();
  expect([first, second].map(({ id }) => shop.customers.get(id)?.firstname)).toEqual(['Bulk', 'Bulk']);

  await submit('DELETE', '/async/bulk/V1/customers/byCustomerId', [{ customer_id: first.id }]);
  shop.queue.run();
  expect(shop.customers.get(first.id)).toBeUndefined();
});

test('items that cannot be read are rejected, those that fail later say why', async () => {
  const taken = shop.customers.all()[0]!.email;
  const accepted = await submit('POST', '/async/bulk/V1/customers', [
    customer('good'),
    { customer: { ...customer('odd').customer, nope: 1 } },
    { customer: { ...customer('double').customer, email: taken } },
    'nothing',
  ]);
  expect(accepted.errors).toBe(true);
  expect(accepted.request_items.map(({ status }) => status)).toEqual([
    'accepted',
    'rejected',
    'accepted',
    'rejected',
  ]);
  expect(accepted.request_items[1]!.error_message).toContain('"Nope" is not supported');
  shop.queue.run();
  expect(await statuses(accepted)).toEqual([1, 5, 3, 5]);
  expect(await read(`${accepted.bulk_uuid}/operation-status/5`)).toBe(2);
  const detailed = await read(`${accepted.bulk_uuid}/detailed-status`);
  expect(detailed).toMatchObject({
    bulk_id: accepted.bulk_uuid,
    operation_count: 4,
    operations_list: [
      { bulk_uuid: accepted.bulk_uuid, result_serialized_data: expect.stringContaining('good@example.com') },
      {},
      { error_code: 0, result_message: expect.stringContaining('same email address already exists') },
      {},
    ],
  });
});

test('operations are searched by status', async () => {
  await submit('DELETE', '/async/V1/customers/999999');
  shop.queue.run();
  const filter = 'searchCriteria[filter_groups][0][filters][0]';
  const { body } = await send(shop, 'GET', `/V1/bulk?${filter}[field]=status&${filter}[value]=3`, { token });
  expect(body).toMatchObject({
    total_count: 1,
    items: [{ result_message: 'No such entity with customerId = 999999' }],
  });
});

test('rights are checked before anything is queued, and reads cannot be asked for later', async () => {
  const [id] = shop.customers.ids();
  const limited = await adminToken(shop, 'catalog');
  expect((await send(shop, 'DELETE', `/async/V1/customers/${id}`, { token: limited })).status).toBe(401);
  expect((await send(shop, 'GET', `/async/V1/customers/${id}`, { token })).body).toEqual({
    message: 'Specified request cannot be processed.',
  });
  expect((await send(shop, 'PUT', `/async/bulk/V1/customers/${id}`, { token, body: [] })).status).toBe(404);
  expect(shop.queue.all()).toEqual([]);
  expect((await send(shop, 'GET', '/V1/bulk/nope/status', { token })).status).toBe(404);
  const withoutRight = await send(shop, 'GET', '/V1/bulk/nope/status', { token: limited });
  expect(withoutRight.body).toMatchObject({
    parameters: { resources: 'Magento_Logging::system_magento_logging_bulk_operations' },
  });
});

test('without being told otherwise the shop executes at once', async () => {
  await using prompt = await startMagentoShop({ population: { customers: 1 } });
  const answer = await send(prompt, 'POST', '/async/V1/customers', { body: customer('now') });
  expect(answer.status).toBe(202);
  expect(prompt.customers.all()).toHaveLength(2);
});
