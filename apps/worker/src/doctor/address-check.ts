import { MagentoResponseError } from '@magento-sync/magento-client';
import { describeFailure } from '../failure.ts';
import type { Logger } from '../logger.ts';
import { createShopClient, type ShopConnection } from '../shop-client.ts';
import { type Finding, ok, problem } from './finding.ts';

const check = 'address';
/** Addresses that are only guessed are not waited for long. */
const guessPatienceMs = 3_000;

/**
 * Asks for something that needs no rights, so that a wrong address is told from a wrong sign-in.
 *
 * Where nothing answers, addresses that differ as people mistype them are tried without credentials, and the one at which
 * Magento answers is proposed.
 */
export async function checkAddress(
  connection: ShopConnection,
  log: Logger,
  signal: AbortSignal,
): Promise<Finding> {
  const failure = await ask(connection, log, signal);
  if (failure === undefined) return ok(check, `Magento answers at ${connection.baseUrl}`);
  const { sentence } = describeFailure(failure);
  // A redirect has named the right one already.
  if (sentence.includes('Set MAGENTO_BASE_URL')) return problem(check, sentence);
  const timeouts = {
    connectMs: Math.min(connection.timeouts.connectMs, guessPatienceMs),
    headersMs: Math.min(connection.timeouts.headersMs, guessPatienceMs),
    bodyMs: guessPatienceMs,
  };
  const guesses = similarAddresses(connection.baseUrl).map((baseUrl) => ({
    baseUrl,
    storeCode: connection.storeCode,
  }));
  for (const { baseUrl, storeCode } of [...guesses, ...throughStoreViews(connection)]) {
    // Neither the login of the web server nor further headers go to an address that nobody has configured.
    const guess = {
      ...connection,
      baseUrl,
      storeCode,
      timeouts,
      basicAuth: undefined,
      extraHeaders: undefined,
    };
    if ((await ask(guess, log, signal, { attempts: 1 })) !== undefined) continue;
    const isOther = storeCode !== undefined && storeCode !== connection.storeCode;
    const through = isOther ? `, but only through the store view "${storeCode}"` : '';
    const setting = isOther ? ` and MAGENTO_STORE_CODE=${storeCode}` : '';
    return problem(
      check,
      `${sentence} Magento answers at ${baseUrl}${through}: set MAGENTO_BASE_URL=${baseUrl}${setting}.`,
    );
  }
  return problem(check, sentence);
}

/**
 * With a part of the path as the code of a store view, as shops have it in the addresses of their pages; last, because a
 * shop that answers without one covers all of them.
 */
function throughStoreViews({ baseUrl }: Pick<ShopConnection, 'baseUrl'>) {
  const { origin, pathname } = new URL(baseUrl);
  const parts = pathname.split('/').filter((part) => part !== '');
  return parts.flatMap((storeCode, index) =>
    /^[A-Za-z]\w*$/.test(storeCode)
      ? [{ baseUrl: [origin, ...parts.slice(0, index)].join('/'), storeCode }]
      : [],
  );
}

/** Whether Magento answers there, asked without signing in and once. */
export async function answersAt(
  connection: ShopConnection,
  log: Logger,
  signal: AbortSignal,
): Promise<boolean> {
  return (await ask(connection, log, signal, { attempts: 1 })) === undefined;
}

/** What keeps Magento from answering; `undefined` when it does. */
async function ask(
  connection: ShopConnection,
  log: Logger,
  signal: AbortSignal,
  retry?: { readonly attempts: number },
): Promise<unknown> {
  try {
    await using guest = createShopClient(connection, {
      auth: { kind: 'guest' },
      ...(retry ? { retry } : {}),
      onRequest: (event) => log.debug({ ...event }, 'request'),
    });
    await guest.directory.currency({ signal });
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    // A shop may close even this route; that it refuses in Magento's way proves what is asked here.
    const isRefusal =
      error instanceof MagentoResponseError &&
      error.code !== 'gate_refused' &&
      [401, 403].includes(error.status);
    return isRefusal ? undefined : error;
  }
}

/** With the other scheme, without or with `/index.php` and parts of the path, with or without `www.`. */
function similarAddresses(baseUrl: string): string[] {
  const { protocol, host, hostname, port, pathname } = new URL(baseUrl);
  const path = pathname === '/' ? '' : pathname;
  const found = new Set<string>();
  if (hostname === 'localhost') {
    // Shops in containers often listen on one of both only, and the name may stand for the other.
    for (const itself of ['127.0.0.1', '[::1]'])
      found.add(`${protocol}//${host.replace('localhost', itself)}${path}`);
  }
  const other = protocol === 'https:' ? 'http:' : 'https:';
  if (path.endsWith('/index.php')) found.add(`${protocol}//${host}${path.slice(0, -'/index.php'.length)}`);
  else found.add(`${protocol}//${host}${path}/index.php`);
  found.add(`${other}//${port === '' ? hostname : host}${path}`);
  // A page or a store view that stands behind the shop's own path.
  for (let above = path; above !== ''; ) {
    above = above.slice(0, above.lastIndexOf('/'));
    found.add(`${protocol}//${host}${above}`);
  }
  const isName = /[a-z]/i.test(hostname) && hostname.includes('.');
  if (isName)
    found.add(`${protocol}//${host.startsWith('www.') ? host.slice('www.'.length) : `www.${host}`}${path}`);
  return [...found];
}
