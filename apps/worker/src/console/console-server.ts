import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { userInfo } from 'node:os';
import { createConsoleSessionRepository } from '@magento-sync/db';
import type { ConsoleConfig } from '../config/console-config.ts';
import { keepRoom } from '../http/keep-room.ts';
import type { Logger } from '../logger.ts';
import { type Assets, iconOf, readAssets } from './assets.ts';
import { type Bell, createBell } from './bell.ts';
import { createGate, type Gate, senderOf } from './gate.ts';
import { Html } from './html.ts';
import type { Looks } from './looks.ts';
import { originRules } from './origin.ts';
import { type ConsoleAnswer, ConsoleRefusal, type ConsoleRequest } from './request.ts';
import { createRoutes } from './routes.ts';
import type { LookSource } from './shop-look.ts';

/** What the page is served from. */
export interface ConsoleOptions extends LookSource {
  readonly config: ConsoleConfig;
  readonly looks: Looks;
}

/** The page while it is served. */
export interface ConsoleServer extends AsyncDisposable {
  readonly port: number;
  /** Where people open it. */
  readonly url: string;
}

const largestForm = 8 * 1_024;

const headersOfAll = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-robots-tag': 'noindex',
  'cache-control': 'no-store',
};

/** Serves the page. Throws when the port is taken. */
export async function startConsole(options: ConsoleOptions): Promise<ConsoleServer> {
  const { config, database, looks, log } = options;
  const assets = await readAssets();
  const base = config.url === undefined ? '' : new URL(config.url).pathname.replace(/\/+$/, '');
  const gate = createGate(config, createConsoleSessionRepository(database), localPerson());
  const origin = originRules(config);
  const routes = createRoutes({
    ...options,
    gate,
    origin,
    assets: { style: assets.style.name, script: assets.script.name },
    runbooks: assets.runbooks,
    href: (path) => `${base}${path}`,
  });
  const bell = createBell(() => looks.version());
  const server = createServer(
    {
      // Slower senders only hold connections.
      headersTimeout: 5_000,
      requestTimeout: 10_000,
      connectionsCheckingInterval: 1_000,
      keepAliveTimeout: 5_000,
      maxHeaderSize: 8_192,
    },
    (message, response) => {
      message.on('error', () => undefined);
      response.on('error', () => undefined);
      void serve({ message, response, base, assets, bell, gate, origin, routes, log });
    },
  );
  keepRoom(server);
  await new Promise<void>((listening, failed) => {
    server.once('error', (error: NodeJS.ErrnoException) => failed(portError(error, config)));
    server.listen(config.port, config.host, listening);
  });
  server.on('error', (error) => log.warn({ err: error }, 'the server of the page has a problem'));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : config.port;
  return {
    port,
    url: config.url ?? `http://${shownHost(config.host)}:${port}`,
    async [Symbol.asyncDispose]() {
      bell[Symbol.dispose]();
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

interface Serving {
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
  /** Path of the page behind a proxy; proxies may cut it off or leave it. */
  readonly base: string;
  readonly assets: Assets;
  readonly bell: Bell;
  readonly gate: Gate;
  readonly origin: ReturnType<typeof originRules>;
  readonly routes: ReturnType<typeof createRoutes>;
  readonly log: Logger;
}

async function serve(serving: Serving): Promise<void> {
  const { message, response, routes, log } = serving;
  try {
    const request = readRequest(serving);
    const asset = assetOf(serving, request.path);
    if (asset) return send(message, response, asset);
    if (request.path === '/events') return await follow(serving, request);
    send(message, response, await routes.answer(request));
  } catch (error) {
    if (error instanceof ConsoleRefusal) return send(message, response, routes.refuse(error));
    const number = randomBytes(4).toString('hex');
    log.error({ err: error, number }, 'a page could not be made');
    const sentence = `The log of the worker says why: look for ${number}.`;
    send(message, response, routes.refuse(new ConsoleRefusal(500, 'The page could not be made', sentence)));
  }
}

/** Throws `ConsoleRefusal` for what no browser sends to us. */
function readRequest({ message, base, origin }: Serving): ConsoleRequest {
  const { headers, url = '' } = message;
  const host = origin.hostOf(headers);
  const method = message.method === 'HEAD' ? 'GET' : message.method;
  if (method !== 'GET' && method !== 'POST') {
    throw new ConsoleRefusal(405, 'Not understood', 'Pages are looked at, and forms are sent.', {
      allow: 'GET, HEAD, POST',
    });
  }
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  if (method === 'GET' && hasBody)
    throw new ConsoleRefusal(400, 'Not understood', 'Whoever looks sends nothing.');
  const match = /^(\/(?!\/)[^?#]*)(?:\?([^#]*))?$/.exec(url);
  const whole = match?.[1];
  if (whole === undefined || !/^[\w\-./]*$/.test(whole))
    throw new ConsoleRefusal(404, 'Nothing here', 'There is no such page.');
  const path =
    base !== '' && (whole === base || whole.startsWith(`${base}/`)) ? whole.slice(base.length) || '/' : whole;
  return {
    method,
    path,
    query: new URLSearchParams(match?.[2] ?? ''),
    headers,
    host,
    address: senderOf(addressOf(message)),
    encrypted: origin.isEncrypted(headers),
    form: () => readForm(message),
  };
}

function addressOf({ socket }: IncomingMessage): string {
  return socket.remoteAddress ?? 'unknown';
}

async function readForm(message: IncomingMessage): Promise<URLSearchParams> {
  const { headers } = message;
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(headers['content-type'] ?? '')) {
    throw new ConsoleRefusal(415, 'Not understood', 'Forms are sent as application/x-www-form-urlencoded.');
  }
  const tooLarge = new ConsoleRefusal(413, 'Too much', 'No form here is that large.');
  if (Number(headers['content-length'] ?? 0) > largestForm) throw tooLarge;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largestForm) throw tooLarge;
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
}

function assetOf({ assets }: Serving, path: string): ConsoleAnswer | undefined {
  const found = [assets.style, assets.script].find(({ name }) => path === `/${name}`);
  const icon = iconOf(/^\/icon-([a-z]+)\.svg$/.exec(path)?.[1] ?? '');
  if (!found && icon === undefined) return undefined;
  return {
    status: 200,
    headers: {
      'content-type': found?.type ?? 'image/svg+xml',
      'cache-control': found ? 'public, max-age=31536000, immutable' : 'public, max-age=3600',
    },
    body: found?.text ?? icon ?? '',
  };
}

async function follow({ message, response, gate, bell }: Serving, request: ConsoleRequest): Promise<void> {
  const visitor = await gate.visitorOf(request, true);
  if (!visitor) throw new ConsoleRefusal(401, 'Sign in', 'Your session is over: sign in again.');
  if (request.method !== 'GET' || message.method === 'HEAD')
    throw new ConsoleRefusal(405, 'Only to follow', 'This is a stream.');
  const who = visitor.formToken('follow');
  // A browser does not come again after this status, and asks now and then instead.
  if (!bell.hasRoomFor(who)) return send(message, response, { status: 204, body: '' });
  response.writeHead(200, {
    ...headersOfAll,
    'content-type': 'text/event-stream; charset=utf-8',
    // Proxies keep streams back otherwise.
    'x-accel-buffering': 'no',
  });
  const stillMay = async () => (await gate.visitorOf(request, true)) !== null;
  bell.follow(response, { who, stillMay });
}

function send(
  message: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: ConsoleAnswer,
): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const text = body instanceof Html ? body.text : body;
  // Whoever still sends would have the rest of it taken for another request.
  const unread = !message.complete ? { connection: 'close' } : {};
  response.writeHead(status, {
    ...headersOfAll,
    'content-type': 'text/html; charset=utf-8',
    'content-length': String(Buffer.byteLength(text)),
    ...unread,
    ...headers,
  });
  response.end(message.method === 'HEAD' ? undefined : text);
}

/** Who acts where nobody signs in: the user of this machine who started the worker. */
function localPerson(): string {
  try {
    return userInfo().username;
  } catch {
    return 'this machine';
  }
}

function shownHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

function portError(error: NodeJS.ErrnoException, { host, port }: ConsoleConfig): Error {
  const cure =
    error.code === 'EADDRINUSE'
      ? 'It is taken, perhaps by another worker; choose another CONSOLE_PORT or leave it unset.'
      : 'Correct CONSOLE_HOST and CONSOLE_PORT.';
  return new Error(`The page cannot be served on ${host}:${port}. ${cure}`, { cause: error });
}
