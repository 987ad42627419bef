import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A receiver of webhooks that answers with the status it is told to. */
export async function startReceiver() {
  const received: { path: string; headers: Record<string, unknown>; body: string }[] = [];
  const receiver = { status: 200, headers: {} as Record<string, string>, received, url: '' };
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      received.push({ path: request.url ?? '', headers: request.headers, body });
      response.writeHead(receiver.status, receiver.headers).end('ok');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return receiver;
}

/** What every command that tells of alerts has to know of its shop, which is never asked. */
export const shopVariables = {
  MAGENTO_BASE_URL: 'http://127.0.0.1:9',
  MAGENTO_SHOP: 'test',
  MAGENTO_USERNAME: 'sync',
  MAGENTO_PASSWORD: 'shop-secret',
};
