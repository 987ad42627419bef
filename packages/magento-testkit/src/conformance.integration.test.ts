import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CustomerData } from './customers/record.ts';
import { type RecordedExchange, readRecording } from './recordings.ts';
import { type MagentoShop, startMagentoShop } from './shop.ts';

/** Moment of the recordings; what is saved while they are replayed is stamped with the same day. */
const recordingDay = new Date('2026-11-24T12:00:00Z');

/** What is not compared, and why; everything else has to be equal to the letter. */
const leftOut: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  // Tokens are signed with a key that is made up anew.
  [/"eyJ[\w.-]+"/g, '"<token>"'],
  // The recorded requests came seconds or minutes after each other.
  [/"(updated|created)_at":"2026-11-24 \d\d:\d\d:\d\d"/g, '"$1_at":"<recording day>"'],
  // A UUID is random, and the hash is taken over a text that PHP serialised.
  [/"bulk_uuid":"[^"]+"/g, '"bulk_uuid":"<uuid>"'],
  [/"data_hash":"[^"]+"/g, '"data_hash":"<hash>"'],
];

function comparable(text: string): string {
  return leftOut.reduce((body, [pattern, replacement]) => body.replace(pattern, replacement), text);
}

let shop: MagentoShop;
const tokens = new Map<string, string>();

async function send(
  exchange: RecordedExchange,
  body?: string,
): Promise<{ status: number; type: string | null; body: string }> {
  const headers = { ...exchange.request.headers };
  const authorization = headers['Authorization'];
  if (authorization === 'Bearer <admin token>') {
    headers['Authorization'] = `Bearer ${await adminToken()}`;
  } else if (authorization) {
    const [scheme = '', token = ''] = authorization.split(' ');
    headers['Authorization'] = `${scheme} ${tokens.get(token) ?? token}`;
  }
  const answer = await fetch(shop.url + exchange.request.path, {
    method: exchange.request.method,
    headers,
    ...(body === undefined ? {} : { body }),
  });
  return { status: answer.status, type: answer.headers.get('content-type'), body: await answer.text() };
}

async function adminToken(): Promise<string> {
  const answer = await fetch(`${shop.url}/rest/V1/integration/admin/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'admin', password: 'Passw0rd123!' }),
  });
  return (await answer.json()) as string;
}

async function expectSame(exchange: RecordedExchange): Promise<void> {
  const answer = await send(exchange, exchange.request.body);
  const recordedToken = /^"(eyJ[\w.-]+)"$/.exec(exchange.response.body)?.[1];
  const givenToken = /^"(eyJ[\w.-]+)"$/.exec(answer.body)?.[1];
  if (recordedToken && givenToken) tokens.set(recordedToken, givenToken);
  expect({ ...answer, body: comparable(answer.body) }).toEqual({
    status: exchange.response.status,
    type: exchange.response.headers['content-type'],
    body: comparable(exchange.response.body),
  });
}

beforeAll(async () => {
  shop = await startMagentoShop();
  shop.clock.set(recordingDay);
});

afterAll(() => shop.stop());

describe.each(['customers-search', 'reads'])('%s.json', (name) => {
  test.each(readRecording(name))('$title', expectSame);
});

// The exchanges of these build on each other: one test each, in order, on a shop of its own.
test.each(['tokens', 'writes'])('%s.json, in order', async (name) => {
  await using own = await startMagentoShop();
  own.clock.set(recordingDay);
  // The recorded shop had used up ids for customers that were never committed.
  own.customers.skipIds(8, 1);
  const before = shop;
  shop = own;
  try {
    for (const exchange of readRecording(name)) await expectSame(exchange);
  } finally {
    shop = before;
  }
});

test('input-limits.json', async () => {
  // Recorded after some of the customers had been edited: the shop is brought to the state of that moment first.
  const page = readRecording('input-limits').find(({ title }) => title === 'pageSize 1000');
  const { items } = JSON.parse(page!.response.body) as { items: CustomerData[] };
  for (const customer of items) shop.customers.restore(customer);
  shop.setInputLimits({ maximumPageSize: 300, defaultPageSize: 50, listLength: 20 });
  try {
    for (const exchange of readRecording('input-limits')) await expectSame(exchange);
  } finally {
    shop.setInputLimits(undefined);
  }
});

describe('outages.json', () => {
  const exchanges = new Map(readRecording('outages').map((exchange) => [exchange.title, exchange]));

  test('every exchange has its test below', () => {
    expect([...exchanges.keys()]).toEqual([
      'maintenance mode',
      'maintenance mode, token endpoint',
      'developer mode: an error carries a trace',
      'database down',
      'database down, token endpoint',
    ]);
  });

  test.each(['maintenance mode', 'maintenance mode, token endpoint'])('%s', async (title) => {
    shop.maintenance(true);
    try {
      // No token can be had now: the recorded placeholder is sent as it is.
      const exchange = exchanges.get(title)!;
      const answer = await fetch(shop.url + exchange.request.path, { method: exchange.request.method });
      expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([
        exchange.response.status,
        exchange.response.headers['content-type'],
        exchange.response.body,
      ]);
    } finally {
      shop.maintenance(false);
    }
  });

  test.each(['database down', 'database down, token endpoint'])('%s', async (title) => {
    shop.databaseDown(true);
    try {
      const exchange = exchanges.get(title)!;
      const answer = await fetch(shop.url + exchange.request.path, { method: exchange.request.method });
      expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([
        exchange.response.status,
        exchange.response.headers['content-type'],
        exchange.response.body,
      ]);
    } finally {
      shop.databaseDown(false);
    }
  });

  test('developer mode: an error carries a trace', async () => {
    await using own = await startMagentoShop({ mode: 'developer' });
    const before = shop;
    shop = own;
    const exchange = exchanges.get('developer mode: an error carries a trace')!;
    const answer = await send(exchange);
    shop = before;
    // The trace itself is a list of files of one installation.
    const shape = (text: string) => ({ ...(JSON.parse(text) as Record<string, unknown>), trace: '<trace>' });
    expect(answer.status).toBe(exchange.response.status);
    expect(JSON.parse(answer.body)).toHaveProperty('trace', expect.stringMatching(/^#0 /));
    expect(shape(answer.body)).toEqual(shape(exchange.response.body));
  });
});
