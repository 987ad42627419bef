import { createHmac } from 'node:crypto';
import { request } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { startSync } from '../../../testing/sync-harness.ts';
import { Secret } from '../../config/secret.ts';
import { startHttpServer } from '../server.ts';
import { hintsRoute } from './hints.ts';

const secret = 'a-secret-of-the-shop';
const authorized = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' };
const hint = { entity: 'customers', id: 17, kind: 'changed' };

async function serve(mostOpen?: number) {
  const { store, copy } = await startSync({ population: { customers: 1 } });
  const accepted: string[][] = [];
  const route = hintsRoute({
    shop: 'test',
    secret: new Secret(secret),
    store,
    onAccepted: (entities) => void accepted.push([...entities]),
    ...(mostOpen === undefined ? {} : { mostOpen }),
  });
  const server = await startHttpServer({ host: '127.0.0.1', port: 0, routes: () => [route] });
  onTestFinished(() => server[Symbol.asyncDispose]());
  const url = `http://127.0.0.1:${server.port}/hints`;
  const post = async (body: string, headers: Record<string, string> = {}) => {
    const json = { authorization: `Bearer ${secret}`, 'content-type': 'application/json', ...headers };
    const answer = await fetch(url, { method: 'POST', headers: json, body });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  };
  const open = async () => {
    const pending = await store.hints.pending('test', 'customers', 100_000);
    return pending.toSorted((one, other) => one.id - other.id);
  };
  return { url, port: server.port, post, open, accepted, copy };
}

test('hints are accepted when they are safe in PostgreSQL; those about one id collapse', async () => {
  const { post, open, accepted } = await serve();
  expect(await post(JSON.stringify(hint))).toMatchObject({ status: 202, text: '{"accepted":1}\n' });
  expect(await post(JSON.stringify([hint, { ...hint, id: 18 }, { ...hint, kind: 'deleted' }]))).toMatchObject(
    {
      status: 202,
      text: '{"accepted":3}\n',
    },
  );
  expect(await open()).toMatchObject([
    { id: 17, kind: 'deleted', times: 2 },
    { id: 18, kind: 'changed', times: 1 },
  ]);
  expect(accepted).toEqual([['customers'], ['customers']]);
});

test('a signature of the body is as good as the secret, and only of this body', async () => {
  const { url, open } = await serve();
  const body = JSON.stringify(hint);
  const sign = (text: string, key: string) =>
    `sha256=${createHmac('sha256', key).update(text).digest('hex')}`;
  const send = async (signature: string) => {
    const headers = { 'content-type': 'application/json', 'x-hint-signature': signature };
    return (await fetch(url, { method: 'POST', headers, body })).status;
  };
  expect(await send(sign(body, secret))).toBe(202);
  expect(await send(sign(`${body} `, secret))).toBe(401);
  expect(await send(sign(body, 'another secret'))).toBe(401);
  expect(await send('sha256=')).toBe(401);
  expect(await open()).toMatchObject([{ times: 1 }]);
});

test.each([
  ['no secret', { authorization: '' }, '{}', 401, 'Send \\"Authorization: Bearer <HINT_SECRET>\\"'],
  ['a wrong secret', { authorization: 'Bearer a-secret-of-the-shot' }, '{}', 401, 'The secret is wrong'],
  ['another way to sign in', { authorization: `Basic ${secret}` }, '{}', 401, 'or sign the body'],
  ['no JSON', { 'content-type': 'text/plain' }, JSON.stringify(hint), 415, 'Content-Type: application/json'],
  ['broken JSON', {}, '{"entity":', 422, 'The body is no JSON'],
  ['an entity that is none', {}, '{"entity":"orders","id":1}', 422, 'must be one of: customers'],
  ['a body that is too large', {}, `[${' '.repeat(300_000)}]`, 413, 'larger than 256 kB'],
])('%s is refused with the reason, and nothing is kept', async (_what, headers, body, status, sentence) => {
  const { post, open, accepted } = await serve();
  const answer = await post(body, headers);
  expect(answer).toMatchObject({ status, text: expect.stringContaining(sentence) });
  expect(answer.text).not.toContain(secret);
  expect([await open(), accepted]).toEqual([[], []]);
});

test('a body without end is cut off', async () => {
  const { port, open } = await serve();
  let chunks = 0;
  await new Promise<void>((resolve) => {
    const endless = request({ host: '127.0.0.1', port, path: '/hints', method: 'POST', headers: authorized });
    endless.on('response', (answer) => answer.resume());
    endless.on('error', () => undefined);
    endless.on('close', resolve);
    const chunk = Buffer.alloc(65_536, ' ');
    const more = () => {
      if (endless.destroyed) return;
      chunks += 1;
      endless.write(chunk, () => setImmediate(more));
    };
    more();
  });
  expect(chunks).toBeGreaterThan((16 * 256 * 1_024) / 65_536);
  expect(await open()).toEqual([]);
});

test('a flood is held: 429 and when to come again', async () => {
  const { post, open } = await serve(1_500);
  const list = (from: number) =>
    JSON.stringify(Array.from({ length: 1_000 }, (_, index) => ({ ...hint, id: from + index })));
  expect((await post(list(1))).status).toBe(202);
  const refused = await post(list(1_001));
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '30']);
  expect((await post(JSON.stringify(hint))).status).toBe(202);
  expect(await open()).toHaveLength(1_000);
});

test('requests that hold the line do not add up without end', async () => {
  const { port, post } = await serve();
  const slow = Array.from({ length: 20 }, () => {
    const sending = request({ host: '127.0.0.1', port, path: '/hints', method: 'POST', headers: authorized });
    sending.on('error', () => undefined);
    sending.write('[');
    return sending;
  });
  await expect.poll(async () => (await post(JSON.stringify(hint))).status).toBe(429);
  const ended = slow.map((sending) => new Promise((resolve) => sending.on('response', resolve)));
  for (const sending of slow) sending.end(']');
  await Promise.all(ended);
  expect((await post(JSON.stringify(hint))).status).toBe(202);
});

test('without PostgreSQL nothing is accepted', async () => {
  const { post, accepted, copy } = await serve();
  await copy[Symbol.asyncDispose]();
  const answer = await post(JSON.stringify(hint));
  expect(answer.status).toBeGreaterThanOrEqual(500);
  expect(accepted).toEqual([]);
});

test('a challenge is answered, anything else about the address is explained', async () => {
  const { url, post } = await serve();
  const get = async (address: string) => {
    const answer = await fetch(address);
    return [answer.status, await answer.text()];
  };
  expect(await get(`${url}?challenge=8ec8d794-e0ab`)).toEqual([200, '8ec8d794-e0ab']);
  expect(await get(`${url}?challenge=%3Cscript%3E`)).toEqual([
    422,
    expect.stringContaining('A challenge has'),
  ]);
  expect(await get(url)).toEqual([405, expect.stringContaining('by POST')]);
  expect(await post('{"challenge":"abc"}')).toMatchObject({ status: 200, text: 'abc' });
  expect(await get(`${url}/17`)).toEqual([404, expect.stringContaining('There is only /hints')]);
  expect((await fetch(url, { method: 'DELETE' })).status).toBe(405);
});
