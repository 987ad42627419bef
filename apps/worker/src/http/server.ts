import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { keepRoom } from './keep-room.ts';
import { readBody } from './read-body.ts';
import { Refusal, type Route, type RouteAnswer } from './route.ts';

/** Where to listen and what to serve. */
export interface HttpOptions {
  readonly host: string;
  readonly port: number;
  /** Asked with every request. */
  readonly routes: () => readonly Route[];
  /** Told of errors of the listening server, and of those that answers are made without; it goes on. */
  readonly onError?: (error: Error) => void;
  /** How long a sender may take, for all of a request and for its headers alone; shorter in tests. */
  readonly patience?: { readonly requestMs: number; readonly headersMs: number };
}

/** A running server; `port` is the one it got. */
export interface HttpServer extends AsyncDisposable {
  readonly port: number;
}

/** Nobody needs longer to send a request; slower ones only hold connections. */
const usualPatience = { requestMs: 30_000, headersMs: 10_000 };

/** Serves the routes. Throws when the port is taken. */
export async function startHttpServer(options: HttpOptions): Promise<HttpServer> {
  const { requestMs, headersMs } = options.patience ?? usualPatience;
  const server = createServer(
    { requestTimeout: requestMs, headersTimeout: headersMs, connectionsCheckingInterval: 1_000 },
    (request, response) => {
      // A sender that hangs up in the middle is no error of ours.
      request.on('error', () => undefined);
      response.on('error', () => undefined);
      answer(request, options.routes())
        .catch((error: unknown) => answerToError(error, options))
        .then((result) => send(request, response, result))
        .catch(() => response.destroy());
    },
  );
  keepRoom(server);
  await new Promise<void>((listening, failed) => {
    server.once('error', (error: NodeJS.ErrnoException) => failed(portError(error, options)));
    server.listen(options.port, options.host, listening);
  });
  // Connections that cannot be taken, for want of file descriptors for example: the next ones may.
  server.on('error', (error) => options.onError?.(error));
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : options.port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

async function answer(request: IncomingMessage, routes: readonly Route[]): Promise<RouteAnswer> {
  // An address with a host of its own is meant for somebody else.
  const [, asked, query = ''] = /^(\/(?!\/)[^?#]*)(?:\?([^#]*))?$/.exec(request.url ?? '') ?? [];
  const route = routes.find(({ path }) => path === asked);
  if (!route) {
    throw new Refusal(
      404,
      `There is only ${routes.flatMap(({ path, unlisted }) => (unlisted ? [] : [path])).join(', ')}.`,
    );
  }
  const method = request.method === 'HEAD' ? 'GET' : (request.method ?? 'GET');
  if (!route.methods.includes(method)) {
    const allow = route.methods.join(', ');
    throw new Refusal(405, `${route.path} takes ${allow} only.`, { allow });
  }
  return route.answer({
    method,
    query: new URLSearchParams(query),
    headers: request.headers,
    body: (limit) => readBody(request, limit),
  });
}

function answerToError(error: unknown, { onError }: HttpOptions): RouteAnswer {
  if (error instanceof Refusal) {
    return { status: error.status, headers: error.headers, body: { error: error.message } };
  }
  onError?.(error instanceof Error ? error : new Error(String(error)));
  // Whoever asks may be anybody: names of hosts and users stand in the log alone.
  return { status: 500, body: { error: 'It could not be answered; the log of the worker says why.' } };
}

const headersOfAll = {
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

function send(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: RouteAnswer,
): void {
  const isText = typeof body === 'string';
  const type = isText ? 'text/plain; charset=utf-8' : 'application/json';
  // Whoever still sends would have the rest of it taken for another request.
  const unread = request.complete ? {} : { connection: 'close' };
  response.writeHead(status, { 'content-type': type, ...headersOfAll, ...unread, ...headers });
  response.end(request.method === 'HEAD' ? undefined : isText ? body : `${JSON.stringify(body)}\n`);
}

function portError(error: NodeJS.ErrnoException, { host, port }: HttpOptions): Error {
  const cure =
    error.code === 'EADDRINUSE'
      ? 'It is taken, perhaps by another worker; choose another HTTP_PORT or leave it unset.'
      : 'Correct HTTP_HOST and HTTP_PORT.';
  return new Error(`The worker cannot listen on ${host}:${port}. ${cure}`, { cause: error });
}
