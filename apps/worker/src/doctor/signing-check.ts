import { type IntegrationAuthOptions, OAuthRefusedError } from '@magento-sync/magento-client';
import type { Logger } from '../logger.ts';
import { createShopClient, type ShopConnection } from '../shop-client.ts';

/** What the signatures are tried with. */
export interface SigningContext {
  readonly connection: ShopConnection;
  readonly auth: IntegrationAuthOptions;
  readonly log: Logger;
}

/**
 * Finds the address that the shop itself signs, where every signature is refused: a web server that drops the port from
 * `Host`, or does not say that it was asked by https, makes another one of it.
 *
 * What such servers make of the address is signed and sent: the one that the shop accepts is proven. Refused signatures
 * lock nothing. Returns what to do, with what Magento calls itself; `undefined` when the trouble is another one.
 */
export async function findSigningAddress(
  error: unknown,
  { connection, auth, log }: SigningContext,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (!(error instanceof OAuthRefusedError) || error.reason !== 'signature_mismatch') return undefined;
  const signed = connection.signingBaseUrl ?? connection.baseUrl;
  for (const candidate of possibleAddresses(connection)) {
    const known = await trySigning(candidate);
    if (known === undefined) continue;
    const itself = known === '' ? '' : ` Magento calls itself ${known}.`;
    return (
      `Signed was ${signed}, and the shop accepts what is signed as ${candidate}: set MAGENTO_SIGNING_BASE_URL=${candidate}, ` +
      `or let its web server pass on Host with its port and X-Forwarded-Proto.${itself}`
    );
  }
  return `No address near ${signed} is accepted either: compare the credentials first, then the address that the web server passes on.`;

  /** What Magento calls itself when the signature is right, empty when it does not say; `undefined` when it is wrong. */
  async function trySigning(signingBaseUrl: string): Promise<string | undefined> {
    await using client = createShopClient(
      { ...connection, signingBaseUrl },
      { auth, onRequest: (event) => log.debug({ ...event }, 'request'), retry: { attempts: 1 } },
    );
    try {
      const configs = await client.stores.storeConfigs({ signal });
      const { baseUrl, secureBaseUrl } = configs[0] ?? {};
      return [...new Set([baseUrl, secureBaseUrl])].filter(Boolean).join(' and ');
    } catch (refusal) {
      signal.throwIfAborted();
      const isWrong = refusal instanceof OAuthRefusedError && refusal.reason === 'signature_mismatch';
      // A right that is missing is refused after the signature was found right.
      return isWrong ? undefined : '';
    }
  }
}

/** What web servers and proxies make of an address, the likely ones first. */
function possibleAddresses({ baseUrl, signingBaseUrl }: ShopConnection): string[] {
  const found = new Set<string>();
  for (const address of [baseUrl, signingBaseUrl ?? baseUrl]) {
    const { protocol, hostname, host, pathname } = new URL(address);
    const other = protocol === 'https:' ? 'http:' : 'https:';
    const path = pathname === '/' ? '' : pathname;
    for (const place of path === '' ? [''] : [path, '']) {
      found.add(`${protocol}//${host}${place}`);
      found.add(`${protocol}//${hostname}${place}`);
      found.add(`${other}//${host}${place}`);
      found.add(`${other}//${hostname}${place}`);
    }
  }
  found.delete(signingBaseUrl ?? baseUrl);
  return [...found];
}
