import {
  type AccessControls,
  type AccessOptions,
  accessControls,
  answerAccess,
  createAccess,
} from './access.ts';
import { type BulkQueue, createBulkQueue } from './async/bulk-queue.ts';
import { createLoginThrottle } from './auth/login-throttle.ts';
import { createTokens } from './auth/tokens.ts';
import { recordedAdmins } from './auth/users.ts';
import { createShopClock, type ShopClock } from './clock.ts';
import { type CustomerAdministration, createCustomerAdministration } from './customers/administration.ts';
import { type CustomerTable, createCustomerTable } from './customers/customer-table.ts';
import { seededPopulation } from './customers/seeded-population.ts';
import { variedPopulation } from './customers/varied-population.ts';
import { type Attributes, createAttributes } from './directory/attributes.ts';
import { type CustomerGroups, createCustomerGroups } from './directory/customer-groups.ts';
import { createStoreTree, type StoreTree } from './directory/store-tree.ts';
import { createFaultRules, type FaultRules } from './faults.ts';
import type { ShopAnswer, ShopRequest } from './http/exchange.ts';
import { databaseDownAnswer, maintenancePage } from './outages.ts';
import { createWorkers } from './php-workers.ts';
import { type RecordedShop, recordedShop } from './recorded-shops.ts';
import { type Release, releaseOf } from './release.ts';
import { createRequestLog, type RequestLog } from './request-log.ts';
import { answerRest } from './routes/rest.ts';
import { createSalesAdministration, type SalesAdministration } from './sales/administration.ts';
import { createSalesTables } from './sales/sales-tables.ts';
import { seededOrders } from './sales/seeded-orders.ts';
import { type InputLimits, usualInputLimits } from './search/criteria.ts';
import { listen } from './server.ts';
import type { ShopState } from './shop-state.ts';
import { createSoapServices, type SoapServices } from './soap/service-registry.ts';

/** Options of the stand-in shop. */
export interface ShopOptions extends AccessOptions {
  /** 127.0.0.1 when absent. */
  readonly host?: string;
  /** A free one when absent or 0. */
  readonly port?: number;
  /** `2.3.0` to `2.4.8`; 2.4.7 when absent, or that of the recorded shop that was asked for. */
  readonly release?: string;
  /** Which recorded shop to serve: `2.4.7-p6` (when absent) or `2.4.8-p1`, with its orders, stores and integrations. */
  readonly recorded?: string;
  /**
   * The recorded customers when absent: 2,500 in the first shop, those that were recorded whole in the second. Made-up ones are
   * the same for the same size and seed; `varied` ones are as different from each other as the recorded ones, and made when they
   * are asked for, so that a million of them cost neither memory nor time.
   */
  readonly population?:
    | 'recorded'
    | { readonly customers: number; readonly seed?: number; readonly varied?: boolean };
  /** So many made-up orders with their documents instead of the recorded ones; the same for the same number and customers. */
  readonly orders?: number;
  /**
   * Whether a joined table has a column `updated_at` too, so that a filter by it makes the list of orders a 500 unless it says
   * `main_table.updated_at`. `sales.troubles` has the same for other lists and columns.
   */
  readonly ambiguousUpdatedAt?: boolean;
  /** Time before every answer. */
  readonly latencyMs?: number;
  /** Time that every row of a list takes. */
  readonly rowCostMs?: number;
  /** Number of PHP workers: so many requests are executed at a time, the others wait. Unlimited when absent. */
  readonly phpWorkers?: number;
  readonly mode?: 'production' | 'developer';
  /**
   * Whether lists look subscriptions up by the text of the e-mail address and single reads by the website of the store view, as
   * Magento does, so that the two may differ; when absent, only in the second recorded shop.
   */
  readonly subscriptionsByStore?: boolean;
  /** `usual` switches the limits on that the release has where nothing is configured. */
  readonly inputLimits?: InputLimits | 'usual';
  /** Cuts larger pages to so many rows without an error, while `total_count` stays true, as some modules do. */
  readonly cutPagesTo?: number;
  /** Modules that are switched off, e.g. `Magento_Sales`: their routes do not exist. */
  readonly disabledModules?: readonly string[];
  /** Phrases of errors in the shop's language, by the English ones; placeholders stay, nested errors are English. */
  readonly translations?: Readonly<Record<string, string>>;
  readonly tokenLifetimeMinutes?: number;
  /** When asynchronous requests are executed: `at once` when absent, else when `queue.run()` is called. */
  readonly asyncRequests?: 'at once' | 'when run';
}

