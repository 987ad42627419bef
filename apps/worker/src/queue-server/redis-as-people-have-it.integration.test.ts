import { Redis } from 'ioredis';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type RedisServer, startRedis, startSentinel } from '../../../../tests/services/redis-server.ts';
import { checkQueueServer } from '../doctor/queue-server-check.ts';
import { checkQueue, inspectQueue } from './inspect-queue.ts';
import { redisRights } from './queue-refusal.ts';

async function start(settings: Record<string, string> = {}): Promise<RedisServer & { admin: Redis }> {
  const server = await startRedis(settings);
  const admin = new Redis(server.url, settings['requirepass'] ? { password: settings['requirepass'] } : {});
  admin.on('error', () => undefined);
  onTestFinished(async () => {
    admin.disconnect();
    await server.stop();
  });
  return { ...server, admin };
}

const signedIn = (url: string, signIn: string) => url.replace('redis://', `redis://${signIn}@`);

describe('rights in Redis', () => {
  async function withRights(rules: string): Promise<string> {
    const { url, admin } = await start();
    await admin.call('ACL', 'SETUSER', 'worker', 'reset', 'on', '>p@ss/w:rd', ...rules.split(' '));
    return signedIn(url, 'worker:p@ss/w:rd');
  }

  test('those that the documents name are enough, and leave nothing behind', async () => {
    const { url, admin } = await start();
    await admin.call('ACL', 'SETUSER', 'worker', 'reset', 'on', '>secret', ...redisRights.split(' '));
    expect(await checkQueue(signedIn(url, 'worker:secret'))).toMatchObject({ warnings: [], cluster: 'none' });
    expect(await admin.keys('*')).toEqual([]);
  });

  test.each([
    ['no INFO', '~* &* +@all -info'],
    ['no dangerous commands', '~* &* +@all -@dangerous'],
  ])('%s: works, and says what could not be checked', async (_what, rules) => {
    const facts = await checkQueue(await withRights(rules));
    expect(facts).toMatchObject({
      mayAskVersion: false,
      warnings: [],
      server: expect.stringContaining('+info'),
    });
  });

  test.each([
    ['no CLIENT', '~* &* +@all -client'],
    ['no CONFIG', '~* &* +@all -config'],
  ])('%s: works', async (_what, rules) => {
    expect(await checkQueue(await withRights(rules))).toMatchObject({ warnings: [] });
  });

  test.each([
    ['no scripts', '~* &* +@all -eval -evalsha -script'],
    ['other keys only', '&* +@all ~app:*'],
    ['no streams', '~* &* +@all -xadd'],
    ['no blocking reads', '~* &* +@all -@blocking'],
    ['nothing but reading', '~* &* +@read +@connection +info'],
  ])('%s: refused by doctor and at the start, with the rights to give', async (_what, rules) => {
    const url = await withRights(rules);
    const finding = await checkQueueServer(url);
    expect(finding).toMatchObject({ outcome: 'problem', detail: expect.stringContaining(redisRights) });
    expect(finding.detail).not.toContain('p@ss');
    await expect(checkQueue(url)).rejects.toThrow('ACL SETUSER');
  });
});

describe('a Redis that is not as it should be', () => {
  /** What doctor says of it. */
  const doctor = async (url: string) => {
    const { outcome, detail } = await checkQueueServer(url);
    return `${outcome}: ${detail}`;
  };
  const says = (sentence: string) => expect.stringMatching(new RegExp(`^problem: .*${sentence}`)) as string;

  test('a wrong password, none, a wrong user, a wrong database', async () => {
    const { url } = await start({ requirepass: 'secret' });
    for (const signIn of [':wrong', 'nobody:secret'])
      expect(await doctor(signedIn(url, signIn))).toEqual(says('Correct the user and password'));
    expect(await doctor(url)).toEqual(says('Correct the user and password'));
    expect(await doctor(`${signedIn(url, ':secret')}/99`)).toEqual(says('Correct the database number'));
    expect(await checkQueue(`${signedIn(url, ':secret')}/3`)).toMatchObject({ warnings: [] });
  });

  test('a read-only replica', async () => {
    const { url } = await start();
    const { url: replica, admin } = await start();
    await admin.replicaof('127.0.0.1', new URL(url).port);
    expect(await doctor(replica)).toEqual(says('Name the primary'));
  });

  test('one that is full', async () => {
    const { url, admin } = await start();
    await admin.config('SET', 'maxmemory', '1mb');
    expect(await doctor(url)).toEqual(says('raise its maxmemory'));
  });

  test('one that throws keys away', async () => {
    const { url } = await start({ 'maxmemory-policy': 'allkeys-lru' });
    expect(await doctor(url)).toEqual(says('set it to "noeviction"'));
  });

  test('one that speaks no TLS', async () => {
    const { url } = await start();
    expect(await doctor(url.replace('redis://', 'rediss://'))).toEqual(says('it speaks no TLS'));
  });

  test('nothing at all', async () => {
    const { url, kill } = await start();
    await kill();
    expect(await doctor(url)).toEqual(says('Start that server or correct QUEUE_URL'));
  });
});

