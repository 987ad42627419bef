import { z } from 'zod';
import {
  isRedisUrl,
  parseRedisUrl,
  RedisAddressError,
  redactRedisUrl,
} from '../queue-server/redis-address.ts';
import { looksLikePostgres } from './postgres-address.ts';
import { Secret } from './secret.ts';
import { readPostgres } from './variable-types.ts';

/** Address of the queue's server: Redis in any of its forms, or PostgreSQL; a secret because of its password. */
export const queueUrl = z.string().transform((value, context) => {
  const url = value.trim();
  if (isRedisUrl(url)) {
    try {
      parseRedisUrl(url);
    } catch (error) {
      if (!(error instanceof RedisAddressError)) throw error;
      context.addIssue(`can't be understood: ${error.message}`);
      return z.NEVER;
    }
    return new Secret(url, redactRedisUrl(url));
  }
  if (looksLikePostgres(url)) return readPostgres(url, context);
  context.addIssue('must be a URL that begins with redis:// or rediss:// or postgres://');
  return z.NEVER;
});
