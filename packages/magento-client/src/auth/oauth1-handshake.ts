import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { MagentoError, MagentoTimeoutError } from '../errors.ts';
import type { ServiceUrls } from '../http/service-url.ts';
import type { ShopClock } from '../http/shop-clock.ts';
import type { Transport } from '../http/transport.ts';
import { type ActivationCallback, exchangeTokens } from './oauth1-token-exchange.ts';
import type { IntegrationAuthOptions } from './strategy.ts';

/** Where to wait for Magento, and for how long. */
export interface ActivationListenerOptions {
  /** 0 takes a free port. */
  readonly port: number;
  /** Default 0.0.0.0: the shop's server has to reach it. */
  readonly host?: string;
  /** How long to wait for the administrator to press Activate; default 15 minutes. */
  readonly timeoutMs?: number;
  /** How long to wait for the administrator's browser once the tokens are there; default 30 s. */
  readonly browserTimeoutMs?: number;
  /**
   * Keeps the credentials as soon as the shop has handed them out, which it does once: before the browser is waited for.
   *
   * What it throws ends the activation.
   */
  readonly onCredentials?: (credentials: IntegrationAuthOptions) => Promise<void>;
  readonly signal?: AbortSignal;
}

/** A listener for one activation. */
export interface ActivationListener extends AsyncDisposable {
  readonly port: number;
  /** The credentials, once the administrator has activated the integration; the listener has closed itself then. */
  readonly credentials: Promise<IntegrationAuthOptions>;
  close(): Promise<void>;
}

/** One callback of Magento and what becomes of it. */
interface Exchange {
  readonly consumerKey: string;
  readonly verifier: string;
  readonly result: Promise<IntegrationAuthOptions>;
}

/** The pages a browser sees are this short because they only send the reader back to Magento. */
const DONE = 'The integration is active. You can close this window.';
const NOBODY_CAME =
  'Magento did not call. Its server must reach the callback URL of the integration within five seconds and without redirects; then press Activate (or Reauthorize) in System > Extensions > Integrations.';
const MAX_BODY_BYTES = 8_192;

/**
 * Waits for an administrator to activate an integration, and returns its credentials.
 *
 * Magento POSTs the consumer key to `/callback` and then opens `/identity` in a window of the administrator's
 * browser, which is sent on to the page that tells Magento of the success. The tokens are exchanged as soon as the
 * callback is answered, because they have to be within five minutes and the identity link may not be configured.
 * Tokens are asked for at the configured shop only, never at an address that the callback names.
 */