test('cluster mode works, by either spelling', async () => {
  const { url, admin } = await start({ 'cluster-enabled': 'yes' });
  await admin.call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
  const state = async () => String(await admin.call('CLUSTER', 'INFO'));
  await expect.poll(state).toContain('cluster_state:ok');
  for (const spelling of [url, url.replace('redis://', 'redis+cluster://')]) {
    expect(await checkQueue(spelling)).toMatchObject({ cluster: 'alone', warnings: [] });
  }
  expect((await inspectQueue(url)).server).toContain('(cluster)');
  expect(await admin.keys('*')).toEqual([]);
});

test('cluster mode that a user may not ask about is found by the check, and can be said', async () => {
  const { url, admin } = await start({ 'cluster-enabled': 'yes' });
  await admin.call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
  const state = async () => String(await admin.call('CLUSTER', 'INFO'));
  await expect.poll(state).toContain('cluster_state:ok');
  await admin.call('ACL', 'SETUSER', 'worker', 'on', '>secret', '~*', '&*', '+@all', '-info');
  const address = signedIn(url, 'worker:secret');
  await expect(checkQueue(address)).rejects.toThrow('write redis+cluster://');
  expect(await checkQueue(address.replace('redis:', 'redis+cluster:'))).toMatchObject({ cluster: 'alone' });
});

test('a cluster of several nodes works, whichever of them is named', async () => {
  const nodes = await Promise.all([1, 2].map(() => start({ 'cluster-enabled': 'yes' })));
  const [one, two] = nodes as [(typeof nodes)[0], (typeof nodes)[0]];
  await one.admin.call('CLUSTER', 'ADDSLOTSRANGE', '0', '8191');
  await two.admin.call('CLUSTER', 'ADDSLOTSRANGE', '8192', '16383');
  await two.admin.call('CLUSTER', 'SET-CONFIG-EPOCH', '2');
  await one.admin.call('CLUSTER', 'MEET', '127.0.0.1', new URL(two.url).port);
  for (const { admin } of nodes) {
    const state = async () => String(await admin.call('CLUSTER', 'INFO'));
    await expect.poll(state).toMatch(/cluster_state:ok[^]*cluster_size:2/);
  }
  for (const { url } of nodes) expect(await checkQueue(url)).toMatchObject({ cluster: 'spread' });
  const hosts = nodes.map(({ url }) => new URL(url).host).join(',');
  expect(await checkQueue(`redis+cluster://${hosts}`)).toMatchObject({ cluster: 'spread', warnings: [] });
  expect((await Promise.all(nodes.map(({ admin }) => admin.keys('*')))).flat()).toEqual([]);
});

test('what is no cluster is not taken for one', async () => {
  const { url } = await start();
  await expect(checkQueue(url.replace('redis:', 'redis+cluster:'))).rejects.toThrow(
    'Write redis:// or rediss://',
  );
});

test('a cluster that has not all of its slots is refused', async () => {
  const { url } = await start({ 'cluster-enabled': 'yes' });
  const finding = await checkQueueServer(url);
  expect(finding).toMatchObject({
    outcome: 'problem',
    detail: expect.stringContaining('redis-cli --cluster check'),
  });
});

test('Sentinel leads to the primary', async () => {
  const { url } = await start();
  const sentinel = await startSentinel(url, 'mymaster');
  onTestFinished(() => sentinel.stop());
  const address = sentinel.url.replace('redis://', 'redis+sentinel://');
  expect(await checkQueue(`${address}/mymaster`)).toMatchObject({ warnings: [] });
  await expect(checkQueue(`${address}/another`)).rejects.toThrow('the name of the primary');
});
