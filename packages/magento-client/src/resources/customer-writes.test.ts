import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { createMagentoClient } from '../client.ts';
import { BadRequestError, NotFoundError, WritesNotAllowedError } from '../errors.ts';
import { startLocalServer } from '../testing/local-server.ts';
import { type Exchange, readExchange } from '../testing/recordings.ts';

const guest = { kind: 'guest' } as const;
const writes = (title: string) => readExchange('writes.json', title);
const play = (...exchanges: Exchange[]) =>
  startLocalServer((response, _request, number) => {
    const { status, body } = exchanges[number - 1]!.response;
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
const inputOf = (exchange: Exchange) =>
  (JSON.parse(exchange.request.body!) as { customer: Record<string, unknown> }).customer;

test('create, change and delete are sent as a real shop took them', async () => {
  const create = writes('create');
  const change = writes('change the last name');
  const remove = writes('delete');
  await using shop = await play(create, change, remove);
  await using client = createMagentoClient({ baseUrl: shop.url, auth: guest, allowWrites: true });
  const created = await client.customers.create(inputOf(create), { password: 'Passw0rd123!' });
  expect(created).toMatchObject({ id: 2509, email: 'new.one@example.com', dob: '1990-02-03' });
  expect((await client.customers.update(2509, inputOf(change))).lastname).toBe('Anders');
  await client.customers.delete(2509);
  for (const [index, { request }] of [create, change, remove].entries()) {
    const seen = shop.requests[index]!;
    expect([seen.method, seen.url]).toEqual([request.method, request.path]);
    expect(seen.body === '' ? '' : JSON.parse(seen.body)).toEqual(
      request.body === undefined ? '' : JSON.parse(request.body),
    );
  }
});

test('the id of a path cannot be contradicted by the body', async () => {
  await using shop = await play(writes('change the last name'));
  await using client = createMagentoClient({ baseUrl: shop.url, auth: guest, allowWrites: true });
  await client.customers.update(2509, { id: 1, lastname: 'Anders' });
  expect(JSON.parse(shop.requests[0]!.body)).toEqual({ customer: { id: 2509, lastname: 'Anders' } });
});

describe('what the shop refuses', () => {
  test.each([
    ['create with the same e-mail', BadRequestError, /same email address/],
    ['create with a bad date of birth', BadRequestError, /Invalid date/],
    ['unknown key in the customer', BadRequestError, /"Nope" is not supported/],
  ])('%s', async (title, type, message) => {
    await using shop = await play(writes(title));
    await using client = createMagentoClient({ baseUrl: shop.url, auth: guest, allowWrites: true });
    const create = client.customers.create(inputOf(writes(title)));
    await expect(create).rejects.toThrow(type);
    await expect(create).rejects.toThrow(message);
  });

  test('deleting twice', async () => {
    await using shop = await play(writes('delete again'));
    await using client = createMagentoClient({ baseUrl: shop.url, auth: guest, allowWrites: true });
    await expect(client.customers.delete(2509)).rejects.toThrow(NotFoundError);
  });
});

test('a client that may only read refuses every write before it is sent', async () => {
  await using shop = await play();
  await using client = createMagentoClient({ baseUrl: shop.url, auth: guest });
  const attempts = [
    () => client.customers.create({}),
    () => client.customers.update(1, {}),
    () => client.customers.delete(1),
    () => client.customers.deleteAddress(1),
    () => client.customers.resendConfirmation('a@example.com', 1),
    () => client.customers.activate('a@example.com', 'k'),
    () => client.customerAccounts.updateMe({}),
    () => client.customerAccounts.changePassword('a', 'b'),
    () => client.customerAccounts.activateMe('k'),
    () => client.customerAccounts.requestPasswordReset('a@example.com', 'email_reset'),
    () =>
      client.customerAccounts.resetPassword({ email: 'a@example.com', resetToken: 't', newPassword: 'p' }),
    () => client.bulk.submit('POST', '/V1/customers', {}),
    () => client.bulk.submitMany('DELETE', '/V1/customers/byCustomerId', []),
    () => client.post('/V1/customers', { body: {} }),
    () => client.put('/V1/customers/1', { body: {} }),
    () => client.delete('/V1/customers/1'),
  ];
  for (const attempt of attempts) await expect(attempt()).rejects.toThrow(WritesNotAllowedError);
  expect(shop.requests).toEqual([]);
});

describe('addresses', () => {
  const reads = (title: string) => readExchange('reads.json', title);

  test('one by its id, and the default one', async () => {
    await using shop = await play(
      reads('address 1'),
      reads('billing address'),
      reads('billing address of one without'),
    );
    await using client = createMagentoClient({ baseUrl: shop.url, auth: guest });
    expect(await client.customers.address(1)).toMatchObject({
      id: 1,
      street: ['9944 Main St', 'Apt #99'],
      countryId: 'US',
    });
    expect(await client.customers.defaultAddress(1, 'billing')).toMatchObject({ id: 1 });
    expect(await client.customers.defaultAddress(3, 'billing')).toBeNull();
    expect(shop.requests.map(({ url }) => url)).toEqual([
      '/rest/V1/customers/addresses/1',
      '/rest/V1/customers/1/billingAddress',
      '/rest/V1/customers/3/billingAddress',
    ]);
  });

  test('deleted', async () => {
    await using shop = await play(writes('delete an address of customer 1'));
    await using client = createMagentoClient({ baseUrl: shop.url, auth: guest, allowWrites: true });
    await client.customers.deleteAddress(2);
    expect(shop.requests[0]).toMatchObject({ method: 'DELETE', url: '/rest/V1/addresses/2' });
  });
});

test('the shopper’s own account, and questions that change nothing', async () => {
  const answers = ['{"id":1}', 'true', 'true', '{"valid":true}', '"account_confirmed"'];
  await using shop = await startLocalServer((response, _request, number) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(answers[number - 1]);
  });
  await using client = createMagentoClient({ baseUrl: shop.url, auth: guest });
  expect((await client.customerAccounts.me()).id).toBe(1);
  expect(await client.customerAccounts.isEmailAvailable('a@example.com', { websiteId: 1 })).toBe(true);
  expect(await client.customerAccounts.revokeTokens()).toBe(true);
  expect(await client.customers.validate({ email: 'a' })).toEqual({ valid: true, messages: [] });
  expect(await client.customers.confirmationStatus(1)).toBe('account_confirmed');
  expect(shop.requests.map(({ method, url, body }) => [method, url, body])).toEqual([
    ['GET', '/rest/V1/customers/me', ''],
    ['POST', '/rest/V1/customers/isEmailAvailable', '{"customerEmail":"a@example.com","websiteId":1}'],
    ['POST', '/rest/V1/integration/customer/revoke-customer-token', ''],
    ['PUT', '/rest/V1/customers/validate', '{"customer":{"email":"a"}}'],
    ['GET', '/rest/V1/customers/1/confirm', ''],
  ]);
});

test('the token of a password reset is asked for and shown nowhere', async () => {
  const resetToken = 'reset-token-0123456789';
  const events: unknown[] = [];
  await using shop = await startLocalServer((response, { url }) => {
    response
      .writeHead(400, { 'content-type': 'application/json' })
      .end(JSON.stringify({ message: `No: ${url}` }));
  });
  await using client = createMagentoClient({
    baseUrl: shop.url,
    auth: guest,
    onRequest: (event) => events.push(event),
  });
  const error = await client.customerAccounts.checkResetToken(7, resetToken).catch((cause: unknown) => cause);
  expect(shop.requests[0]!.url).toBe(`/rest/V1/customers/7/password/resetLinkToken/${resetToken}`);
  expect(error).toMatchObject({
    path: '/rest/V1/customers/7/password/resetLinkToken/secret',
    message: 'No: /rest/V1/customers/7/password/resetLinkToken/[secret] (400)',
  });
  expect(inspect([error, events])).not.toContain(resetToken);
});
