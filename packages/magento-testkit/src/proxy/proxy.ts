import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
  request as sendRequest,
} from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request on its way to the shop; a rule may change its address, headers and body. */
export interface ProxiedRequest {
  readonly method: string;
  /** Path and query. */
  url: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** Counts from 1. */
  readonly number: number;
}

/** An answer on its way to the client; a rule may change all of it. */
export interface ProxiedAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** What a proxy does besides passing on. */
export interface ProxyRules {
  /** Before the shop is asked; an answer given here is sent instead of asking, `'hang up'` closes the connection. */
  readonly before?: (
    request: ProxiedRequest,
  ) => ProxiedAnswer | 'hang up' | undefined | Promise<ProxiedAnswer | 'hang up' | undefined>;
  /**
   * Changes the shop's answer in place; `'hang up'` closes the connection instead of sending it.
   *
   * A body that is shorter than its `content-length` ends with the connection.
   */
  readonly change?: (
    answer: ProxiedAnswer,
    request: ProxiedRequest,
  ) => 'hang up' | undefined | void | Promise<'hang up' | undefined | void>;
}

/** A proxy in front of a shop, on a free port of this machine. */
export interface Proxy extends AsyncDisposable {
  readonly url: string;
  /** Requests seen so far. */
  readonly requests: readonly ProxiedRequest[];
}

/**
 * Starts what stands between a client and a shop in real life: a cache, a firewall, a company proxy, a broken module.
 *
 * Bodies arrive as plain bytes: the shop is asked without compression.
 */
export async function startProxy(target: string, rules: ProxyRules = {}): Promise<Proxy> {
  const requests: ProxiedRequest[] = [];
  const server = createServer((incoming, outgoing) => {
    pass(incoming, outgoing).catch(() => outgoing.destroy());
  });

  async function pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/' } = incoming;
    const headers: IncomingHttpHeaders = { ...incoming.headers, host: new URL(target).host };
    delete headers['accept-encoding'];
    const number = requests.length + 1;
    const request: ProxiedRequest = { method, url, headers, body: Buffer.alloc(0), number };
    requests.push(request);
    request.body = await bytesOf(incoming);
    const own = await rules.before?.(request);
    if (own === 'hang up') return void outgoing.destroy();
    const answer = own ?? (await askShop(target, request));
    const verdict = own ? undefined : await rules.change?.(answer, request);
    if (verdict === 'hang up') return void outgoing.destroy();
    if (!('content-length' in answer.headers) && !('transfer-encoding' in answer.headers))
      answer.headers['content-length'] = String(answer.body.length);
    outgoing.writeHead(answer.status, answer.headers);
    // More was promised than there is: the connection ends in the middle of the body.
    if (Number(answer.headers['content-length']) > answer.body.length) {
      outgoing.write(answer.body, () => outgoing.destroy());
    } else outgoing.end(answer.body);
  }

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

/** Sends a request on and reads the whole answer; hop-by-hop headers and the length of the body are left out. */
async function askShop(
  target: string,
  { method, url, headers, body }: ProxiedRequest,
): Promise<ProxiedAnswer> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = sendRequest(new URL(url, target), { method, headers }, resolve);
    outgoing.on('error', reject);
    outgoing.end(body);
  });
  const kept = { ...answer.headers };
  for (const name of ['transfer-encoding', 'content-length', 'connection', 'keep-alive']) delete kept[name];
  return { status: answer.statusCode ?? 502, headers: kept, body: await bytesOf(answer) };
}

async function bytesOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
