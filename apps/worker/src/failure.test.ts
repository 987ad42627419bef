import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { describeFailure } from './failure.ts';

test('a Redis that does not answer is told with the variable of its address, not with an option of the client', async () => {
  const redis = new Redis({ host: '127.0.0.1', port: 9, lazyConnect: true, maxRetriesPerRequest: 0 });
  redis.on('error', () => undefined);
  const failure = await redis.ping().catch((error: unknown) => error);
  redis.disconnect();
  expect(describeFailure(failure).sentence).toBe('Redis does not answer; start it or correct QUEUE_URL.');
});
