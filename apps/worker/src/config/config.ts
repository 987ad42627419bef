import type { PersonalDataChoice } from '@magento-sync/entities';
import { type AlertConfig, readAlerts } from './alert-config.ts';
import { type AuthConfig, parseAuth } from './auth-config.ts';
import { readCertificateFile } from './certificate-file.ts';
import { type ConsoleConfig, readConsole } from './console-config.ts';
import type { Environment } from './environment.ts';
import { EnvironmentReader } from './environment-reader.ts';
import { Secret } from './secret.ts';
import type { BasicAuth } from './variable-types.ts';

/** What a command needs that talks to PostgreSQL and the queue only. */
export interface StorageConfig {
  /** Short name of the shop; `undefined` when neither the name nor the address is set. */
  readonly shop: string | undefined;
  /** `undefined` means the embedded PostgreSQL. */
  readonly databaseUrl: Secret | undefined;
  /** `undefined` means the same PostgreSQL as the copy. */
  readonly queueUrl: Secret | undefined;
  readonly dataDirectory: string;
  /** Names of what is copied. */
  readonly entities: readonly string[];
  /** Which personal data is read and kept; `key` makes pseudonyms of e-mail addresses. */
  readonly personalData: PersonalDataChoice & { readonly key: Secret | undefined };
  /** Which records of changes are kept. */
  readonly recording: { readonly history: boolean; readonly feed: boolean };
  readonly log: LogConfig;
}

/** Least important level and format of the log; `undefined` leaves the choice to the command. */
export interface LogConfig {
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent' | undefined;
  readonly format: 'json' | 'text' | undefined;
}

/** How the shop is reached, whoever signs in. */
export interface ConnectionConfig {
  readonly baseUrl: string;
  readonly storeCode: string | undefined;
  readonly signingBaseUrl: string | undefined;
  /** The login of a web server before the shop. */
  readonly basicAuth: BasicAuth | undefined;
  readonly extraHeaders: Readonly<Record<string, Secret>> | undefined;
  readonly proxy: {
    readonly http: Secret | undefined;
    readonly https: Secret | undefined;
    readonly none: string | undefined;
  };
  /** In PEM. */
  readonly certificateAuthorities: Secret | undefined;
  readonly budget: { readonly concurrency: number; readonly requestsPerSecond: number };
  /** Of the first page, and the most of any. */
  readonly pageSize: number;
  readonly maxPageSize: number;
  readonly timeouts: { readonly connectMs: number; readonly headersMs: number; readonly bodyMs: number };
}

/** What a command needs that talks to the shop before there is a way to sign in. */
export interface ShopConfig extends StorageConfig {
  readonly shop: string;
  readonly magento: ConnectionConfig;
  /** Newest first. */
  readonly tokenEncryptionKeys: readonly Secret[];
  readonly shutdown: { readonly graceMs: number; readonly deadlineMs: number };
}

/** What belongs to a process that works for the shops of a file, and to none of them. */
export interface ProcessConfig
  extends StorageConfig,
    Pick<ShopConfig, 'tokenEncryptionKeys' | 'shutdown'>,
    Pick<Config, 'http' | 'console' | 'alerts'> {
  readonly magento: Pick<ConnectionConfig, 'proxy'>;
}

/** What has to be known of a shop to say how its copy stands. */
export type ShownConfig = Pick<Config, 'shop' | 'entities' | 'schedule' | 'slowSweeps'>;

