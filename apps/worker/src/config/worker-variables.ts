import { queueUrl } from './queue-url.ts';
import type { Variable } from './variable.ts';
import {
  duration,
  encryptionKey,
  integer,
  longSecret,
  oneOf,
  onOff,
  postgresUrl,
  text,
  timeOfDay,
  webAddress,
} from './variable-types.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** Variables about where the copy is kept, when jobs run and how the worker is operated. */
export const workerVariables = {
  DATABASE_URL: {
    section: 'Storage',
    about: 'PostgreSQL 15 or newer that keeps the copy; `sslmode` as psql understands it',
    example: 'postgres://sync:password@localhost:5432/sync',
    otherwise: 'an embedded PostgreSQL in DATA_DIRECTORY',
    schema: postgresUrl,
  },
  QUEUE_URL: {
    section: 'Storage',
    about:
      'Redis (alone, cluster, Sentinel; TLS) or PostgreSQL that keeps the job queue; docs/environments.md has the spellings',
    example: 'redis://localhost:6379',
    otherwise: 'the PostgreSQL of the copy',
    schema: queueUrl,
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
    about:
      'Key that encrypts tokens and stored credentials in PostgreSQL, 32 bytes in base64 (`openssl rand -base64 32`)',
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
  CHANGE_HISTORY: {
    section: 'Storage',
    about: '`on` keeps old and new values of every change, for `magento-sync history`',
    example: 'off',
    default: 'on',
    schema: onOff,
  },
  CHANGE_HISTORY_KEPT: {
    section: 'Storage',
    about: 'How long the history is kept',
    example: '365d',
    default: '90d',
    schema: duration(hour, 3_650 * day, 'from 1h to 3650d'),
  },
  CHANGE_FEED: {
    section: 'Storage',
    about: '`on` tells consumers of every change, through `magento-sync changes` or SQL',
    example: 'off',
    default: 'on',
    schema: onOff,
  },
  CHANGE_FEED_KEPT: {
    section: 'Storage',
    about: 'How long the feed is kept, whether consumers have read it or not',
    example: '30d',
    default: '7d',
    schema: duration(hour, 3_650 * day, 'from 1h to 3650d'),
  },
  RUNS_KEPT: {
    section: 'Storage',
    about: 'How long the record of what was run is kept',
    example: '30d',
    default: '90d',
    schema: duration(hour, 3_650 * day, 'from 1h to 3650d'),
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
    about:
      'How far before the watermark a pull starts: covers rows that are stamped long before they are committed',
    example: '30m',
    default: '10m',
    schema: duration(0, day, 'of at most 1d'),
  },
  SWEEP_PERIOD: {
    section: 'Schedule',
    about:
      'Within what time every row is compared with the shop once; of orders and documents the recent ones',
    example: '12h',
    default: '24h',
    schema: duration(5 * second, 90 * day, 'from 5s to 90d'),
  },
  SWEEP_RECENT: {
    section: 'Schedule',
    about:
      'How young orders and documents are that are compared within SWEEP_PERIOD; all others change hardly ever',
    example: '30d',
    default: '90d',
    schema: duration(day, 3_650 * day, 'from 1d to 3650d'),
  },
  SWEEP_ALL_PERIOD: {
    section: 'Schedule',
    about: 'Within what time all orders and documents, old ones too, are compared with the shop once',
    example: '7d',
    default: '30d',
    schema: duration(5 * second, 365 * day, 'from 5s to 365d'),
  },
  RECONCILE_EVERY: {
    section: 'Schedule',
    about: 'How often records that the shop has deleted are searched for',
    example: '15m',
    default: '1h',
    schema: duration(second, 30 * day, 'from 1s to 30d'),
  },
  RECONCILE_MAX_SHARE: {
    section: 'Schedule',
    about:
      'Largest share of the records of an entity, in percent, that may vanish at once before a person has to agree',
    example: '2',
    default: '5',
    schema: integer(0, 100),
  },
  DELETED_CUSTOMERS: {
    section: 'Schedule',
    about:
      '`tombstone` marks what the shop deleted, `erase` also removes personal data for good, that of customers from their orders too',
    example: 'erase',
    default: 'tombstone',
    schema: oneOf('tombstone', 'erase'),
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
  HINT_SECRET: {
    section: 'Operation',
    about: 'Secret of `POST /hints`, by which a shop says what has changed; at least 16 characters',
    example: 'make-one-with-openssl-rand-hex-32',
    otherwise: 'no hints are taken',
    schema: longSecret(16),
  },
  CONSOLE_PORT: {
    section: 'Operation',
    about: 'Port of the page for people, which shows how every shop stands; 0 takes any free one',
    example: '9465',
    otherwise: 'not served',
    schema: integer(0, 65_535),
  },
  CONSOLE_HOST: {
    section: 'Operation',
    about: 'Network interface of the page; anything but this machine alone needs CONSOLE_PASSWORD',
    example: '0.0.0.0',
    default: '127.0.0.1',
    schema: text,
  },
  CONSOLE_PASSWORD: {
    section: 'Operation',
    about: 'Password of those who may look and act on the page; at least 12 characters',
    example: 'make-one-with-openssl-rand-hex-16',
    otherwise: 'nobody signs in, and only this machine gets the page',
    schema: longSecret(12),
  },
  CONSOLE_VIEWER_PASSWORD: {
    section: 'Operation',
    about: 'Password of those who may only look; at least 12 characters',
    example: 'make-another-with-openssl-rand-hex-16',
    otherwise: 'everybody who signs in may act',
    schema: longSecret(12),
  },
  CONSOLE_URL: {
    section: 'Operation',
    about: 'Address under which people open the page, where a proxy or a host name stands before it',
    example: 'https://sync.example.com',
    otherwise: 'the address of the port',
    schema: webAddress,
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
