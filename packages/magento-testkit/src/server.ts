import { setMaxListeners } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { ShopClock } from './clock.ts';
import type { FaultAnswer } from './fault-answers.ts';
import type { FaultRules } from './faults.ts';
import type { ShopAnswer, ShopRequest } from './http/exchange.ts';
import type { Workers } from './php-workers.ts';

/** What the server needs to answer. */
export interface ServerOptions {
  readonly host: string;
  readonly port: number;
  readonly latencyMs: number;
  /** Time that every row of a list takes. */
  readonly rowCostMs: number;
  readonly workers: Workers;
  readonly clock: ShopClock;
  readonly faults: FaultRules;
  answer(request: ShopRequest): Promise<ShopAnswer> | ShopAnswer;
  onAnswered(request: ShopRequest, status: number | null, receivedAt: number): void;
}

/** A listening server. */
export interface ShopServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts a server that writes answers byte by byte and applies faults. */
export async function listen(options: ServerOptions): Promise<ShopServer> {
  const stopping = new AbortController();
  // Every request that is waited for listens to it.
  setMaxListeners(0, stopping.signal);
  const server = createServer((message, response) => {
    handle(message, response, options, stopping.signal).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${options.host}:${port}`,
    async close() {
      stopping.abort();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function handle(
  message: IncomingMessage,
  response: ServerResponse,
  options: ServerOptions,
  signal: AbortSignal,
): Promise<void> {
  const receivedAt = Date.now();
  const request = await read(message);
  // A request whose client has gone away is executed all the same, as in PHP.
  const { fault, answer } = await options.workers.run(() => workOn(request, options, signal));
  if (fault?.kind === 'reset') {
    options.onAnswered(request, null, receivedAt);
    message.socket.resetAndDestroy();
    return;
  }
  options.onAnswered(request, fault?.kind === 'drop-answer' ? null : answer.status, receivedAt);
  if (fault?.kind === 'drop-answer') {
    message.socket.resetAndDestroy();
    return;
  }
  const body = Buffer.from(fault?.kind === 'change' ? fault.change(answer.body) : answer.body);
  const headers: Record<string, string> = {
    ...answer.headers,
    date: new Date(options.clock.now()).toUTCString(),
  };
  if (fault?.kind === 'truncate' || fault?.kind === 'stall') {
    response.writeHead(answer.status, { ...headers, 'content-length': String(body.length) });
    response.write(body.subarray(0, Math.floor(body.length * (fault.share ?? 0.5))), () => {
      // A stalled connection stays open until the client gives up or the shop stops.
      if (fault.kind === 'truncate') message.socket.destroy();
    });
    return;
  }
  response.writeHead(answer.status, { ...headers, 'content-length': String(body.length) });
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** What happens while a worker is busy with a request. */
async function workOn(
  request: ShopRequest,
  options: ServerOptions,
  signal: AbortSignal,
): Promise<{ readonly fault: FaultAnswer | undefined; readonly answer: ShopAnswer }> {
  if (options.latencyMs > 0) await delay(options.latencyMs, undefined, { signal });
  const fault = options.faults.next(request);
  if (fault?.kind === 'delay') await delay(fault.milliseconds, undefined, { signal });
  if (fault?.kind === 'reset') return { fault, answer: { status: 0, headers: {}, body: '' } };
  if (fault?.kind === 'answer') {
    const { status, body = '', afterMs = 0 } = fault;
    if (afterMs > 0) await delay(afterMs, undefined, { signal });
    return { fault, answer: { status, headers: { 'content-type': 'text/html', ...fault.headers }, body } };
  }
  const answer = await options.answer(request);
  const cost = (answer.rows ?? 0) * options.rowCostMs;
  if (cost > 0) await delay(cost, undefined, { signal });
  return { fault, answer };
}

async function read(message: IncomingMessage): Promise<ShopRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const target = message.url ?? '/';
  const [path = '/', ...query] = target.split('?');
  const headers = Object.fromEntries(
    Object.entries(message.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
  return {
    method: message.method ?? 'GET',
    target,
    path,
    query: query.join('?'),
    headers,
    body: Buffer.concat(chunks).toString('utf8'),
  };
}
