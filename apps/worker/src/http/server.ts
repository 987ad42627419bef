import { createServer, type ServerResponse } from 'node:http';
import type { Metrics } from '../metrics.ts';
import type { Readiness } from './readiness.ts';

/** Where to listen and what to answer with. */
export interface HttpOptions {
  readonly host: string;
  readonly port: number;
  readonly metrics: Metrics;
  readonly readiness: () => Promise<Readiness>;
  /** Brings the gauges up to date before they are read. */
  readonly refreshGauges: () => Promise<void>;
}

/** A running server; `port` is the one it got. */
export interface HttpServer extends AsyncDisposable {
  readonly port: number;
}

/** Serves `/livez`, `/readyz` and `/metrics`. Throws when the port is taken. */
export async function startHttpServer(options: HttpOptions): Promise<HttpServer> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://worker').pathname;
    answer(path, options, response).catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      sendJson(response, 500, { error: message });
    });
  });
  await new Promise<void>((listening, failed) => {
    server.once('error', (error: NodeJS.ErrnoException) => failed(portError(error, options)));
    server.listen(options.port, options.host, listening);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : options.port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

async function answer(path: string, options: HttpOptions, response: ServerResponse): Promise<void> {
  switch (path) {
    case '/livez':
      sendJson(response, 200, { status: 'alive' });
      return;
    case '/readyz': {
      const readiness = await options.readiness();
      sendJson(response, readiness.ready ? 200 : 503, readiness);
      return;
    }
    case '/metrics':
      // Gauges that cannot be refreshed keep their last value; the counters are worth having nevertheless.
      await options.refreshGauges().catch(() => {});
      response.writeHead(200, { 'content-type': options.metrics.registry.contentType });
      response.end(await options.metrics.registry.metrics());
      return;
    default:
      sendJson(response, 404, { error: 'There is only /livez, /readyz and /metrics.' });
  }
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  if (response.headersSent) return;
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(body)}\n`);
}

function portError(error: NodeJS.ErrnoException, { host, port }: HttpOptions): Error {
  const cure =
    error.code === 'EADDRINUSE'
      ? 'It is taken, perhaps by another worker; choose another HTTP_PORT or leave it unset.'
      : 'Correct HTTP_HOST and HTTP_PORT.';
  return new Error(`The worker cannot listen on ${host}:${port}. ${cure}`, { cause: error });
}
