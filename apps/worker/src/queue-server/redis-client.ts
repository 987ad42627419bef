import { readFileSync } from 'node:fs';
import { Cluster, Redis, type RedisOptions } from 'ioredis';
import type { RedisAddress } from './redis-address.ts';

/** A client of a Redis, wherever and however it is run. */
export type RedisClient = Redis | Cluster;

/** The options that a client alone and one of a cluster have in common. */
type ClientOptions = Omit<RedisOptions, 'replyMapping'>;

/** The retries of a client: for ever with pauses, or not at all. */
export type RedisPatience = 'waits' | 'fails-fast' | 'no-retry';

const connectTimeoutMs = 5_000;
/** A server that takes a command and never answers is no better than one that is away. */
const commandTimeoutMs = 5_000;
const longestPauseMs = 3_000;

/** How a client behaves. */
export interface RedisClientOptions {
  readonly patience: RedisPatience;
  /** Told of every error of the connection. */
  readonly onError: (error: Error) => void;
  /** Whether to ask with INFO if Redis has loaded its data before the first command; needs the right to. */
  readonly waitsForLoading?: boolean;
}

/**
 * Opens a client; it connects with its first command or with `connect()`.
 *
 * `waits` keeps commands until Redis is back, `fails-fast` gives them up after the second try to connect or
 * five seconds, `no-retry` with the first. The certificates of `cacert`, `cert` and `key` are read now.
 */
export function openRedis(address: RedisAddress, options: RedisClientOptions): RedisClient {
  const { patience, onError } = options;
  const redisOptions = optionsOf(address, options);
  const client =
    address.kind === 'cluster'
      ? new Cluster([...address.nodes], {
          redisOptions,
          lazyConnect: true,
          slotsRefreshTimeout: connectTimeoutMs,
          clusterRetryStrategy: retryStrategy(patience),
          // Behind TLS the certificate holds names, not the addresses that the cluster itself tells.
          ...(address.tls ? { dnsLookup: (name, found) => found(null, name) } : {}),
        })
      : new Redis(redisOptions);
  client.on('error', onError);
  return client;
}

function optionsOf(
  address: RedisAddress,
  { patience, waitsForLoading = false }: RedisClientOptions,
): ClientOptions {
  const { nodes, path, username, password, database, parameters } = address;
  const tls = tlsOf(address);
  const family = parameters.get('family');
  const base: ClientOptions = {
    ...(username ? { username } : {}),
    ...(password ? { password } : {}),
    ...(family ? { family: Number(family) } : {}),
    db: database,
    lazyConnect: true,
    connectTimeout: connectTimeoutMs,
    ...(patience === 'waits' ? {} : { commandTimeout: commandTimeoutMs }),
    keepAlive: 10_000,
    connectionName: 'magento-sync',
    enableReadyCheck: waitsForLoading,
    // A worker must wait for Redis as long as it takes; `null` is what BullMQ demands for that.
    maxRetriesPerRequest: { waits: null, 'fails-fast': 1, 'no-retry': 0 }[patience],
    retryStrategy: retryStrategy(patience),
    ...(tls ? { tls } : {}),
  };
  if (address.kind === 'sentinel') {
    const sentinelUsername = parameters.get('sentinel_username');
    const sentinelPassword = parameters.get('sentinel_password');
    return {
      ...base,
      sentinels: [...nodes],
      name: address.master ?? '',
      sentinelRetryStrategy: retryStrategy(patience),
      ...(sentinelUsername ? { sentinelUsername } : {}),
      ...(sentinelPassword ? { sentinelPassword } : {}),
      ...(tls ? { enableTLSForSentinelMode: true, sentinelTLS: tls } : {}),
    };
  }
  if (path !== undefined) return { ...base, path };
  const [node] = nodes;
  return address.kind === 'cluster' ? base : { ...base, ...node };
}

function tlsOf({ tls, parameters }: RedisAddress): NonNullable<RedisOptions['tls']> | undefined {
  if (!tls) return undefined;
  const file = (name: 'cacert' | 'cert' | 'key') => {
    const path = parameters.get(name);
    return path === undefined ? undefined : readFileSync(path);
  };
  const [ca, cert, key, servername] = [
    file('cacert'),
    file('cert'),
    file('key'),
    parameters.get('servername'),
  ];
  return {
    ...(ca ? { ca } : {}),
    ...(cert ? { cert } : {}),
    ...(key ? { key } : {}),
    ...(servername ? { servername } : {}),
  };
}

function retryStrategy(patience: RedisPatience): (tries: number) => number | null {
  if (patience === 'no-retry') return () => null;
  return (tries) => Math.min(longestPauseMs, 250 * 2 ** Math.min(tries, 10));
}
