import { afterEach, beforeEach, expect, test } from 'vitest';
import { readRecording } from '../recordings.ts';
import { type MagentoShop, startMagentoShop } from '../shop.ts';

let shop: MagentoShop;

beforeEach(async () => {
  shop = await startMagentoShop();
});

afterEach(() => shop.stop());

async function status(sessionId: string): Promise<number> {
  const headers = { cookie: `PHPSESSID=${sessionId}`, 'x-requested-with': 'XMLHttpRequest' };
  return (await fetch(`${shop.url}/rest/V1/customers/me`, { headers })).status;
}

/** The stamp of customer 1 was moved by a failed login on the recording's day. */
function comparable(body: string): string {
  return body.replace(/"updated_at":"[^"]+"/, '"updated_at":"<stamp>"');
}

test.each(readRecording('session'))('session.json: $title', async ({ request, response }) => {
  const sessionId = shop.logInCustomer('customer1@example.com');
  const headers = { ...request.headers };
  headers['Cookie'] = headers['Cookie']!.replace('fo06cfsifejltta6a47ueer5ts', sessionId);
  const answer = await fetch(shop.url + request.path, { headers });
  expect({ status: answer.status, body: comparable(await answer.text()) }).toEqual({
    status: response.status,
    body: comparable(response.body),
  });
});

test('a session ends an hour after its last request, by logging out, and with its customer', async () => {
  const [idle, loggedOut, deleted] = [1, 2, 3].map((number) =>
    shop.logInCustomer(`customer${number}@example.com`),
  ) as [string, string, string];
  shop.clock.advance(3_599_000);
  expect(await status(idle)).toBe(200);
  shop.clock.advance(3_599_000);
  expect(await status(idle)).toBe(200);
  expect(await status(loggedOut)).toBe(401);
  shop.clock.advance(3_601_000);
  expect(await status(idle)).toBe(401);

  const again = shop.logInCustomer('customer2@example.com');
  shop.sessions.logOut(again);
  expect(await status(again)).toBe(401);
  expect(await status(deleted)).toBe(401);
  const doomed = shop.logInCustomer('customer3@example.com');
  shop.customers.remove(3);
  expect(await status(doomed)).toBe(401);
});

test('a session does not open the SOAP API', async () => {
  const headers = {
    cookie: `PHPSESSID=${shop.logInCustomer('customer1@example.com')}`,
    'x-requested-with': 'XMLHttpRequest',
  };
  const answer = await fetch(`${shop.url}/soap/default?wsdl&services=customerCustomerRepositoryV1`, {
    headers,
  });
  expect(answer.status).toBe(401);
});
