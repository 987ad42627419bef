import {
  DatabaseConnectionError,
  DatabaseError,
  ReadOnlyDatabaseError,
  reachServer,
  transientFailure,
} from '@magento-sync/db';
import { redactUrl } from '../config/secret.ts';
import type { Logger } from '../logger.ts';
import { withinMs } from '../time-limit.ts';
import { probeQueue } from './probe-queue.ts';
import { type QueueConnection, type QueueConnectionOptions, queueConnection } from './queue-connection.ts';
import { cureOfRefusal, isPassingRefusal, notInTime } from './queue-refusal.ts';
import { isRedisUrl, parseRedisUrl, type RedisAddress, redactRedisUrl } from './redis-address.ts';
import { openRedis, type RedisClient } from './redis-client.ts';

/** The queue's server cannot be used; the message says what to do. */
export class QueueUnavailableError extends Error {
  override readonly name = 'QueueUnavailableError';
  /** Whether it may be over without anybody changing a setting: the server is away, full, busy or just starting. */
  readonly passing: boolean;

  constructor(message: string, options: { readonly cause: unknown; readonly passing: boolean }) {
    super(message, options);
    this.passing = options.passing;
  }
}

/** What the server of the queue says of itself. */
export interface QueueFacts
  extends Required<Pick<QueueConnectionOptions, 'mayAskVersion' | 'cluster' | 'pooled'>> {
  /** For people: kind, version and address. */
  readonly server: string;
  readonly warnings: readonly string[];
}

/** Which variable says where the queue is: without one of its own it lives in the PostgreSQL of the copy. */
export type QueueVariable = 'QUEUE_URL' | 'DATABASE_URL';

const patienceMs = 10_000;
const oldestPossible = 5;
const oldestRecommended = 6.2;

/**
 * Asks the server behind QUEUE_URL once whether it is there, and what it is; changes nothing.
 *
 * BullMQ itself would wait for it for ever without a word. Throws {@link QueueUnavailableError}.
 */
export async function inspectQueue(url: string, variable: QueueVariable = 'QUEUE_URL'): Promise<QueueFacts> {
  return explained(url, variable, async () => (isRedisUrl(url) ? inspectRedis(url) : inspectPostgres(url)));
}

/**
 * Like {@link inspectQueue}, and does once what the daemon will do all the time, on a queue of its own.
 *
 * Throws {@link QueueUnavailableError} with what was refused and the right or setting that is missing.
 */
export async function checkQueue(url: string, variable: QueueVariable = 'QUEUE_URL'): Promise<QueueFacts> {
  const facts = await inspectQueue(url, variable);
  await explained(url, variable, async () => {
    let failed: (error: Error) => void = () => undefined;
    const failure = new Promise<never>((_, reject) => {
      failed = reject;
    });
    failure.catch(() => undefined);
    const options = { ...facts, applicationName: 'magento-sync check', onError: failed };
    await using connection = queueConnection(url, options);
    const probe = Promise.race([probeQueue(connection), failure]);
    if (!(await withinMs(probe, patienceMs))) throw new Error(notInTime);
  });
  return facts;
}

/** Reaches a queue that somebody only looks at or puts jobs into; throws {@link QueueUnavailableError} as {@link inspectQueue}. */
export async function reachQueue(
  url: string,
  applicationName: string,
  log: Logger,
): Promise<QueueConnection> {
  return queueConnection(url, {
    ...(await inspectQueue(url)),
    applicationName,
    onError: (error) => log.warn({ err: error }, 'the queue has a problem'),
  });
}

async function explained<T>(url: string, variable: QueueVariable, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // These say their cure themselves.
    if (error instanceof DatabaseError) {
      const sentence = error.message.replaceAll(/\b[Tt]he (database )?URL\b/g, variable);
      const passing = error instanceof DatabaseConnectionError && error.retryable;
      throw new QueueUnavailableError(`The queue at ${redactUrl(url)} cannot be used: ${sentence}`, {
        cause: error,
        passing,
      });
    }
    const reason = error instanceof Error ? reasonOf(error) : String(error);
    const cure =
      cureOfRefusal(reason, url) ??
      (variable === 'QUEUE_URL'
        ? 'Start that server or correct QUEUE_URL; without QUEUE_URL the queue lives in the PostgreSQL of the copy'
        : 'Cure it there, or give the queue a server of its own (QUEUE_URL)');
    const place = isRedisUrl(url) ? redactRedisUrl(url) : redactUrl(url);
    throw new QueueUnavailableError(`The queue at ${place} cannot be used: ${reason}. ${cure}.`, {
      cause: error,
      passing: isRedisUrl(url) ? isPassingRefusal(reason) : transientFailure(error) !== null,
    });
  }
}

