import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as a test sees it. */
export interface SeenRequest {
  readonly method: string;
  /** Without the parameter that keeps caches away. */
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Answers one request; the number counts from 1. */
export type Answer = (response: ServerResponse, request: SeenRequest, number: number) => void | Promise<void>;

/** A server on a free port of this machine that answers as a test says. */
export interface LocalServer extends AsyncDisposable {
  readonly url: string;
  readonly requests: SeenRequest[];
}

/** Starts a local server. */
export async function startLocalServer(answer: Answer): Promise<LocalServer> {
  const requests: SeenRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const seen = {
        method,
        url: withoutOwnParameter(url),
        headers,
        body: Buffer.concat(chunks).toString('utf8'),
      };
      requests.push(seen);
      void answer(response, seen, requests.length);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Sends a JSON answer. */
export function sendJson(
  response: ServerResponse,
  body: unknown,
  status = 200,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(JSON.stringify(body));
}

function withoutOwnParameter(url: string): string {
  return url.replace(/[?&]nocache=[0-9a-f]+$/, '');
}