/** Everything the worker can be told; all durations in milliseconds. Safe to print: secrets are `Secret`s. */
export interface Config extends ShopConfig {
  readonly magento: ConnectionConfig & { readonly auth: AuthConfig };
  readonly deletions: { readonly keep: 'tombstone' | 'erase'; readonly maxShare: number };
  readonly schedule: {
    readonly pullEveryMs: number;
    readonly pullOverlapMs: number;
    readonly sweepPeriodMs: number;
    readonly reconcileEveryMs: number;
    readonly referenceDataEveryMs: number;
    /** Minutes after midnight UTC from which the period counts. */
    readonly referenceDataAtMinute: number;
  };
  readonly slowSweeps: { readonly recentMs: number; readonly allPeriodMs: number };
  readonly kept: { readonly historyMs: number; readonly feedMs: number; readonly runsMs: number };
  readonly alerts: AlertConfig;
  readonly http: { readonly host: string; readonly port: number } | undefined;
  /** `undefined` means that the page is not served. */
  readonly console: ConsoleConfig | undefined;
  /** `undefined` means that no hints are taken. */
  readonly hintSecret: Secret | undefined;
}

/**
 * Reads the whole configuration from the environment.
 *
 * Throws one `ConfigurationError` that names every problem, what is wrong with it and an example.
 */
export function parseConfig(environment: Environment): Config {
  const reader = new EnvironmentReader(environment);
  const shop = readShop(reader);
  const auth = parseAuth(reader);
  const http = readHttp(reader);
  const hintSecret = reader.read('HINT_SECRET');
  if (hintSecret && !http) reader.require('HTTP_PORT', 'HINT_SECRET is set');
  const page = readConsole(reader);
  const schedule = readSchedule(reader);
  const slowSweeps = readSlowSweeps(reader);
  const deletions = {
    keep: reader.require('DELETED_CUSTOMERS') ?? 'tombstone',
    maxShare: (reader.require('RECONCILE_MAX_SHARE') ?? 0) / 100,
  } as const;
  const kept = {
    historyMs: reader.require('CHANGE_HISTORY_KEPT') ?? 0,
    feedMs: reader.require('CHANGE_FEED_KEPT') ?? 0,
    runsMs: reader.require('RUNS_KEPT') ?? 0,
  };
  const alerts = readAlerts(reader);
  reader.assertSound();
  // What is still undefined here has been reported above; the check tells the compiler.
  if (!shop || !auth) throw incomplete();
  return {
    ...shop,
    magento: { ...shop.magento, auth },
    schedule,
    slowSweeps,
    deletions,
    kept,
    alerts,
    hintSecret,
    console: page,
    http,
  };
}

/**
 * Reads what belongs to a process that works for the shops of a file. Throws `ConfigurationError` like `parseConfig`.
 */
export function parseProcessConfig(environment: Environment): ProcessConfig {
  const reader = new EnvironmentReader(environment);
  const config = {
    ...readStorage(reader),
    tokenEncryptionKeys: readTokenKeys(reader),
    shutdown: readShutdown(reader),
    http: readHttp(reader),
    console: readConsole(reader),
    alerts: readAlerts(reader),
    magento: { proxy: readProxy(reader) },
  };
  reader.assertSound();
  return config;
}

/** Reads what is copied and when, and nothing that may be secret. Throws `ConfigurationError` like `parseConfig`. */
export function parseShownConfig(environment: Environment): ShownConfig {
  const reader = new EnvironmentReader(environment);
  const config = {
    shop: reader.require('MAGENTO_SHOP') ?? '',
    entities: reader.require('ENTITIES') ?? [],
    schedule: readSchedule(reader),
    slowSweeps: readSlowSweeps(reader),
  };
  reader.assertSound();
  return config;
}

function readProxy(reader: EnvironmentReader): ConnectionConfig['proxy'] {
  return {
    http: reader.read('HTTP_PROXY'),
    https: reader.read('HTTPS_PROXY'),
    none: reader.read('NO_PROXY'),
  };
}

function readHttp(reader: EnvironmentReader): Config['http'] {
  const port = reader.read('HTTP_PORT');
  const host = reader.require('HTTP_HOST') ?? '';
  return port === undefined ? undefined : { host, port };
}

/** Newest first. */
function readTokenKeys(reader: EnvironmentReader): readonly Secret[] {
  const key = reader.read('TOKEN_ENCRYPTION_KEY');
  const previousKey = reader.read('TOKEN_ENCRYPTION_KEY_PREVIOUS');
  if (previousKey && !key) reader.require('TOKEN_ENCRYPTION_KEY', 'TOKEN_ENCRYPTION_KEY_PREVIOUS is set');
  return [key, previousKey].filter((each) => each !== undefined);
}

