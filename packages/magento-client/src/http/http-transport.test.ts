import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { Agent } from 'undici';
import { afterEach, describe, expect, test } from 'vitest';
import type { AuthStrategy } from '../auth/strategy.ts';
import {
  AuthenticationError,
  MagentoNetworkError,
  MagentoTimeoutError,
  MaintenanceError,
  PermissionError,
  ThrottledError,
  UnexpectedPayloadError,
} from '../errors.ts';
import { type Answer, sendJson, startLocalServer } from '../testing/local-server.ts';
import { fixedNetwork } from './dispatcher.ts';
import { createTransport, type TransportOptions } from './http-transport.ts';
import { createRequestBudget } from './request-budget.ts';
import { createShopClock } from './shop-clock.ts';
import type { RequestEvent, TransportRequest } from './transport.ts';

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const resource of open.splice(0)) await resource[Symbol.asyncDispose]();
});

async function setUp(answer: Answer, options: Partial<TransportOptions> = {}) {
  const server = await startLocalServer(answer);
  const timeouts = { connectMs: 2_000, headersMs: 2_000, bodyMs: 2_000, ...options.timeouts };
  const agent = new Agent({ headersTimeout: timeouts.headersMs, bodyTimeout: timeouts.bodyMs });
  open.push({ [Symbol.asyncDispose]: () => agent.destroy() }, server);
  const events: RequestEvent[] = [];
  const transport = createTransport({
    network: fixedNetwork(agent),
    maxBodyBytes: 10_000,
    budget: (task) => task(),
    retry: { attempts: 3, baseDelayMs: 1, maxDelayMs: 5_000 },
    clock: createShopClock(),
    userAgent: 'test-agent',
    onRequest: (event) => events.push(event),
    ...options,
    timeouts,
  });
  const send = (request: Partial<TransportRequest> = {}) =>
    transport.send({
      method: 'GET',
      url: `${server.url}/rest/V1/things?a=1`,
      route: '/V1/things',
      ...request,
    });
  return { server, send, events };
}

/** Answers the listed statuses one after the other, then 200. */
function statuses(...list: number[]): Answer {
  return (response, _, number) => {
    const status = list[number - 1];
    if (status === undefined) sendJson(response, { ok: true });
    else sendJson(response, { message: 'no' }, status);
  };
}

describe('a call', () => {
  test('sends the headers that Magento and caches need, and reports what it cost', async () => {
    const { server, send, events } = await setUp(statuses());
    const response = await send();
    expect(response.body).toEqual({ ok: true });
    expect(response.serverDate).toBeInstanceOf(Date);
    expect(response.bytes).toBe(11);
    expect(server.requests[0]?.headers).toMatchObject({
      accept: 'application/json',
      'cache-control': 'no-cache, no-store, max-age=0',
      'user-agent': 'test-agent',
      'accept-encoding': 'gzip, br',
    });
    expect(events).toMatchObject([
      { method: 'GET', route: '/V1/things', attempt: 1, status: 200, errorCode: null },
    ]);
  });

  test.each([
    ['gzip', gzipSync('{"text":"grüße"}')],
    ['br', brotliCompressSync('{"text":"grüße"}')],
  ])('reads %s', async (encoding, body) => {
    const { send } = await setUp((response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': encoding });
      response.end(body);
    });
    expect((await send()).body).toEqual({ text: 'grüße' });
  });

  test('a small compressed answer cannot fill the memory', async () => {
    const { server, send } = await setUp((response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end(gzipSync(`"${'x'.repeat(1_000_000)}"`));
    });
    await expect(send()).rejects.toThrow(
      /larger than 10000 bytes, more than is read at once. Ask for smaller pages/,
    );
    expect(server.requests).toHaveLength(1);
  });
});

