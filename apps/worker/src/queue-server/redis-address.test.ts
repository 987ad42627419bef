import { expect, test } from 'vitest';
import { isRedisUrl, parseRedisUrl, redactRedisUrl } from './redis-address.ts';

const local = [{ host: 'localhost', port: 6379 }];

test.each([
  ['redis://localhost', { kind: 'single', nodes: local, database: 0, tls: false }],
  ['REDIS://localhost', { kind: 'single', nodes: local }],
  ['valkey://localhost/3', { kind: 'single', nodes: local, database: 3, tls: false }],
  ['redis://localhost:6380/2', { nodes: [{ host: 'localhost', port: 6380 }], database: 2 }],
  ['redis://localhost/', { nodes: local, database: 0 }],
  ['redis://localhost?db=4', { nodes: local, database: 4 }],
  ['redis://[::1]:6380', { nodes: [{ host: '::1', port: 6380 }] }],
  ['rediss://localhost', { tls: true }],
  ['valkeys://localhost', { tls: true }],
  ['redis://:secret@localhost', { password: 'secret', nodes: local }],
  ['redis://worker:secret@localhost', { username: 'worker', password: 'secret' }],
  ['redis://worker:p%40ss%2Fw%3Ard@localhost', { password: 'p@ss/w:rd' }],
  ['redis://worker:p@ss/w:rd#?%@localhost/1', { username: 'worker', password: 'p@ss/w:rd#?%', database: 1 }],
  ['redis://localhost?username=worker&password=a%26b', { username: 'worker', password: 'a&b' }],
  ['redis+unix:///run/redis.sock?db=2', { kind: 'socket', path: '/run/redis.sock', database: 2 }],
  [
    'redis+cluster://one:7000,two',
    {
      kind: 'cluster',
      nodes: [
        { host: 'one', port: 7000 },
        { host: 'two', port: 6379 },
      ],
    },
  ],
  [
    'rediss+sentinel://u:p@one,two:26380/mymaster/5?sentinel_password=s',
    {
      kind: 'sentinel',
      nodes: [
        { host: 'one', port: 26379 },
        { host: 'two', port: 26380 },
      ],
      master: 'mymaster',
      username: 'u',
      database: 5,
      tls: true,
    },
  ],
])('%s is understood', (url, expected) => {
  expect(isRedisUrl(url)).toBe(true);
  expect(parseRedisUrl(url)).toMatchObject(expected);
});

test.each([
  ['redis://', 'A host is missing'],
  ['redis://localhost:99999', 'A port must be'],
  ['redis://localhost:port', 'A host is missing'],
  ['redis://localhost/cache', 'The database must be a number'],
  ['redis://one,two', 'Several hosts are a cluster'],
  ['redis+sentinel://one,two', 'The name of the primary is missing'],
  ['redis+cluster://one/3', 'A cluster has database 0 only'],
  ['redis+unix://run/redis.sock', 'A socket is written as'],
  ['redis://localhost?tls=true', 'The parameter "tls" is not known'],
])('%s is refused with the right spelling', (url, sentence) => {
  expect(() => parseRedisUrl(url)).toThrow(sentence);
});

test.each([
  ['redis://localhost:6379/1', 'redis://localhost:6379/1'],
  ['redis://worker:secret@localhost', 'redis://worker:***@localhost'],
  ['redis://:p@ss/w:rd@localhost', 'redis://:***@localhost'],
  ['redis://localhost?password=secret', 'redis://localhost'],
  ['redis+sentinel://:secret@one,two/m', 'redis+sentinel://:***@one,two/m'],
])('%s is shown as %s', (url, shown) => {
  expect(redactRedisUrl(url)).toBe(shown);
});

test('other schemes are none', () => {
  expect(['postgres://x', 'http://redis', 'localhost:6379'].filter(isRedisUrl)).toEqual([]);
});
