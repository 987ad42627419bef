import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, inject, onTestFinished, test } from 'vitest';
import { parseRedisUrl } from './redis-address.ts';
import { openRedis, type RedisClient } from './redis-client.ts';
import { createSharedWait } from './shared-wait.ts';

function openClient(url = inject('redisUrl')): RedisClient {
  const client = openRedis(parseRedisUrl(url), { patience: 'waits', onError: () => undefined });
  onTestFinished(() => client.disconnect());
  return client;
}

/** Waits on Redis, at first through the given clients; then a question is a short one, so that it is soon late. */
function startWait(...first: RedisClient[]) {
  const prefix = `test-${randomUUID()}`;
  const redis = openClient();
  const opened: RedisClient[] = [];
  const open = () => {
    const client = first[opened.length] ?? openClient();
    opened.push(client);
    return client;
  };
  const errors: Error[] = [];
  const shared = createSharedWait(open, redis, {
    prefix,
    onError: (error) => errors.push(error),
    ...(first.length > 0 ? { seconds: 1 } : {}),
  });
  onTestFinished(() => shared[Symbol.dispose]());
  return { redis, opened, errors, shared, keyOf: (queue: number) => `${prefix}:${queue}` };
}

test('many queues wait on one connection, and each is told of its own jobs once', async () => {
  const { redis, opened, errors, shared, keyOf } = startWait();
  const queues = Array.from({ length: 60 }, (_, index) => index);
  const waits = queues.map((queue) => shared.of(keyOf(queue)));
  const told = waits.map((each) => each.wait(600));
  for (const queue of queues) await redis.zadd(keyOf(queue), 1_000 + queue, '0');
  expect(await Promise.all(told)).toEqual(queues.map((queue) => ({ member: '0', score: 1_000 + queue })));
  expect(await redis.exists(...queues.map(keyOf))).toBe(0);

  // Those who join later are heard while others wait already, and who has jobs all the time keeps nobody waiting.
  const busy = shared.of(keyOf(0));
  const late = shared.of(keyOf(61)).wait(600);
  let turns = 0;
  for (; turns < 50; turns += 1) {
    await redis.zadd(keyOf(0), 0, '0');
    if (turns === 10) await redis.zadd(keyOf(61), 0, '0');
    expect(await busy.wait(600)).toEqual({ member: '0', score: 0 });
  }
  expect(await late).toEqual({ member: '0', score: 0 });
  expect([opened.length, errors]).toEqual([1, []]);
});

test('a wait ends by its time or when it is told to, and what comes for it then is left for others', async () => {
  const { redis, shared, keyOf } = startWait();
  const [one, other] = [shared.of(keyOf(1)), shared.of(keyOf(2))];
  expect(await one.wait(0.05)).toBeNull();
  const ended = one.wait(600);
  const going = other.wait(600);
  one.end();
  expect(await ended).toBeNull();
  // The server may still be asked for it; others find it nevertheless.
  await redis.zadd(keyOf(1), 7, '0');
  await redis.zadd(keyOf(2), 8, '0');
  expect(await going).toEqual({ member: '0', score: 8 });
  await expect.poll(() => redis.zscore(keyOf(1), '0')).toBe('7');
  expect(await one.wait(600)).toEqual({ member: '0', score: 7 });
});

test('what the server refuses is told to all who wait, and the next wait asks again', async () => {
  const { redis, shared, keyOf } = startWait();
  await redis.set(keyOf(1), 'no sorted set');
  const one = shared.of(keyOf(1)).wait(600);
  await expect(one).rejects.toThrow('WRONGTYPE');
  await redis.del(keyOf(1));
  const again = shared.of(keyOf(1)).wait(600);
  await redis.zadd(keyOf(1), 3, '0');
  expect(await again).toEqual({ member: '0', score: 3 });
});

test('a connection that swallows the question is given up for another', async () => {
  const sockets: Socket[] = [];
  const silent = createServer((socket) => void sockets.push(socket.on('error', () => undefined)));
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    silent.close();
  });
  const { port } = silent.address() as AddressInfo;
  const { redis, opened, shared, keyOf } = startWait(openClient(`redis://127.0.0.1:${port}`));
  const waiting = shared.of(keyOf(1)).wait(600);
  // Again and again: what is answered to a connection that was given up may be lost.
  const adding = setInterval(() => void redis.zadd(keyOf(1), 5, '0'), 100);
  onTestFinished(() => clearInterval(adding));
  expect(await waiting).toEqual({ member: '0', score: 5 });
  expect(opened.length).toBeGreaterThan(1);
});