describe('repeating', () => {
  test.each([429, 500, 502, 503, 504])('%i is asked again', async (status) => {
    const { server, send, events } = await setUp(statuses(status, status));
    expect((await send()).body).toEqual({ ok: true });
    expect(server.requests).toHaveLength(3);
    expect(events.map((event) => [event.attempt, event.status])).toEqual([
      [1, status],
      [2, status],
      [3, 200],
    ]);
  });

  test('a web page with status 200 is asked again, and then told apart from JSON', async () => {
    const { server, send } = await setUp((response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end('<!doctype html><title>Just a moment...</title>');
    });
    const error = await send().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UnexpectedPayloadError);
    expect(String(error)).toContain('is a web page ("Just a moment..."), not JSON');
    expect(server.requests).toHaveLength(3);
  });

  test.each<[string, Answer]>([
    [
      'cut JSON',
      (response) =>
        void response.writeHead(200, { 'content-type': 'application/json' }).end('{"items":[{"id"'),
    ],
    [
      'an empty body',
      (response) => void response.writeHead(200, { 'content-type': 'application/json' }).end(),
    ],
    [
      'a body shorter than announced',
      (response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
        response.write('{"items":[');
        setImmediate(() => response.destroy());
      },
    ],
    [
      'a cut gzip stream',
      (response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
        response.end(gzipSync('{"items":[1,2,3,4,5,6]}').subarray(0, 20));
      },
    ],
    ['a reset connection', (response) => void response.socket?.resetAndDestroy()],
  ])('%s is asked again', async (_, broken) => {
    const { server, send } = await setUp((response, request, number) =>
      number === 1 ? broken(response, request, number) : sendJson(response, { ok: true }),
    );
    expect((await send()).body).toEqual({ ok: true });
    expect(server.requests).toHaveLength(2);
  });

  test('what may not be sent twice is sent once', async () => {
    const { server, send } = await setUp(statuses(503));
    await expect(send({ method: 'POST', body: '{}' })).rejects.toBeInstanceOf(MaintenanceError);
    expect(server.requests).toHaveLength(1);
  });

  test('a shop that asks for a pause gets it from every call', async () => {
    const { server, send } = await setUp((response, _, number) =>
      number === 1
        ? sendJson(response, { message: 'slow down' }, 429, { 'retry-after': '1' })
        : sendJson(response, { at: Date.now() }),
    );
    const answers = await Promise.all([send(), send().then(() => send())]);
    expect(server.requests.length).toBe(4);
    expect(answers.map((answer) => answer.status)).toEqual([200, 200]);
  });

  test('a pause that is too long is left to the caller', async () => {
    const { server, send } = await setUp((response) =>
      sendJson(response, {}, 429, { 'retry-after': '3600' }),
    );
    const error = await send().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ThrottledError);
    expect(error).toMatchObject({ retryAfterMs: 3_600_000 });
    expect(server.requests).toHaveLength(1);
  });
});

