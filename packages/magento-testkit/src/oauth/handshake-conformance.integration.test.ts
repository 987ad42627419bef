import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { type RecordedExchange, readRecording } from '../recordings.ts';
import { type MagentoShop, startMagentoShop } from '../shop.ts';
import { recordedIntegrations } from './recorded-integrations.ts';

const [callback, ...exchanges] = readRecording('oauth-handshake');
const posted = new URLSearchParams(callback!.request.body);

/** Credentials that Magento made up during the recording, in the order in which they are needed. */
function recordedCredentials(): string[] {
  const tokenPair = (title: string) => {
    const { body } = exchanges.find((exchange) => exchange.title === title)!.response;
    const fields = new URLSearchParams(body);
    return [fields.get('oauth_token')!, fields.get('oauth_token_secret')!];
  };
  const neverShown = ['value of the verifier token', 'secret of the verifier token'];
  return [
    posted.get('oauth_verifier')!,
    ...neverShown,
    ...tokenPair('request token'),
    ...tokenPair('access token'),
  ];
}

interface ReceivedCallback {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** An app that waits for Magento's call. */
async function startApp(): Promise<{ url: string; received: ReceivedCallback[] }> {
  const received: ReceivedCallback[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      received.push({ method: request.method, path: request.url, headers: request.headers, body });
      response.end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`, received };
}

async function send(
  shop: MagentoShop,
  { method, path, headers }: RecordedExchange['request'],
): Promise<RecordedExchange['response']> {
  // The recorded requests were signed for this host.
  const outgoing = httpRequest(shop.url, {
    method,
    path,
    headers: { ...headers, host: '127.0.0.1:8090', 'content-length': '0' },
  });
  outgoing.end();
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  const body = await text(answer);
  return { status: answer.statusCode!, headers: answer.headers as Record<string, string>, body };
}

test('oauth-handshake.json, from the call to the app to the first read', async () => {
  const app = await startApp();
  const credentials = recordedCredentials();
  await using shop = await startMagentoShop({
    generateCredential: () => credentials.shift() ?? 'none are left',
    integrations: [
      ...recordedIntegrations,
      {
        name: 'CRM',
        callbackUrl: app.url,
        consumerKey: posted.get('oauth_consumer_key')!,
        consumerSecret: posted.get('oauth_consumer_secret')!,
      },
    ],
  });
  shop.clock.set(new Date(1_795_522_204_000));
  shop.clock.freeze(true);

  await shop.oauth.activate('CRM');
  const [received] = app.received;
  expect(received).toMatchObject({ method: 'POST', path: '/callback' });
  const { host: _port, ...recordedHeaders } = callback!.request.headers;
  expect(received!.headers).toMatchObject(recordedHeaders);
  const recordedFields = Object.fromEntries(posted);
  expect(Object.fromEntries(new URLSearchParams(received!.body))).toEqual({
    ...recordedFields,
    store_base_url: `${shop.url}/`,
  });

  for (const { title, request, response } of exchanges) {
    const answer = await send(shop, request);
    const headers = title.startsWith('customer')
      ? ['content-type']
      : ['content-type', 'cache-control', 'pragma'];
    const chosen = (all: Record<string, string>) => headers.map((name) => all[name]);
    expect({ title, status: answer.status, headers: chosen(answer.headers), body: answer.body }).toEqual({
      title,
      status: response.status,
      headers: chosen(response.headers),
      body: response.body,
    });
  }
});
