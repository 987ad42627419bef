import { createAuth } from './auth/create-auth.ts';
import { explainRefusals } from './auth/explain-refusals.ts';
import {
  type ActivationListener,
  type ActivationListenerOptions,
  listenForActivation,
} from './auth/oauth1-handshake.ts';
import type { AuthStrategy } from './auth/strategy.ts';
import { createMemoryTokenStore } from './auth/token-store.ts';
import { createNetwork, fixedNetwork } from './http/dispatcher.ts';
import { createFront } from './http/front.ts';
import { createTransport } from './http/http-transport.ts';
import { createRequestBudget } from './http/request-budget.ts';
import { createRestClient } from './http/rest-client.ts';
import { createServiceUrls } from './http/service-url.ts';
import { createShopClock } from './http/shop-clock.ts';
import { type MagentoClientOptions, resolveNumbers } from './options.ts';
import { createAnyEndpoint } from './resources/any-endpoint.ts';
import { createBulk } from './resources/bulk.ts';
import { createCacheProbe } from './resources/cache-probe.ts';
import { createCategories } from './resources/categories.ts';
import { createCreditMemos } from './resources/credit-memos.ts';
import { createCustomerAccounts } from './resources/customer-accounts.ts';
import { createCustomerAttributes } from './resources/customer-attributes.ts';
import { createCustomerGroups } from './resources/customer-groups.ts';
import { createCustomerWrites } from './resources/customer-writes.ts';
import { createCustomers } from './resources/customers.ts';
import { createDirectory } from './resources/directory.ts';
import { createInvoices } from './resources/invoices.ts';
import { createModules } from './resources/modules.ts';
import { createOrders } from './resources/orders.ts';
import { createProducts } from './resources/products.ts';
import { createRecords } from './resources/records.ts';
import { createReleaseSigns } from './resources/release-signs.ts';
import { createShipments } from './resources/shipments.ts';
import { createStores } from './resources/stores.ts';
import { createLazySoapClient } from './soap/lazy-soap-client.ts';
import { createWords } from './wording.ts';

/** Everything one shop's web API offers; close it with `await using` or `Symbol.asyncDispose`. */
export type MagentoClient = ReturnType<typeof createMagentoClient>;

/** Creates a client of one shop; nothing is opened or sent before the first call. */
export function createMagentoClient(options: MagentoClientOptions) {
  const numbers = resolveNumbers(options);
  const { baseUrl, storeCode, signingBaseUrl } = options;
  const words = createWords(options.wording);
  const urls = words.create(() =>
    createServiceUrls({
      baseUrl,
      cloud: options.auth.kind === 'ims',
      ...(storeCode === undefined ? {} : { storeCode }),
      ...(signingBaseUrl === undefined ? {} : { signingBaseUrl }),
    }),
  );
  const clock = createShopClock(options.now);
  const shared = typeof options.budget === 'function';
  const network =
    options.dispatcher === undefined
      ? createNetwork({
          timeouts: numbers.timeouts,
          connections: shared ? null : numbers.budget.concurrency,
          proxy: options.proxy,
          certificateAuthorities: options.certificateAuthorities,
        })
      : fixedNetwork(options.dispatcher);
  const front = words.create(() => createFront(options, urls.root('')));
  const plain = createTransport({
    network,
    front,
    timeouts: numbers.timeouts,
    retry: numbers.retry,
    maxBodyBytes: numbers.maxBodyBytes,
    userAgent: numbers.userAgent,
    budget: typeof options.budget === 'function' ? options.budget : createRequestBudget(numbers.budget),
    scopeHeaders: urls.scopeHeaders,
    clock,
    onRequest: options.onRequest,
  });
  const transport = words.transport(plain);
  const tokenStore = options.tokenStore ?? createMemoryTokenStore();
  const auth: AuthStrategy = words.create(() =>
    words.auth(createAuth(options.auth, { urls, transport, tokenStore, clock, front })),
  );
  const calls = {
    urls,
    transport: words.transport(explainRefusals(plain, { urls, clock, front })),
    auth,
    allowWrites: options.allowWrites ?? false,
  };
  const rest = createRestClient(calls);

  return {
    ...createAnyEndpoint(rest),
    auth,
    /** The records of any entity that has a definition. */
    records: createRecords(rest, options.personalData),
    customers: { ...createCustomers(rest), ...createCustomerWrites(rest) },
    customerAccounts: createCustomerAccounts(rest),
    customerGroups: createCustomerGroups(rest),
    customerAttributes: createCustomerAttributes(rest),
    stores: createStores(rest),
    modules: createModules(rest),
    releaseSigns: createReleaseSigns({ urls, transport, auth }),
    cacheProbe: createCacheProbe({ urls, transport, auth }),
    orders: createOrders(rest),
    invoices: createInvoices(rest),
    shipments: createShipments(rest),
    creditMemos: createCreditMemos(rest),
    products: createProducts(rest),
    categories: createCategories(rest),
    directory: createDirectory(rest),
    bulk: createBulk(rest),
    soap: createLazySoapClient({ ...calls, clock }),
    /** Waits for an administrator to activate an integration; needs no credentials (`{ kind: 'guest' }`). */
    listenForActivation: (listen: ActivationListenerOptions): Promise<ActivationListener> =>
      listenForActivation(listen, { urls, transport, clock }),
    /** Waits a moment for requests in flight and closes the connections. */
    async [Symbol.asyncDispose](): Promise<void> {
      await network.close();
    },
  };
}
