import {
  type AuthOptions,
  createMagentoClient,
  type MagentoClient,
  type PersonalData,
  type RequestBudget,
  type RequestEvent,
  type RetryOptions,
  type TokenStore,
} from '@magento-sync/magento-client';
import { inWordsOfTheWorker } from './client-words.ts';
import type { ConnectionConfig } from './config/config.ts';

/** How to reach a shop; with the budget of all its workers, or one that the client keeps alone. */
export type ShopConnection = Omit<ConnectionConfig, 'budget'> & {
  readonly budget: ConnectionConfig['budget'] | RequestBudget;
};

/** What a client of the shop is given besides the configuration. */
export interface ShopClientOptions {
  readonly auth: AuthOptions;
  /** Where tokens are shared; without it they stay in this client. */
  readonly tokenStore?: TokenStore;
  readonly onRequest: (event: RequestEvent) => void;
  /** Default: all of it. */
  readonly personalData?: PersonalData;
  /** Default: the client's own patience. */
  readonly retry?: Partial<RetryOptions>;
}

/** Creates a client of the configured shop; the caller closes it. */
export function createShopClient(
  connection: ShopConnection,
  { auth, tokenStore, onRequest, personalData, retry }: ShopClientOptions,
): MagentoClient {
  const { baseUrl, storeCode, signingBaseUrl, budget, timeouts, certificateAuthorities } = connection;
  const { basicAuth, extraHeaders, proxy } = connection;
  return createMagentoClient({
    baseUrl,
    auth,
    ...(storeCode ? { storeCode } : {}),
    ...(signingBaseUrl ? { signingBaseUrl } : {}),
    ...(basicAuth
      ? { basicAuth: { username: basicAuth.username, password: basicAuth.password.reveal() } }
      : {}),
    ...(extraHeaders ? { extraHeaders: mapValues(extraHeaders, (value) => value.reveal()) } : {}),
    proxy: {
      ...(proxy.http ? { http: proxy.http.reveal() } : {}),
      ...(proxy.https ? { https: proxy.https.reveal() } : {}),
      ...(proxy.none ? { none: proxy.none } : {}),
    },
    ...(certificateAuthorities ? { certificateAuthorities: certificateAuthorities.reveal() } : {}),
    ...(personalData ? { personalData } : {}),
    ...(retry ? { retry } : {}),
    budget,
    timeouts,
    ...(tokenStore ? { tokenStore } : {}),
    onRequest,
    wording: inWordsOfTheWorker,
  });
}

function mapValues<A, B>(values: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));
}
