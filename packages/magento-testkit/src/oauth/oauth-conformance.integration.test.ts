import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RecordedExchange, readRecording, recordingsFolder } from '../recordings.ts';
import { type MagentoShop, startMagentoShop } from '../shop.ts';
import { type ComparedAnswer, expectAsRecorded } from '../testing/recorded-answer.ts';

/** Under this Host header the recorded requests were signed. */
const RECORDED_HOST = '127.0.0.1:8090';

/** The writes of the recording's day moved this customer's stamp before it was read. */
function comparable(body: string): string {
  return body.replace(/"updated_at":"20\d\d-\d\d-\d\d \d\d:\d\d:\d\d"/g, '"updated_at":"<stamp>"');
}

/** Sends a request exactly as recorded; `fetch` would rewrite the Host header. */
function sendAsRecorded(
  shop: MagentoShop,
  { method, path, headers, body }: RecordedExchange['request'],
): Promise<ComparedAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      shop.url,
      { method, path, headers: { ...headers, host: RECORDED_HOST } },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            type: answer.headers['content-type'],
            body: Buffer.concat(chunks).toString('utf8'),
          }),
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

async function expectSame(shop: MagentoShop, { request, response }: RecordedExchange): Promise<void> {
  expectAsRecorded(await sendAsRecorded(shop, request), response, comparable);
}

describe('oauth.json', () => {
  let shop: MagentoShop;

  beforeAll(async () => {
    shop = await startMagentoShop();
    shop.clock.set(new Date(1_795_521_262_000));
    // Before this recording, logins of these two had failed, which moved their stamps into the searched range.
    for (const id of [1, 2]) shop.customers.failLogin(id);
  });
  afterAll(() => shop.stop());

  test.each(readRecording('oauth'))('$title', (exchange) => expectSame(shop, exchange));
});

test('the integrations of the shop are the recorded ones', async () => {
  await using shop = await startMagentoShop({ population: { customers: 1 } });
  const recorded = JSON.parse(readFileSync(new URL('integrations.json', recordingsFolder), 'utf8')) as Record<
    string,
    {
      integration_id: number;
      status: number;
      consumer_key: string;
      consumer_secret: string;
      access_token: string;
      access_token_secret: string;
    }
  >;
  const own = shop.oauth.integrations.all().map((integration) => [
    integration.name,
    {
      integration_id: integration.id,
      status: Number(integration.active),
      consumer_key: integration.consumerKey,
      consumer_secret: integration.consumerSecret,
      access_token: integration.token?.value,
      access_token_secret: integration.token?.secret,
    },
  ]);
  expect(Object.fromEntries(own)).toEqual(recorded);
});