/** A running shop. */
export interface MagentoShop extends AsyncDisposable, AccessControls {
  readonly url: string;
  readonly clock: ShopClock;
  readonly customers: CustomerAdministration;
  /** Orders and what follows from them. */
  readonly sales: SalesAdministration;
  readonly groups: CustomerGroups;
  readonly stores: StoreTree;
  /** Attributes of customers. */
  readonly attributes: Attributes;
  /** Attributes of customers' addresses. */
  readonly addressAttributes: Attributes;
  /** Asynchronous requests and what becomes of them. */
  readonly queue: BulkQueue;
  readonly faults: FaultRules;
  readonly requests: RequestLog;
  /** Customers that make every answer with one of them a 500 with a Report ID. */
  readonly poison: Set<number>;
  /** Customers that make every list with one of them a 500, while reads by id work. */
  readonly listPoison: Set<number>;
  maintenance(on: boolean): void;
  databaseDown(on: boolean): void;
  setInputLimits(limits: InputLimits | 'usual' | undefined): void;
  /** Cuts pages from now on without an error; `undefined` ends it. */
  cutPagesTo(rows: number | undefined): void;
  /** Ends every admin token given so far. */
  revokeAdminTokens(): void;
  /** Rotates the encryption key: invalidates every JWT on releases that check the newest key only. */
  rotateEncryptionKey(): void;
  stop(): Promise<void>;
}

