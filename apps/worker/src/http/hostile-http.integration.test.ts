import { expect, onTestFinished, test } from 'vitest';
import { ambiguousRequests, dial, head, say } from '../../testing/raw-http.ts';
import type { Route } from './route.ts';
import { startHttpServer } from './server.ts';

const secret = 'password-of-the-database';

/** A server with a route to look at, one that takes bodies, and one that breaks. */
async function serve() {
  const errors: Error[] = [];
  const taken: string[] = [];
  const routes: Route[] = [
    { methods: ['GET'], path: '/livez', answer: async () => ({ status: 200, body: { alive: true } }) },
    {
      methods: ['POST'],
      path: '/hints',
      unlisted: true,
      async answer({ body }) {
        taken.push((await body(1_000)).toString());
        return { status: 202, body: {} };
      },
    },
    {
      methods: ['GET'],
      path: '/broken',
      unlisted: true,
      answer: () => Promise.reject(new Error(`connect postgres://sync:${secret}@10.0.0.7`)),
    },
  ];
  const server = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    routes: () => routes,
    onError: (error) => void errors.push(error),
    patience: { requestMs: 4_000, headersMs: 2_000 },
  });
  onTestFinished(() => server[Symbol.asyncDispose]());
  return { port: server.port, url: `http://127.0.0.1:${server.port}`, errors, taken };
}

test('requests that two servers would understand differently are answered once, and what hides in them is no request', async () => {
  const { port, taken } = await serve();
  const smuggled = 'POST /hints HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 8\r\n\r\nsmuggled';
  for (const text of ambiguousRequests('/hints', smuggled)) {
    const answer = await say(port, text);
    expect(answer.match(/HTTP\/1\.1 \d/g)?.length ?? 0, text).toBeLessThanOrEqual(1);
    expect(answer, text).not.toMatch(/^HTTP\/1\.1 (101|200)/);
    expect(answer).not.toMatch(/a-secret|\/hints|node_modules/);
  }
  expect(taken.join()).not.toContain('smuggled');
  // A body that nobody wants is no next request either: the connection ends behind the answer.
  const unwanted = `GET /livez HTTP/1.1\r\nHost: x\r\nContent-Length: ${smuggled.length + 9}\r\n\r\n${smuggled}`;
  const answer = await say(port, unwanted);
  expect(answer.match(/HTTP\/1\.1 \d/g)).toHaveLength(1);
  expect(answer.toLowerCase()).toContain('connection: close');
  expect(taken).toEqual([]);
  // Elsewhere it is not in the way of those who ask again and again.
  const kept = 'GET /livez HTTP/1.1\r\nHost: x\r\n\r\n';
  const twice = await say(port, kept + head('GET /livez HTTP/1.1'));
  expect(twice.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
});

test('huge headers, endless bodies and slow senders hold nobody up', async () => {
  const { port, url, taken } = await serve();
  expect(await say(port, head('GET /livez HTTP/1.1', `X-Long: ${'x'.repeat(70_000)}`))).toMatch(
    /^HTTP\/1\.1 431/,
  );
  const endless = `${head('POST /hints HTTP/1.1', 'Content-Length: 999999999')}${'x'.repeat(200_000)}`;
  expect(await say(port, endless)).toMatch(/^(HTTP\/1\.1 413|$)/);
  const slow = [
    'POST /hints HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nbegin',
    'GET /livez HTTP/1.1\r\nHost: x\r\nX-Slow: ',
    'GET /',
  ].map((text) => {
    const { socket, closed } = dial(port);
    socket.write(text);
    const drip = setInterval(() => socket.write('x'), 500);
    onTestFinished(() => clearInterval(drip));
    return closed;
  });
  expect((await fetch(`${url}/livez`)).status).toBe(200);
  for (const answer of await Promise.all(slow)) expect(answer).toMatch(/^(HTTP\/1\.1 408|$)/);
  expect(taken).toEqual([]);
});

test('a thousand idle connections make room', async () => {
  const { port, url } = await serve();
  let closed = 0;
  for (let number = 0; number < 1_000; number += 1) void dial(port).closed.then(() => (closed += 1));
  await expect.poll(() => closed, { interval: 50 }).toBeGreaterThan(700);
  expect((await fetch(`${url}/livez`)).status).toBe(200);
});

test('whoever asks learns nothing of what went wrong, and another origin may read nothing', async () => {
  const { url, errors } = await serve();
  const broken = await fetch(`${url}/broken`, { headers: { origin: 'https://evil.example' } });
  const text = await broken.text();
  expect([broken.status, text]).toEqual([500, expect.stringContaining('the log of the worker says why')]);
  expect(text).not.toContain(secret);
  expect(errors.map(({ message }) => message)).toEqual([expect.stringContaining(secret)]);
  const alive = await fetch(`${url}/livez?at=1`, {
    headers: { origin: 'https://evil.example', cookie: 'a=b' },
  });
  expect(Object.fromEntries(alive.headers)).toMatchObject({
    'cross-origin-resource-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  });
  for (const name of ['access-control-allow-origin', 'set-cookie', 'server', 'x-powered-by'])
    expect([name, alive.headers.get(name)]).toEqual([name, null]);
  const unknown = await fetch(`${url}/nowhere`);
  expect([unknown.status, await unknown.text()]).toEqual([
    404,
    expect.stringMatching(/There is only \/livez\./),
  ]);
});