/** Reads what is needed to reach the shop, but no way to sign in. Throws `ConfigurationError` like `parseConfig`. */
export function parseShopConfig(environment: Environment): ShopConfig {
  const reader = new EnvironmentReader(environment);
  const shop = readShop(reader);
  reader.assertSound();
  if (!shop) throw incomplete();
  return shop;
}
function incomplete(): Error {
  return new Error('The configuration was accepted although it is incomplete.');
}

function readShop(reader: EnvironmentReader): ShopConfig | undefined {
  const { shop, ...storage } = readStorage(reader);
  const address = reader.require('MAGENTO_BASE_URL', 'the address of the shop');
  const shutdown = readShutdown(reader);
  const tokenEncryptionKeys = readTokenKeys(reader);
  const connection = {
    storeCode: reader.read('MAGENTO_STORE_CODE'),
    signingBaseUrl: reader.read('MAGENTO_SIGNING_BASE_URL'),
    basicAuth: reader.read('MAGENTO_BASIC_AUTH') ?? address?.basicAuth,
    extraHeaders: reader.read('MAGENTO_EXTRA_HEADERS'),
    proxy: readProxy(reader),
    certificateAuthorities: readCertificates(reader),
    budget: {
      concurrency: reader.require('MAGENTO_CONCURRENCY') ?? 0,
      requestsPerSecond: reader.require('MAGENTO_REQUESTS_PER_SECOND') ?? 0,
    },
    pageSize: reader.require('MAGENTO_PAGE_SIZE') ?? 0,
    maxPageSize: reader.require('MAGENTO_MAX_PAGE_SIZE') ?? 0,
    timeouts: {
      connectMs: reader.require('MAGENTO_CONNECT_TIMEOUT') ?? 0,
      headersMs: reader.require('MAGENTO_HEADERS_TIMEOUT') ?? 0,
      bodyMs: reader.require('MAGENTO_BODY_TIMEOUT') ?? 0,
    },
  };
  if (address && !shop) {
    reader.reject('MAGENTO_SHOP', 'is missing (no name can be made from the address)');
  }
  if (!address || !shop) return undefined;
  return {
    ...storage,
    shop,
    magento: { baseUrl: address.url, ...connection },
    tokenEncryptionKeys,
    shutdown,
  };
}

function readShutdown(reader: EnvironmentReader): ShopConfig['shutdown'] {
  const graceMs = reader.require('SHUTDOWN_GRACE') ?? 0;
  const deadlineMs = reader.require('SHUTDOWN_DEADLINE') ?? 0;
  if (deadlineMs > 0 && graceMs >= deadlineMs) {
    reader.reject('SHUTDOWN_GRACE', 'must be shorter than SHUTDOWN_DEADLINE');
  }
  return { graceMs, deadlineMs };
}

function readCertificates(reader: EnvironmentReader): Secret | undefined {
  const path = reader.read('MAGENTO_CA_FILE');
  if (path === undefined) return undefined;
  const read = readCertificateFile(path);
  if (read instanceof Secret) return read;
  reader.reject('MAGENTO_CA_FILE', read.problem);
  return undefined;
}

/** Reads only what is needed without a shop: where the copy and the queue are, and how to log. */
export function parseStorageConfig(environment: Environment): StorageConfig {
  const reader = new EnvironmentReader(environment);
  const storage = readStorage(reader);
  reader.assertSound();
  return storage;
}

/** Reads the storage and when jobs run: what is needed to say how the copy stands. */
export function parseStatusConfig(
  environment: Environment,
): StorageConfig & Pick<Config, 'schedule' | 'slowSweeps'> {
  const reader = new EnvironmentReader(environment);
  const config = {
    ...readStorage(reader),
    schedule: readSchedule(reader),
    slowSweeps: readSlowSweeps(reader),
  };
  reader.assertSound();
  return config;
}

