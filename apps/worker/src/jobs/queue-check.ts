import { Redis } from 'ioredis';
import pg from 'pg';
import { redactUrl } from '../config/secret.ts';

/** The queue's server cannot be used; the message says what to do. */
export class QueueUnavailableError extends Error {
  override readonly name = 'QueueUnavailableError';
}

/**
 * Asks the server behind QUEUE_URL once whether it is there and fit for jobs.
 *
 * BullMQ itself would wait for it for ever without a word. Throws `QueueUnavailableError`; returns warnings.
 */
export async function checkQueue(url: string): Promise<readonly string[]> {
  try {
    return /^rediss?:/.test(url) ? await checkRedis(url) : await checkPostgres(url);
  } catch (error) {
    const reason = error instanceof Error ? reasonOf(error) : String(error);
    throw new QueueUnavailableError(
      `The queue at ${redactUrl(url)} cannot be used: ${reason}. Start that server or correct QUEUE_URL; ` +
        'without QUEUE_URL the queue lives in the PostgreSQL of the copy.',
      { cause: error },
    );
  }
}

async function checkRedis(url: string): Promise<readonly string[]> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: 5_000,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  let lastError: Error | undefined;
  redis.on('error', (error: Error) => {
    lastError = error;
  });
  try {
    await redis.connect();
    await redis.ping();
    const policy = /maxmemory_policy:(\S+)/.exec(await redis.info('memory'))?.[1];
    if (policy === undefined || policy === 'noeviction') return [];
    return [
      `Redis may evict jobs (maxmemory-policy is "${policy}"); set it to "noeviction". Lost jobs are rebuilt, but late.`,
    ];
  } catch (error) {
    // "Connection is closed." says less than the error that closed it.
    throw lastError ?? error;
  } finally {
    redis.disconnect();
  }
}

async function checkPostgres(url: string): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('select 1');
    return [];
  } finally {
    await client.end().catch(() => {});
  }
}

function reasonOf(error: Error): string {
  // Node reports a host with several addresses as an AggregateError without a message.
  const inner = error instanceof AggregateError ? (error.errors[0] as Error | undefined) : undefined;
  return (error.message || inner?.message || ('code' in error ? String(error.code) : error.name)).replace(
    /\.$/,
    '',
  );
}
