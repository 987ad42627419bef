import { DatabaseError, ReadOnlyDatabaseError, reachServer } from '@magento-sync/db';
import { Cluster } from 'ioredis';
import { redactUrl } from '../config/secret.ts';
import { withinMs } from '../time-limit.ts';
import { probeQueue } from './probe-queue.ts';
import { type QueueConnectionOptions, queueConnection } from './queue-connection.ts';
import { cureOfRefusal } from './queue-refusal.ts';
import { isRedisUrl, parseRedisUrl, redactRedisUrl } from './redis-address.ts';
import { openRedis, type RedisClient } from './redis-client.ts';

/** The queue's server cannot be used; the message says what to do. */
export class QueueUnavailableError extends Error {
  override readonly name = 'QueueUnavailableError';
}

/** What the server of the queue says of itself. */
export interface QueueFacts extends Required<Pick<QueueConnectionOptions, 'mayAskVersion' | 'cluster'>> {
  /** For people: kind, version and address. */
  readonly server: string;
  readonly warnings: readonly string[];
}

const patienceMs = 10_000;
const oldestRecommended = 6.2;

/**
 * Asks the server behind QUEUE_URL once whether it is there, and what it is; changes nothing.
 *
 * BullMQ itself would wait for it for ever without a word. Throws {@link QueueUnavailableError}.
 */
export async function inspectQueue(url: string): Promise<QueueFacts> {
  return explained(url, async () => (isRedisUrl(url) ? inspectRedis(url) : inspectPostgres(url)));
}

/**
 * Like {@link inspectQueue}, and does once what the daemon will do all the time, on a queue of its own.
 *
 * Throws {@link QueueUnavailableError} with what was refused and the right or setting that is missing.
 */
export async function checkQueue(url: string): Promise<QueueFacts> {
  const facts = await inspectQueue(url);
  await explained(url, async () => {
    let failed: (error: Error) => void = () => undefined;
    const failure = new Promise<never>((_, reject) => {
      failed = reject;
    });
    failure.catch(() => undefined);
    const options = { ...facts, applicationName: 'magento-sync check', onError: failed };
    await using connection = queueConnection(url, options);
    const probe = Promise.race([probeQueue(connection), failure]);
    if (!(await withinMs(probe, patienceMs))) throw new Error('it did not do a job in time');
  });
  return facts;
}

async function explained<T>(url: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // These say their cure themselves.
    if (error instanceof DatabaseError) {
      const sentence = error.message.replaceAll(/\bthe (database )?URL\b/g, 'QUEUE_URL');
      throw new QueueUnavailableError(`The queue at ${redactUrl(url)} cannot be used: ${sentence}`, {
        cause: error,
      });
    }
    const reason = error instanceof Error ? reasonOf(error) : String(error);
    const cure =
      cureOfRefusal(reason) ??
      'Start that server or correct QUEUE_URL; without QUEUE_URL the queue lives in the PostgreSQL of the copy';
    const place = isRedisUrl(url) ? redactRedisUrl(url) : redactUrl(url);
    throw new QueueUnavailableError(`The queue at ${place} cannot be used: ${reason}. ${cure}.`, {
      cause: error,
    });
  }
}

async function inspectRedis(url: string): Promise<QueueFacts> {
  let lastError: Error | undefined;
  const redis = openRedis(parseRedisUrl(url), 'no-retry', (error) => {
    lastError = error;
  });
  try {
    await redis.connect();
    await redis.ping();
    // A database number or a sign-in that is refused fails nothing else than itself.
    if (lastError) throw lastError;
    return { ...(await factsOf(redis)), server: `${await versionOf(redis)} at ${redactRedisUrl(url)}` };
  } catch (error) {
    // "Connection is closed." says less than the error that closed it.
    throw lastError ?? error;
  } finally {
    redis.disconnect();
  }
}

async function factsOf(redis: RedisClient): Promise<Omit<QueueFacts, 'server'>> {
  const info = await infoOf(redis);
  if (info === undefined) {
    const unknown =
      'The user of QUEUE_URL may not ask Redis for its version and settings (+info); they were not checked.';
    return { mayAskVersion: false, cluster: redis instanceof Cluster, warnings: [unknown] };
  }
  if (info.get('role') === 'slave') throw new Error('READONLY: it is a replica');
  const warnings: string[] = [];
  const policy = info.get('maxmemory_policy');
  if (policy !== undefined && policy !== 'noeviction') {
    warnings.push(
      `Redis may evict jobs (maxmemory-policy is "${policy}"); set it to "noeviction". Lost jobs are rebuilt, but late.`,
    );
  }
  const version = Number.parseFloat(info.get('redis_version') ?? '');
  if (version < 5)
    throw new Error(`the version needs to be greater than 5.0, and is ${info.get('redis_version')}`);
  if (version < oldestRecommended) {
    warnings.push(
      `Redis ${info.get('redis_version')} is old; use ${oldestRecommended} or newer, or any Valkey.`,
    );
  }
  return { mayAskVersion: true, cluster: info.get('cluster_enabled') === '1', warnings };
}

async function versionOf(redis: RedisClient): Promise<string> {
  const info = await infoOf(redis);
  const valkey = info?.get('valkey_version');
  const version = valkey ? `Valkey ${valkey}` : `Redis ${info?.get('redis_version') ?? ''}`.trim();
  return info?.get('cluster_enabled') === '1' ? `${version} (cluster)` : version;
}

/** What Redis says of itself; `undefined` when the user may not ask. */
async function infoOf(redis: RedisClient): Promise<ReadonlyMap<string, string> | undefined> {
  try {
    const lines = (await redis.info()).split(/\r?\n/).map((line) => line.split(':', 2));
    return new Map(lines.map(([name = '', value = '']) => [name, value]));
  } catch (error) {
    if (/NOPERM|unknown command/i.test(String(error))) return undefined;
    throw error;
  }
}

async function inspectPostgres(url: string): Promise<QueueFacts> {
  const { server } = await reachServer(url, {
    applicationName: 'magento-sync check',
    connectTimeoutMs: patienceMs,
    acquireTimeoutMs: patienceMs,
  });
  if (server.readOnly) throw new ReadOnlyDatabaseError(server.readOnly);
  return { mayAskVersion: true, cluster: false, server: `PostgreSQL ${server.version}`, warnings: [] };
}

function reasonOf(error: Error): string {
  // Node reports a host with several addresses as an AggregateError without a message.
  const inner = error instanceof AggregateError ? (error.errors[0] as Error | undefined) : undefined;
  // A cluster says what its last node said.
  const node = 'lastNodeError' in error ? (error.lastNodeError as Error | undefined) : undefined;
  const message = node?.message || error.message || inner?.message;
  return (message || ('code' in error ? String(error.code) : error.name)).replace(/\.$/, '');
}
