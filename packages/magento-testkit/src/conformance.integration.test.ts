import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CustomerData } from './customers/record.ts';
import { type RecordedExchange, readRecording } from './recordings.ts';
import { type MagentoShop, startMagentoShop } from './shop.ts';
import { type ComparedAnswer, expectAsRecorded, readAnswer } from './testing/recorded-answer.ts';
import { adminToken } from './testing/rest-client.ts';

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

async function send(exchange: RecordedExchange, body?: string): Promise<ComparedAnswer> {
  const headers = { ...exchange.request.headers };
  const authorization = headers['Authorization'];
  if (authorization === 'Bearer <admin token>') {
    headers['Authorization'] = `Bearer ${await adminToken(shop)}`;
  } else if (authorization) {
    const [scheme = '', token = ''] = authorization.split(' ');
    headers['Authorization'] = `${scheme} ${tokens.get(token) ?? token}`;
  }
  const answer = await fetch(shop.url + exchange.request.path, {
    method: exchange.request.method,
    headers,
    ...(body === undefined ? {} : { body }),
  });
  return readAnswer(answer);
}

async function expectSame(exchange: RecordedExchange): Promise<void> {
  const answer = await send(exchange, exchange.request.body);
  const recordedToken = /^"(eyJ[\w.-]+)"$/.exec(exchange.response.body)?.[1];
  const givenToken = /^"(eyJ[\w.-]+)"$/.exec(answer.body)?.[1];
  if (recordedToken && givenToken) tokens.set(recordedToken, givenToken);
  expectAsRecorded(answer, exchange.response, comparable);
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

  /** No token can be had during an outage, so none is sent. */
  async function expectOutage(title: string): Promise<void> {
    const { request, response } = exchanges.get(title)!;
    const answer = await fetch(shop.url + request.path, { method: request.method });
    expectAsRecorded(await readAnswer(answer), response);
  }

  test.each(['maintenance mode', 'maintenance mode, token endpoint'])('%s', async (title) => {
    shop.maintenance(true);
    try {
      await expectOutage(title);
    } finally {
      shop.maintenance(false);
    }
  });

  test.each(['database down', 'database down, token endpoint'])('%s', async (title) => {
    shop.databaseDown(true);
    try {
      await expectOutage(title);
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