describe('time and trouble', () => {
  test('a shop that does not answer', async () => {
    const { send } = await setUp(() => undefined, {
      timeouts: { connectMs: 2_000, headersMs: 50, bodyMs: 2_000 },
      retry: { attempts: 1, baseDelayMs: 0, maxDelayMs: 0 },
    });
    const error = await send().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(MagentoTimeoutError);
    expect(String(error)).toContain('did not answer within 50 ms');
  });

  test('a shop that drips', async () => {
    const { send } = await setUp(
      (response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        const timer = setInterval(() => response.write(' '), 10);
        response.on('close', () => clearInterval(timer));
      },
      {
        timeouts: { connectMs: 2_000, headersMs: 2_000, bodyMs: 80 },
        retry: { attempts: 1, baseDelayMs: 0, maxDelayMs: 0 },
      },
    );
    await expect(send()).rejects.toThrow(/did not finish it within 80 ms/);
  });

  test('nobody at the address', async () => {
    const { server, send } = await setUp(statuses());
    await server[Symbol.asyncDispose]();
    const error = await send().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(MagentoNetworkError);
    expect(String(error)).toMatch(/Nothing answers at 127\.0\.0\.1:\d+\. Check host and port of baseUrl/);
    expect(error).toMatchObject({ mayHaveArrived: false, retryable: true });
  });

  test('an unknown host', async () => {
    const { send } = await setUp(statuses());
    await expect(send({ url: 'http://no-such-host.invalid/rest/V1/x' })).rejects.toThrow(
      /no-such-host\.invalid.*(unknown|could not be looked up)/,
    );
  });

  test('HTTPS to a port that speaks HTTP', async () => {
    const { server, send } = await setUp(statuses());
    await expect(send({ url: server.url.replace('http:', 'https:') })).rejects.toThrow(
      /does not speak HTTPS as expected.*should start with http:/,
    );
  });

  test('an abort ends a call at once and is never repeated', async () => {
    const controller = new AbortController();
    const { server, send, events } = await setUp(() => controller.abort(new Error('shutting down')));
    await expect(send({ signal: controller.signal })).rejects.toThrow('shutting down');
    expect(server.requests).toHaveLength(1);
    expect(events).toMatchObject([{ errorCode: 'aborted' }]);
  });

  test('an abort ends the wait before the next attempt', async () => {
    const controller = new AbortController();
    const { server, send } = await setUp((response) => {
      sendJson(response, {}, 503, { 'retry-after': '4' });
      setImmediate(() => controller.abort(new Error('enough')));
    });
    await expect(send({ signal: controller.signal })).rejects.toThrow('enough');
    expect(server.requests).toHaveLength(1);
  });

  test('gives its place in the budget back before its answer is read, and after trouble was understood', async () => {
    const order: string[] = [];
    const { send } = await setUp(statuses(503), {
      async budget(task) {
        try {
          return await task();
        } finally {
          order.push('place free');
        }
      },
      onRequest: ({ status }) => order.push(`read ${status}`),
    });
    await send();
    expect(order).toEqual(['read 503', 'place free', 'place free', 'read 200']);
  });

  test('sends what waits for its place and its connection before an answer is read', async () => {
    const order: string[] = [];
    const sent = ({ request }: { request: { path: string } }) => {
      if (request.path.startsWith('/rest/V1/waiting')) order.push('sent');
    };
    const agent = new Agent({ connections: 1 });
    open.push({ [Symbol.asyncDispose]: () => agent.destroy() });
    const { send, server } = await setUp(statuses(), {
      network: fixedNetwork(agent),
      budget: createRequestBudget({ concurrency: 1, requestsPerSecond: 1_000 }),
      onRequest: () => order.push('read'),
    });
    subscribe('undici:client:sendHeaders', sent as () => void);
    try {
      await Promise.all(
        [1, 2, 3].map((number) => send({ url: `${server.url}/rest/V1/waiting?a=${number}` })),
      );
    } finally {
      unsubscribe('undici:client:sendHeaders', sent as () => void);
    }
    expect(order).toEqual(['sent', 'sent', 'read', 'sent', 'read', 'read']);
  });

  test('a listener that throws does not break the call', async () => {
    const { send } = await setUp(statuses(), {
      onRequest: () => {
        throw new Error('metrics are down');
      },
    });
    expect((await send()).status).toBe(200);
  });
});

describe('credentials', () => {
  function strategy(renew: () => boolean): AuthStrategy & { calls: string[] } {
    const calls: string[] = [];
    return {
      kind: 'bearer',
      calls,
      async authorize() {
        calls.push('authorize');
        return { authorization: `Bearer ${calls.filter((call) => call === 'authorize').length}` };
      },
      async renew(_, refusal) {
        calls.push(`renew after ${refusal?.headers['authorization']}`);
        return renew();
      },
    };
  }
  const refuse = {
    message: "The consumer isn't authorized to access %resources.",
    parameters: { resources: 'self' },
  };

  test('are made anew for every attempt', async () => {
    const { server, send } = await setUp(statuses(500));
    await send({ auth: strategy(() => true) });
    expect(server.requests.map((request) => request.headers.authorization)).toEqual(['Bearer 1', 'Bearer 2']);
  });

  test('are renewed once after a 401, also for a write', async () => {
    const { send, server } = await setUp((response, _, number) =>
      sendJson(response, refuse, number === 1 ? 401 : 200),
    );
    const auth = strategy(() => true);
    await send({ auth, method: 'POST', body: '{}' });
    expect(auth.calls).toEqual(['authorize', 'renew after Bearer 1', 'authorize']);
    expect(server.requests).toHaveLength(2);
  });

  test('that are refused again lack a right', async () => {
    const { send, server } = await setUp((response) => sendJson(response, refuse, 401));
    const error = await send({ auth: strategy(() => true) }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PermissionError);
    expect(error).toMatchObject({ resources: ['self'], status: 401, path: '/rest/V1/things' });
    expect(server.requests).toHaveLength(2);
  });

  test('that cannot be renewed are not sent again', async () => {
    const { send, server } = await setUp((response) => sendJson(response, { message: 'no' }, 401));
    await expect(send({ auth: strategy(() => false) })).rejects.toBeInstanceOf(AuthenticationError);
    expect(server.requests).toHaveLength(1);
  });
});