async function inspectRedis(url: string): Promise<QueueFacts> {
  const address = parseRedisUrl(url);
  if (address.kind !== 'cluster') return inspectNode(address, url);
  // Any node can tell; those that are away count only when all are.
  let failure: unknown;
  for (const node of address.nodes) {
    try {
      return await inspectNode({ ...address, kind: 'single', nodes: [node] }, url);
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

async function inspectNode(address: RedisAddress, url: string): Promise<QueueFacts> {
  let lastError: Error | undefined;
  const redis = openRedis(address, {
    patience: 'no-retry',
    onError: (error) => {
      lastError = error;
    },
  });
  try {
    await redis.connect();
    await redis.ping();
    // A database number or a sign-in that is refused fails nothing else than itself.
    if (lastError) throw lastError;
    const info = await infoOf(redis);
    const cluster = await clusterOf(redis, info, url);
    const place = redactRedisUrl(url);
    return {
      mayAskVersion: info !== undefined,
      pooled: false,
      cluster,
      server: `${versionOf(info)}${cluster === 'none' ? '' : ' (cluster)'} at ${place}`,
      warnings: info ? warningsOf(info) : [],
    };
  } catch (error) {
    // "Connection is closed." says less than the error that closed it.
    throw lastError ?? error;
  } finally {
    redis.disconnect();
  }
}

/** BullMQ would wait for a cluster that is down without a word. */
async function clusterOf(
  redis: RedisClient,
  info: RedisInfo | undefined,
  url: string,
): Promise<QueueFacts['cluster']> {
  const said = /^rediss?\+cluster:/i.test(url);
  const enabled = info ? info.get('cluster_enabled') === '1' : said;
  if (said && !enabled) throw new Error('it is no cluster');
  if (!enabled) return 'none';
  const cluster = parseInfo(String(await redis.cluster('INFO').catch(() => '')));
  if (cluster.get('cluster_state') === 'fail')
    throw new Error('CLUSTERDOWN: it does not serve all of its slots');
  return cluster.get('cluster_size') === '1' ? 'alone' : 'spread';
}

function warningsOf(info: RedisInfo): string[] {
  if (info.get('role') === 'slave' && info.get('cluster_enabled') !== '1')
    throw new Error('READONLY: it is a replica');
  const warnings: string[] = [];
  const policy = info.get('maxmemory_policy');
  if (policy !== undefined && policy !== 'noeviction') {
    warnings.push(
      `Redis may evict jobs (maxmemory-policy is "${policy}"); set it to "noeviction". Lost jobs are rebuilt, but late.`,
    );
  }
  const version = Number.parseFloat(info.get('redis_version') ?? '');
  if (version < oldestPossible) {
    throw new Error(
      `the version needs to be greater than ${oldestPossible}, and is ${info.get('redis_version')}`,
    );
  }
  if (version < oldestRecommended) {
    warnings.push(
      `Redis ${info.get('redis_version')} is old; use ${oldestRecommended} or newer, or any Valkey.`,
    );
  }
  return warnings;
}

function versionOf(info: RedisInfo | undefined): string {
  if (!info) return 'Redis (its version and settings are not known: the user lacks +info)';
  const valkey = info.get('valkey_version');
  return valkey ? `Valkey ${valkey}` : `Redis ${info.get('redis_version') ?? ''}`;
}

type RedisInfo = ReadonlyMap<string, string>;

/** What Redis says of itself; `undefined` when the user may not ask. */
async function infoOf(redis: RedisClient): Promise<RedisInfo | undefined> {
  try {
    return parseInfo(await redis.info());
  } catch (error) {
    if (/NOPERM|unknown command/i.test(String(error))) return undefined;
    throw error;
  }
}

function parseInfo(text: string): RedisInfo {
  const lines = text.split(/\r?\n/).map((line) => line.split(':', 2));
  return new Map(lines.map(([name = '', value = '']) => [name, value]));
}

async function inspectPostgres(url: string): Promise<QueueFacts> {
  const { server } = await reachServer(url, {
    applicationName: 'magento-sync check',
    connectTimeoutMs: patienceMs,
    acquireTimeoutMs: patienceMs,
  });
  if (server.readOnly) throw new ReadOnlyDatabaseError(server.readOnly);
  const title = `PostgreSQL ${server.version}`;
  return { mayAskVersion: true, cluster: 'none', pooled: server.pooled, server: title, warnings: [] };
}

function reasonOf(error: Error): string {
  // Node reports a host with several addresses as an AggregateError without a message.
  const inner = error instanceof AggregateError ? (error.errors[0] as Error | undefined) : undefined;
  // A cluster says what its last node said.
  const node = 'lastNodeError' in error ? (error.lastNodeError as Error | undefined) : undefined;
  const message = node?.message || error.message || inner?.message;
  return (message || ('code' in error ? String(error.code) : error.name)).replace(/\.$/, '');
}
