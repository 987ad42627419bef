import { readFileSync } from 'node:fs';
import { type AddressInfo, connect } from 'node:net';
import { createServer } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { expect, inject, onTestFinished, test } from 'vitest';
import { checkQueueServer } from '../doctor/queue-server-check.ts';
import { checkQueue } from './inspect-queue.ts';

const certificate = (name: string) =>
  fileURLToPath(new URL(`../../../../tests/services/tls/${name}`, import.meta.url));

/** A Redis that is reached by TLS only, with a certificate for `localhost` of an authority that nobody knows. */
async function start(): Promise<number> {
  const { hostname, port } = new URL(inject('redisUrl'));
  const server = createServer(
    { cert: readFileSync(certificate('server.pem')), key: readFileSync(certificate('server.key')) },
    (outside) => {
      const inside = connect(Number(port), hostname);
      for (const socket of [outside, inside]) socket.on('error', () => undefined);
      outside.pipe(inside).pipe(outside);
    },
  );
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((listening) => server.listen(0, listening));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

test('its own authority and another name in its certificate can be given', async () => {
  const port = await start();
  const ca = certificate('ca.pem');
  expect(await checkQueue(`rediss://localhost:${port}?cacert=${ca}`)).toMatchObject({ warnings: [] });
  expect(await checkQueue(`rediss://127.0.0.1:${port}?cacert=${ca}&servername=localhost`)).toMatchObject({
    warnings: [],
  });
});

test.each([
  [
    'an authority that nobody knows',
    (port: number) => `rediss://localhost:${port}`,
    'Name the file of its certificate authority',
  ],
  [
    'another authority',
    (port: number) => `rediss://localhost:${port}?cacert=${certificate('other-ca.pem')}`,
    'Name the file of its certificate authority',
  ],
  [
    'another name',
    (port: number) => `rediss://127.0.0.1:${port}?cacert=${certificate('ca.pem')}`,
    'Write the name that its certificate holds',
  ],
  [
    'a file that is not there',
    (port: number) => `rediss://localhost:${port}?cacert=/nowhere/ca.pem`,
    'Correct the path behind cacert',
  ],
  [
    'an address without TLS',
    (port: number) => `redis://localhost:${port}`,
    'write rediss:// instead of redis://',
  ],
])('%s: refused with its cure', async (_what, url, cure) => {
  const finding = await checkQueueServer(url(await start()));
  expect(finding).toMatchObject({ outcome: 'problem', detail: expect.stringContaining(cure) as string });
});
