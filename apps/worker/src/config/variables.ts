import type { z } from 'zod';
import {
  connectionUrl,
  duration,
  encryptionKey,
  integer,
  oneOf,
  positiveNumber,
  secret,
  shopName,
  text,
  timeOfDay,
  webAddress,
} from './variable-types.ts';

/** One environment variable: what it means to people and how its text becomes a value. */
export interface Variable<Schema extends z.ZodType = z.ZodType> {
  readonly section: 'Shop' | 'Sign-in' | 'Kindness' | 'Storage' | 'Schedule' | 'Operation';
  /** One line for the table of the README; ends without a full stop. */
  readonly about: string;
  readonly example: string;
  /** Text that is used when the variable is not set. */
  readonly default?: string;
  /** What happens when it is not set, for variables without a plain default. */
  readonly otherwise?: string;
  readonly schema: Schema;
}

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

const timeout = duration(100, 10 * minute, 'from 100ms to 10m');

/** Every environment variable the worker reads: the only place where their names are spelled. */
export const variables = {
  MAGENTO_BASE_URL: {
    section: 'Shop',
    about: 'Address of the shop, with its sub-path if it has one, without `/rest`',
    example: 'https://shop.example.com',
    otherwise: 'required',
    schema: webAddress,
  },
  MAGENTO_SHOP: {
    section: 'Shop',
    about: 'Short name of the shop in every row, checkpoint and metric; never change it later',
    example: 'main',
    otherwise: 'made from the address, for example `shop-example-com`',
    schema: shopName,
  },
  MAGENTO_STORE_CODE: {
    section: 'Shop',
    about: 'Store view code to put into the paths; only a customer token needs it',
    example: 'default',
    otherwise: 'none',
    schema: text,
  },
  MAGENTO_SIGNING_BASE_URL: {
    section: 'Shop',
    about: 'Address that the shop itself believes to have, when a proxy changes it and OAuth signatures fail',
    example: 'http://shop.internal:8080',
    otherwise: 'the address of the shop',
    schema: webAddress,
  },
  MAGENTO_AUTH: {
    section: 'Sign-in',
    about: 'How to sign in: `admin`, `integration`, `bearer`, `customer`, `session`, `guest` or `ims`',
    example: 'integration',
    default: 'admin',
    schema: oneOf('admin', 'integration', 'bearer', 'customer', 'session', 'guest', 'ims'),
  },
  MAGENTO_USERNAME: {
    section: 'Sign-in',
    about: 'User name of the administrator, or e-mail address of the customer',
    example: 'sync',
    otherwise: 'required for `admin` and `customer`',
    schema: text,
  },
  MAGENTO_PASSWORD: {
    section: 'Sign-in',
    about: 'Password of that user',
    example: 'the-password',
    otherwise: 'required for `admin` and `customer`',
    schema: secret,
  },
  MAGENTO_TOTP_SECRET: {
    section: 'Sign-in',
    about: 'Secret of the administrator’s authenticator app, when the shop has two-factor sign-in',
    example: 'JBSWY3DPEHPK3PXP',
    otherwise: 'no second factor',
    schema: secret,
  },
  MAGENTO_CONSUMER_KEY: {
    section: 'Sign-in',
    about: 'Consumer key of the integration',
    example: 'consumer-key',
    otherwise: 'required for `integration`',
    schema: text,
  },
  MAGENTO_CONSUMER_SECRET: {
    section: 'Sign-in',
    about: 'Consumer secret of the integration',
    example: 'consumer-secret',
    otherwise: 'required for `integration`',
    schema: secret,
  },
  MAGENTO_ACCESS_TOKEN: {
    section: 'Sign-in',
    about: 'Access token of the integration',
    example: 'access-token',
    otherwise: 'required for `integration`',
    schema: secret,
  },
  MAGENTO_ACCESS_TOKEN_SECRET: {
    section: 'Sign-in',
    about: 'Access token secret of the integration',
    example: 'access-token-secret',
    otherwise: 'required for `integration`',
    schema: secret,
  },
  MAGENTO_BEARER_TOKEN: {
    section: 'Sign-in',
    about: 'A token to send as it is',
    example: 'token',
    otherwise: 'required for `bearer`',
    schema: secret,
  },
  MAGENTO_SESSION_ID: {
    section: 'Sign-in',
    about: 'Value of the `PHPSESSID` cookie of a signed-in customer',
    example: 'session-id',
    otherwise: 'required for `session`',
    schema: secret,
  },
  MAGENTO_IMS_CLIENT_ID: {
    section: 'Sign-in',
    about: 'Client id of the Adobe credential (Adobe Commerce as a Cloud Service)',
    example: 'client-id',
    otherwise: 'required for `ims`',
    schema: text,
  },
  MAGENTO_IMS_CLIENT_SECRET: {
    section: 'Sign-in',
    about: 'Client secret of the Adobe credential',
    example: 'client-secret',
    otherwise: 'required for `ims`',
    schema: secret,
  },
  MAGENTO_IMS_ORGANIZATION_ID: {
    section: 'Sign-in',
    about: 'Organisation of the Adobe credential',
    example: 'ABC123@AdobeOrg',
    otherwise: 'required for `ims`',
    schema: text,
  },
  MAGENTO_CONCURRENCY: {
    section: 'Kindness',
    about: 'Requests that may be in flight at once, per worker process',
    example: '4',
    default: '2',
    schema: integer(1, 64),
  },
  MAGENTO_REQUESTS_PER_SECOND: {
    section: 'Kindness',
    about: 'Requests that may begin per second, per worker process',
    example: '5',
    default: '10',
    schema: positiveNumber(1_000),
  },
  MAGENTO_PAGE_SIZE: {
    section: 'Kindness',
    about: 'Customers per page, 1 to 300',
    example: '50',
    default: '100',
    schema: integer(1, 300),
  },
  MAGENTO_CONNECT_TIMEOUT: {
    section: 'Kindness',
    about: 'Longest wait for a connection to the shop',
    example: '5s',
    default: '10s',
    schema: timeout,
  },
  MAGENTO_HEADERS_TIMEOUT: {
    section: 'Kindness',
    about: 'Longest wait for the shop to begin an answer',
    example: '2m',
    default: '1m',
    schema: timeout,
  },
  MAGENTO_BODY_TIMEOUT: {
    section: 'Kindness',
    about: 'Longest silence of the shop in the middle of an answer',
    example: '2m',
    default: '1m',
    schema: timeout,
  },
  DATABASE_URL: {
    section: 'Storage',
    about: 'PostgreSQL 15 or newer that keeps the copy',
    example: 'postgres://sync:password@localhost:5432/sync',
    otherwise: 'an embedded PostgreSQL in DATA_DIRECTORY',
    schema: connectionUrl('postgres', 'postgresql'),
  },
  QUEUE_URL: {
    section: 'Storage',
    about: 'Redis or PostgreSQL that keeps the job queue',
    example: 'redis://localhost:6379',
    otherwise: 'the PostgreSQL of the copy',
    schema: connectionUrl('redis', 'rediss', 'postgres', 'postgresql'),
  },
  DATA_DIRECTORY: {
    section: 'Storage',
    about: 'Folder of the embedded PostgreSQL',
    example: '/var/lib/magento-sync',
    default: '.data',
    schema: text,
  },
  TOKEN_ENCRYPTION_KEY: {
    section: 'Storage',
    about: 'Key that encrypts sign-in tokens in PostgreSQL, 32 bytes in base64 (`openssl rand -base64 32`)',
    example: 'bmV2ZXItdXNlLXRoaXMta2V5LW1ha2UteW91ci1vd24=',
    otherwise: 'tokens stay in memory and every worker signs in for itself',
    schema: encryptionKey,
  },
  TOKEN_ENCRYPTION_KEY_PREVIOUS: {
    section: 'Storage',
    about: 'The key before this one, still able to read while keys are being changed',
    example: 'bmV2ZXItdXNlLXRoaXMta2V5LW1ha2UteW91ci1vd24=',
    otherwise: 'none',
    schema: encryptionKey,
  },
  PULL_EVERY: {
    section: 'Schedule',
    about: 'How often changes are pulled',
    example: '1m',
    default: '5m',
    schema: duration(second, day, 'from 1s to 1d'),
  },
  PULL_OVERLAP: {
    section: 'Schedule',
    about: 'How far before the watermark a pull starts: covers rows that are stamped long before they are committed',
    example: '30m',
    default: '10m',
    schema: duration(0, day, 'of at most 1d'),
  },
  SWEEP_PERIOD: {
    section: 'Schedule',
    about: 'Within what time every row is compared with the shop once',
    example: '12h',
    default: '24h',
    schema: duration(minute, 90 * day, 'from 1m to 90d'),
  },
  REFERENCE_DATA_EVERY: {
    section: 'Schedule',
    about: 'How often groups, stores and attributes are read',
    example: '6h',
    default: '24h',
    schema: duration(minute, 30 * day, 'from 1m to 30d'),
  },
  REFERENCE_DATA_AT: {
    section: 'Schedule',
    about: 'Time of the day (UTC) from which REFERENCE_DATA_EVERY counts',
    example: '04:00',
    default: '03:30',
    schema: timeOfDay,
  },
  SHUTDOWN_GRACE: {
    section: 'Operation',
    about: 'How long jobs may go on after the first signal before their requests are cut off',
    example: '20s',
    default: '10s',
    schema: duration(0, hour, 'of at most 1h'),
  },
  SHUTDOWN_DEADLINE: {
    section: 'Operation',
    about: 'After what time a shutdown is forced and counts as failed',
    example: '1m',
    default: '30s',
    schema: duration(second, hour, 'from 1s to 1h'),
  },
  HTTP_PORT: {
    section: 'Operation',
    about: 'Port of `/livez`, `/readyz` and `/metrics`; 0 takes any free one',
    example: '9464',
    otherwise: 'not served',
    schema: integer(0, 65_535),
  },
  HTTP_HOST: {
    section: 'Operation',
    about: 'Network interface of that port; `0.0.0.0` inside a container',
    example: '0.0.0.0',
    default: '127.0.0.1',
    schema: text,
  },
  LOG_LEVEL: {
    section: 'Operation',
    about: 'Least important messages to log; `debug` also prints stack traces',
    example: 'debug',
    otherwise: '`info` for the daemon, `warn` for other commands',
    schema: oneOf('debug', 'info', 'warn', 'error', 'silent'),
  },
  LOG_FORMAT: {
    section: 'Operation',
    about: '`json` for machines, `text` for people',
    example: 'json',
    otherwise: '`text` on a terminal, `json` elsewhere',
    schema: oneOf('json', 'text'),
  },
} as const satisfies Record<string, Variable>;

/** Name of an environment variable. */
export type VariableName = keyof typeof variables;

/** What the text of a variable becomes. */
export type VariableValue<Name extends VariableName> = z.infer<(typeof variables)[Name]['schema']>;
