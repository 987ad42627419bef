import { setMaxListeners } from 'node:events';
import tls from 'node:tls';
import { Agent, buildConnector, type Dispatcher, ProxyAgent } from 'undici';
import { type ProxyOptions, proxyFor } from './proxy-rules.ts';

/** Bounds on the phases of one attempt, in milliseconds. */
export interface Timeouts {
  readonly connectMs: number;
  /** From the request sent to the first byte of the answer: Magento builds the whole answer before it sends any. */
  readonly headersMs: number;
  /** From the headers to the last byte of the body. */
  readonly bodyMs: number;
}

/** How the shop is reached over the network. */
export interface NetworkOptions {
  readonly timeouts: Timeouts;
  /** `null` leaves the number of connections to the budget. */
  readonly connections: number | null;
  readonly proxy?: ProxyOptions | undefined;
  /** Certificates in PEM that are trusted besides those of Node. */
  readonly certificateAuthorities?: string | undefined;
}

/** The ways to the servers that a client talks to: opened by the first request, kept alive. */
export interface Network {
  dispatcherFor(url: string): Dispatcher;
  /** Host and port of the proxy on the way to an address; `undefined` when it is reached directly. */
  proxyOf(url: string): string | undefined;
  /** Fires when requests in flight are cut off because the ways close. */
  readonly cut?: AbortSignal;
  /** Waits a moment for requests in flight, which are cut off then. */
  close(): Promise<void>;
}

/** A login is shared by all that wait for it and ended by none; one that is not answered must not hold up the end. */
const closeWithinMs = 3_000;

/** Like the error of undici for a client that is destroyed. */
class CutOffError extends Error {
  override readonly name = 'CutOffError';
  readonly code = 'UND_ERR_DESTROYED';
}

/** Creates the ways of one client: directly, or through the proxy that is meant for an address. */
export function createNetwork(options: NetworkOptions): Network {
  const { timeouts, proxy, certificateAuthorities } = options;
  const secure = {
    timeout: timeouts.connectMs,
    ...(certificateAuthorities === undefined ? {} : { ca: [...usualAuthorities(), certificateAuthorities] }),
  };
  const pool = {
    connections: options.connections,
    pipelining: 1,
    headersTimeout: timeouts.headersMs,
    bodyTimeout: timeouts.bodyMs,
    keepAliveMaxTimeout: 30_000,
  };
  const direct = new Agent({ ...pool, connect: createConnector(secure) });
  const proxies = new Map<string, ProxyAgent>();
  const cut = new AbortController();
  // Every request in flight listens to it.
  setMaxListeners(0, cut.signal);

  function proxied(uri: string): ProxyAgent {
    // Proxies of companies seldom let a tunnel through to port 80: plain requests are passed on as such.
    const agent =
      proxies.get(uri) ??
      new ProxyAgent({ ...pool, uri, proxyTunnel: false, requestTls: secure, proxyTls: secure });
    proxies.set(uri, agent);
    return agent;
  }

  return {
    cut: cut.signal,
    dispatcherFor(url) {
      const uri = proxyFor(url, proxy);
      return uri === undefined ? direct : proxied(uri);
    },
    proxyOf(url) {
      const uri = proxyFor(url, proxy);
      return uri === undefined ? undefined : new URL(uri).host;
    },
    async close() {
      const late = setTimeout(() => cut.abort(new CutOffError()), closeWithinMs);
      try {
        await Promise.all([direct, ...proxies.values()].map((each) => each.close()));
      } finally {
        clearTimeout(late);
      }
    },
  };
}

/** Those of Node and, from Node 22 on, of `NODE_EXTRA_CA_CERTS`: giving any replaces all that it trusts. */
function usualAuthorities(): readonly string[] {
  const { getCACertificates } = tls as { getCACertificates?: (type: 'default') => string[] };
  return getCACertificates?.('default') ?? tls.rootCertificates;
}

/** One dispatcher for every address, which somebody else closes. */
export function fixedNetwork(dispatcher: Dispatcher): Network {
  return { dispatcherFor: () => dispatcher, proxyOf: () => undefined, close: async () => {} };
}

/**
 * Connects by HTTP/1.1, and by HTTP/2 to servers that speak nothing else.
 *
 * Those refuse the first handshake in so many words (ALPN, RFC 7301), and are remembered.
 */
function createConnector(secure: buildConnector.BuildOptions): buildConnector.connector {
  const usual = buildConnector(secure);
  const http2 = buildConnector({ ...secure, allowH2: true });
  const onlyHttp2 = new Set<string>();
  return (target, callback) => {
    const key = `${target.hostname}:${target.port}`;
    if (onlyHttp2.has(key)) return http2(target, callback);
    usual(target, (...outcome) => {
      const [error] = outcome;
      const refused = error !== null && 'code' in error && error.code === NO_COMMON_PROTOCOL;
      if (!refused) return callback(...outcome);
      onlyHttp2.add(key);
      http2(target, callback);
    });
  };
}

const NO_COMMON_PROTOCOL = 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL';