/** Starts a shop that answers over HTTP until it is stopped. */
export async function startMagentoShop(options: ShopOptions = {}): Promise<MagentoShop> {
  const state = createState(options, () => server.url);
  const soapServices = createSoapServices(options.soapServices);
  const faults = createFaultRules(state.clock);
  const requests = createRequestLog();
  const server = await listen({
    host: options.host ?? '127.0.0.1',
    port: options.port ?? 0,
    latencyMs: options.latencyMs ?? 0,
    rowCostMs: options.rowCostMs ?? 0,
    workers: createWorkers(options.phpWorkers ?? Infinity),
    clock: state.clock,
    faults,
    answer: (request) => answer(request, state, soapServices),
    onAnswered: requests.add,
  });
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= server.close();
    return stopping;
  };
  return {
    ...accessControls(state),
    url: server.url,
    clock: state.clock,
    customers: state.customers,
    sales: state.salesAdministration,
    groups: state.groups,
    stores: state.stores,
    queue: state.queue,
    attributes: state.attributes,
    addressAttributes: state.addressAttributes,
    faults,
    requests,
    poison: state.poison,
    listPoison: state.listPoison,
    maintenance(on) {
      state.maintenance = on;
    },
    databaseDown(on) {
      state.databaseDown = on;
    },
    setInputLimits(limits) {
      state.inputLimits = limitsOf(limits, state.release);
    },
    cutPagesTo(rows) {
      state.cutPagesTo = rows;
    },
    rotateEncryptionKey: () => state.tokens.rotateKey(),
    revokeAdminTokens() {
      for (const { id } of state.admins) state.tokens.revoke({ type: 'admin', id });
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function answer(
  request: ShopRequest,
  state: ShopState,
  soapServices: SoapServices,
): Promise<ShopAnswer> | ShopAnswer {
  if (state.maintenance) return maintenancePage();
  if (state.databaseDown) return databaseDownAnswer();
  const path = request.path.replace(/^\/index\.php(?=\/)/, '');
  const accessAnswer = answerAccess({ ...request, path }, state, soapServices);
  if (accessAnswer) return accessAnswer;
  if (path === '/rest' || path.startsWith('/rest/')) return answerRest({ ...request, path }, state);
  return {
    status: 404,
    headers: { 'content-type': 'text/html; charset=UTF-8' },
    body: '<!doctype html><title>404 Not Found</title>',
  };
}

function createState(options: ShopOptions, baseUrl: () => string): ShopState {
  const clock = createShopClock();
  const recorded = recordedShop(options.recorded ?? '2.4.7-p6');
  const release = releaseOf(options.release ?? (options.recorded ? recorded.release : '2.4.7'));
  const { population = 'recorded' } = options;
  const table = createCustomerTable(
    population === 'recorded'
      ? recorded.customers()
      : population.varied
        ? variedPopulation(population.customers, population.seed)
        : seededPopulation(population.customers, population.seed),
  );
  const lifetime = options.tokenLifetimeMinutes;
  const sales = createSalesTables(
    options.orders === undefined
      ? recorded.sales()
      : seededOrders(options.orders, customersWithOrders(table, options.orders)),
  );
  if (options.ambiguousUpdatedAt) sales.troubles.orders.ambiguous.add('updated_at');
  const stores = createStoreTree(table, recorded.stores(), (ids) => salesAdministration.forgetStores(ids));
  const salesAdministration = createSalesAdministration(sales, {
    clock,
    release,
    storeName: (id) => nameOfStore(stores, id),
  });
  const customers = createCustomerAdministration(table, clock, salesAdministration.forgetCustomer);
  return {
    ...createAccess({ ...recordedAccess(recorded), ...options }, { clock, release, baseUrl }),
    release,
    recorded: options.recorded ?? '2.4.7-p6',
    mode: options.mode ?? 'production',
    clock,
    table,
    customers,
    groups: createCustomerGroups(customers),
    stores,
    sales,
    salesAdministration,
    queue: createBulkQueue(clock, options.asyncRequests === 'when run'),
    attributes: createAttributes('customer', table),
    addressAttributes: createAttributes('customer_address', table),
    tokens: createTokens(clock, {
      newestKeyOnly: release.newestKeyOnly,
      format: release.jwtTokens ? 'jwt' : 'opaque',
      lifetimeMinutes: release.jwtTokens
        ? { admin: lifetime ?? 60, customer: lifetime ?? 60 }
        : { admin: lifetime ?? 240, customer: lifetime ?? 60 },
    }),
    throttle: createLoginThrottle(clock),
    admins: recordedAdmins,
    baseUrl,
    subscriptionsByStore: options.subscriptionsByStore ?? options.recorded === '2.4.8-p1',
    inputLimits: limitsOf(options.inputLimits, release),
    maintenance: false,
    databaseDown: false,
    poison: new Set(),
    listPoison: new Set(),
    disabledModules: new Set(options.disabledModules),
    translations: new Map(Object.entries(options.translations ?? {})),
    cutPagesTo: options.cutPagesTo,
  };
}

/** Who orders: in a large shop not everybody, as customers that are made when they are asked for should not all be made. */
function customersWithOrders({ byId, get }: CustomerTable, orders: number) {
  return byId.ids.slice(0, Math.max(50_000, orders)).flatMap((id) => get(id) ?? []);
}

/** Integrations as the recorded shop had them, where nothing else is wanted. */
function recordedAccess({ integrations, integrationAsBearer }: RecordedShop): AccessOptions {
  return { integrations, ...(integrationAsBearer === undefined ? {} : { integrationAsBearer }) };
}

/** Website, group and view, one a line. Magento: module-sales/Model/Order.php::beforeSave. */
function nameOfStore(stores: StoreTree, storeId: number): string {
  const view = stores.views().find(({ id }) => id === storeId);
  const group = stores.groups().find(({ id }) => id === view?.store_group_id);
  const website = stores.websites().find(({ id }) => id === view?.website_id);
  return [website?.name, group?.name, view?.name].filter((name) => name !== undefined).join('\n');
}

/** Some releases limit input whatever is configured. */
function limitsOf(wanted: InputLimits | 'usual' | undefined, release: Release): InputLimits | undefined {
  if (wanted === 'usual' || (!wanted && release.alwaysLimitsInput)) return usualInputLimits(release);
  return wanted;
}
