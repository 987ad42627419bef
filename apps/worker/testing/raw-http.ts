import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A connection that says what it likes; `closed` is everything that came back, once it has ended. */
export function dial(port: number) {
  const socket: Socket = connect(port, '127.0.0.1');
  let said = '';
  socket.setEncoding('latin1').on('data', (text: string) => {
    said += text;
  });
  socket.on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  const closed = new Promise<string>((resolve) => socket.on('close', () => resolve(said)));
  return { socket, closed };
}

/** Says a text on a connection of its own, and what came back until the other side ended it. */
export async function say(port: number, text: string): Promise<string> {
  const { socket, closed } = dial(port);
  socket.write(text);
  return closed;
}

/** The head of a request after which the connection is to be closed. */
export function head(first: string, ...more: string[]): string {
  return [first, 'Host: 127.0.0.1', ...more, 'Connection: close', '', ''].join('\r\n');
}

/** Requests that two servers would understand differently: `smuggled` hides within one that is sent to a path. */
export function ambiguousRequests(path: string, smuggled: string, ...headers: string[]): string[] {
  const post = (...more: string[]) => head(`POST ${path} HTTP/1.1`, ...headers, ...more);
  return [
    `${post('Content-Length: 6', 'Transfer-Encoding: chunked')}0\r\n\r\n${smuggled}`,
    post('Content-Length: 4', 'Content-Length: 40') + smuggled,
    `${post('Transfer-Encoding: xchunked')}0\r\n\r\n${smuggled}`,
    `${post('Transfer-Encoding : chunked')}0\r\n\r\n${smuggled}`,
    head('GET / HTTP/1.1', `Content-Length: ${smuggled.length}`) + smuggled,
    `${head('GET / HTTP/1.1', 'Transfer-Encoding: chunked')}0\r\n\r\n${smuggled}`,
    head('GET / HTTP/1.1', 'X: a\nContent-Length: 5'),
    head('GET / HTTP/1.1', ' folded: header'),
    head('GET http://evil.example/ HTTP/1.1'),
    head('GET //evil.example/ HTTP/1.1'),
    head('GET /../../etc/passwd HTTP/1.1'),
    head('GET /%2e%2e/etc/passwd HTTP/1.1'),
    head('TRACE / HTTP/1.1', 'Cookie: magento-sync=a-secret'),
    head('CONNECT evil.example:80 HTTP/1.1'),
    head('GET / HTTP/1.1', 'Upgrade: websocket', 'Connection: Upgrade'),
    'GET / HTTP/1.1\r\n\r\n',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    '\u0016\u0003\u0001\u0002\u0000\u0001',
  ];
}