export async function listenForActivation(
  options: ActivationListenerOptions,
  context: { urls: ServiceUrls; transport: Transport; clock: ShopClock },
): Promise<ActivationListener> {
  const abort = new AbortController();
  const outcome = createDeferred<IntegrationAuthOptions>();
  const browserServed = createDeferred<void>();
  let exchange: Exchange | undefined;
  let exchanging = false;

  const server = createServer((request, response) => {
    handle(request, response).catch(() =>
      answer(response, 500, 'This page failed. Look at the command that waits.'),
    );
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://listener');
    if (request.method === 'POST' && url.pathname === '/callback') return callback(request, response);
    if (request.method === 'GET' && url.pathname === '/identity') return identity(url.searchParams, response);
    answer(response, 404, 'Magento calls /callback and /identity here.');
  }

  async function callback(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const posted = readCallback(await readForm(request));
    if (posted === undefined) return answer(response, 400, 'This is not the callback of an activation.');
    answer(response, 200, '');
    // Sent twice, or while an exchange is under way. One with another verifier means that the administrator pressed
    // Reauthorize, which has made the tokens obtained before worthless.
    if (exchanging || posted.verifier === exchange?.verifier) return;
    exchanging = true;
    const earlier = exchange;
    const result = exchangeAndKeep(posted).finally(() => {
      exchanging = false;
    });
    const current = { consumerKey: posted.consumerKey, verifier: posted.verifier, result };
    exchange = current;
    result.then(
      async (credentials) => {
        await Promise.race([browserServed.promise, elapse(options.browserTimeoutMs ?? 30_000, abort.signal)]);
        if (exchange === current) settle(() => outcome.resolve(credentials));
      },
      async (error: unknown) => {
        // Anybody can post here: tokens that were obtained are not lost to a callback that is none.
        const obtained = await earlier?.result;
        settle(() => (obtained === undefined ? outcome.reject(error) : outcome.resolve(obtained)));
      },
    );
  }

  async function exchangeAndKeep(posted: ActivationCallback): Promise<IntegrationAuthOptions> {
    const credentials = await exchangeTokens(posted, context, abort.signal);
    await options.onCredentials?.(credentials);
    return credentials;
  }

  async function identity(query: URLSearchParams, response: ServerResponse): Promise<void> {
    if (exchange === undefined || query.get('oauth_consumer_key') !== exchange.consumerKey) {
      return answer(
        response,
        409,
        'No activation of this consumer is under way. Press Activate in Magento again.',
      );
    }
    try {
      await exchange.result;
    } catch (error) {
      return answer(response, 502, error instanceof MagentoError ? error.message : 'The activation failed.');
    }
    const back = query.get('success_call_back') ?? '';
    if (isWebAddress(back)) response.writeHead(302, { location: back, connection: 'close' }).end();
    else answer(response, 200, DONE);
    browserServed.resolve();
  }

  let settled = false;
  function settle(publish: () => void): void {
    if (settled) return;
    settled = true;
    abort.abort();
    options.signal?.removeEventListener('abort', onAbort);
    // What was handed out is being kept: that is not cut off.
    void Promise.all([closeServer(server), exchange?.result.catch(() => undefined)]).then(publish);
  }
  const onAbort = () => settle(() => outcome.reject(options.signal?.reason));

  options.signal?.throwIfAborted();
  await listen(server, options.port, options.host ?? '0.0.0.0');
  options.signal?.addEventListener('abort', onAbort, { once: true });
  void elapse(options.timeoutMs ?? 900_000, abort.signal).then((inTime) => {
    // An exchange that has begun is let finish: its tokens are given out once.
    if (inTime && exchange === undefined) settle(() => outcome.reject(new MagentoTimeoutError(NOBODY_CAME)));
  });
  // A caller that only closes the listener does not look at the outcome.
  outcome.promise.catch(() => undefined);

  const close = async () => {
    settle(() =>
      outcome.reject(new MagentoTimeoutError('The listener was closed before the activation was complete.')),
    );
    await outcome.promise.catch(() => undefined);
  };
  return {
    port: (server.address() as AddressInfo).port,
    // A getter, so that a log that shows the listener does not show what the promise holds.
    get credentials() {
      return outcome.promise;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Magento: recordings/oauth-handshake.json 'Magento posts to the callback URL' */
function readCallback(form: URLSearchParams | undefined): ActivationCallback | undefined {
  const key = (name: string) => {
    const value = form?.get(name) ?? '';
    return /^[0-9A-Za-z]{32}$/.test(value) ? value : undefined;
  };
  const consumerKey = key('oauth_consumer_key');
  const consumerSecret = key('oauth_consumer_secret');
  const verifier = key('oauth_verifier');
  if (consumerKey === undefined || consumerSecret === undefined || verifier === undefined) return undefined;
  return { consumerKey, consumerSecret, verifier, storeBaseUrl: form?.get('store_base_url') ?? '' };
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams | undefined> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += String(chunk);
    if (text.length > MAX_BODY_BYTES) return undefined;
  }
  return new URLSearchParams(text);
}

function answer(response: ServerResponse, status: number, text: string): void {
  if (response.headersSent) return;
  response
    .writeHead(status, {
      'content-type': 'text/plain; charset=utf-8',
      connection: 'close',
      'cache-control': 'no-store',
    })
    .end(text);
}

function isWebAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.removeListener('error', reject);
      resolve();
    });
  });
}

function closeServer(server: Server): Promise<void> {
  // A connection that somebody holds open must not keep the command from ending.
  setTimeout(() => server.closeAllConnections(), 1_000).unref();
  return new Promise((resolve) => server.close(() => resolve()));
}

/** True after the time, false when it was cut short. */
async function elapse(ms: number, signal: AbortSignal): Promise<boolean> {
  return sleep(ms, true, { signal }).catch(() => false);
}

interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (reason: unknown) => void;
}

function createDeferred<T>(): Deferred<T> {
  let resolve: (value: T) => void = () => undefined;
  let reject: (reason: unknown) => void = () => undefined;
  const promise = new Promise<T>((onValue, onError) => {
    resolve = onValue;
    reject = onError;
  });
  return { promise, resolve, reject };
}