/** Where the page is served when a person asks for it and no port is set. */
const usualConsolePort = 9_465;

/** Reads what the page needs without a daemon: the storage, when jobs run, and who may see it. */
export function parseConsoleConfig(
  environment: Environment,
): StorageConfig &
  Pick<Config, 'schedule' | 'slowSweeps' | 'shutdown'> & { readonly console: ConsoleConfig } {
  const reader = new EnvironmentReader(environment);
  const page = readConsole(reader, reader.read('CONSOLE_PORT') ?? usualConsolePort);
  const config = {
    ...readStorage(reader),
    schedule: readSchedule(reader),
    slowSweeps: readSlowSweeps(reader),
    shutdown: readShutdown(reader),
  };
  reader.assertSound();
  if (!page) throw incomplete();
  return { ...config, console: page };
}

/**
 * The settings for people, each under the name of its variable: what is set, else the default; secrets are hidden.
 *
 * Call it with an environment that was accepted.
 */
export function describeSettings(environment: Environment): Record<string, string> {
  return new EnvironmentReader(environment).describe();
}

/** The configuration for people: secrets are hidden, passwords inside URLs blanked out. */
export function describeConfig(config: StorageConfig): Record<string, unknown> {
  return JSON.parse(JSON.stringify(config)) as Record<string, unknown>;
}

function readStorage(reader: EnvironmentReader): StorageConfig {
  const named = reader.read('MAGENTO_SHOP');
  const address = reader.read('MAGENTO_BASE_URL');
  return {
    shop: named ?? ((address && shopNameOf(address.url)) || undefined),
    databaseUrl: reader.read('DATABASE_URL'),
    queueUrl: reader.read('QUEUE_URL'),
    dataDirectory: reader.require('DATA_DIRECTORY') ?? '',
    entities: reader.require('ENTITIES') ?? [],
    personalData: readPersonalData(reader),
    recording: {
      history: reader.require('CHANGE_HISTORY') ?? true,
      feed: reader.require('CHANGE_FEED') ?? true,
    },
    log: { level: reader.read('LOG_LEVEL'), format: reader.read('LOG_FORMAT') },
  };
}

function readPersonalData(reader: EnvironmentReader): StorageConfig['personalData'] {
  const preset = reader.require('PERSONAL_DATA') ?? 'all';
  const why = 'PERSONAL_DATA=pseudonymous makes hashes with it';
  const key =
    preset === 'pseudonymous' ? reader.require('PERSONAL_DATA_KEY', why) : reader.read('PERSONAL_DATA_KEY');
  return { preset, keep: reader.read('PERSONAL_DATA_KEEP') ?? [], key };
}

function readSchedule(reader: EnvironmentReader): Config['schedule'] {
  return {
    pullEveryMs: reader.require('PULL_EVERY') ?? 0,
    pullOverlapMs: reader.require('PULL_OVERLAP') ?? 0,
    sweepPeriodMs: reader.require('SWEEP_PERIOD') ?? 0,
    reconcileEveryMs: reader.require('RECONCILE_EVERY') ?? 0,
    referenceDataEveryMs: reader.require('REFERENCE_DATA_EVERY') ?? 0,
    referenceDataAtMinute: reader.require('REFERENCE_DATA_AT') ?? 0,
  };
}

function readSlowSweeps(reader: EnvironmentReader): Config['slowSweeps'] {
  return {
    recentMs: reader.require('SWEEP_RECENT') ?? 0,
    allPeriodMs: reader.require('SWEEP_ALL_PERIOD') ?? 0,
  };
}

/** Short name made from an address: `https://www.shop.example.com/de` becomes `shop-example-com-de`. */
export function shopNameOf(baseUrl: string): string {
  const url = new URL(baseUrl);
  const name = `${url.host.replace(/^www\./, '')}${url.pathname}`
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return name.slice(0, 63).replace(/-+$/, '');
}
