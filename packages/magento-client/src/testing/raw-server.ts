import { type AddressInfo, createServer, type Socket } from 'node:net';

/** A server that answers with bytes of a test's own making, however wrong they are. */
export interface RawServer extends AsyncDisposable {
  readonly url: string;
  /** Requests seen so far. */
  readonly count: () => number;
}

/** Starts a raw server; each request gets what `answer` writes into its socket, and then the end of the connection. */
export async function startRawServer(answer: (number: number) => Buffer | string): Promise<RawServer> {
  const sockets = new Set<Socket>();
  let count = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', () => {
      count += 1;
      socket.end(answer(count));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    count: () => count,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** An HTTP/1.1 answer byte for byte; headers as lines, so that they may be repeated or empty. */
export function rawAnswer(headers: readonly string[], body: Buffer | string, status = '200 OK'): Buffer {
  return Buffer.concat([
    Buffer.from([`HTTP/1.1 ${status}`, ...typed(headers), '', ''].join('\r\n')),
    Buffer.from(body),
  ]);
}

function typed(headers: readonly string[]): readonly string[] {
  return headers.some((line) => line.startsWith('content-type:'))
    ? headers
    : ['content-type: application/json', ...headers];
}
