import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { readBody } from './read-body.ts';
import { Refusal, type Route, type RouteAnswer } from './route.ts';

/** Where to listen and what to serve. */
export interface HttpOptions {
  readonly host: string;
  readonly port: number;
  /** Asked with every request. */
  readonly routes: () => readonly Route[];
  /** Told of errors of the listening server; it goes on. */
  readonly onError?: (error: Error) => void;
}

/** A running server; `port` is the one it got. */
export interface HttpServer extends AsyncDisposable {
  readonly port: number;
}

/** Nobody needs longer to send a request; slower ones only hold connections. */
const requestTimeoutMs = 30_000;

/** Serves the routes. Throws when the port is taken. */
export async function startHttpServer(options: HttpOptions): Promise<HttpServer> {
  const server = createServer({ requestTimeout: requestTimeoutMs }, (request, response) => {
    // A sender that hangs up in the middle is no error of ours.
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    answer(request, options.routes())
      .catch(answerToError)
      .then((result) => send(response, request.method === 'HEAD', result))
      .catch(() => response.destroy());
  });
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
  const url = new URL(request.url ?? '/', 'http://worker');
  const route = routes.find(({ path }) => path === url.pathname);
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
    query: url.searchParams,
    headers: request.headers,
    body: (limit) => readBody(request, limit),
  });
}

function answerToError(error: unknown): RouteAnswer {
  if (error instanceof Refusal) {
    return { status: error.status, headers: error.headers, body: { error: error.message } };
  }
  return { status: 500, body: { error: error instanceof Error ? error.message : String(error) } };
}

function send(response: ServerResponse, headOnly: boolean, { status, headers, body }: RouteAnswer): void {
  const isText = typeof body === 'string';
  const type = isText ? 'text/plain; charset=utf-8' : 'application/json';
  response.writeHead(status, { 'content-type': type, 'x-content-type-options': 'nosniff', ...headers });
  response.end(headOnly ? undefined : isText ? body : `${JSON.stringify(body)}\n`);
}

function portError(error: NodeJS.ErrnoException, { host, port }: HttpOptions): Error {
  const cure =
    error.code === 'EADDRINUSE'
      ? 'It is taken, perhaps by another worker; choose another HTTP_PORT or leave it unset.'
      : 'Correct HTTP_HOST and HTTP_PORT.';
  return new Error(`The worker cannot listen on ${host}:${port}. ${cure}`, { cause: error });
}
