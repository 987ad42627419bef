import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { describeConfig, parseConfig, parseStorageConfig, shopNameOf } from './config.ts';
import { ConfigurationError } from './configuration-error.ts';

const enough = {
  MAGENTO_BASE_URL: 'https://www.shop.example.com/',
  MAGENTO_USERNAME: 'sync',
  MAGENTO_PASSWORD: 'hunter2-secret',
};

function problemsOf(environment: Record<string, string>): ConfigurationError {
  try {
    parseConfig(environment);
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
  throw new Error('The configuration was accepted.');
}

test('address, user and password are enough', () => {
  const config = parseConfig(enough);
  expect(config.shop).toBe('shop-example-com');
  expect(config.magento.baseUrl).toBe('https://www.shop.example.com');
  expect(config.magento.auth).toMatchObject({ kind: 'admin', username: 'sync' });
  expect(config.schedule).toMatchObject({ pullEveryMs: 300_000, pullOverlapMs: 600_000 });
  expect(config.databaseUrl).toBeUndefined();
  expect(config.http).toBeUndefined();
});

test('all problems are said at once, each with its variable and an example', () => {
  const { problems, message } = problemsOf({
    MAGENTO_BASE_URL: 'shop.example.com',
    MAGENTO_USERNAME: 'sync',
    MAGENTO_PAGE_SIZE: '0',
    PULL_EVERY: 'often',
    QUEUE_URL: 'mysql://localhost/queue',
  });
  expect(problems.map(({ variable }) => variable).toSorted()).toEqual([
    'MAGENTO_BASE_URL',
    'MAGENTO_PAGE_SIZE',
    'MAGENTO_PASSWORD',
    'PULL_EVERY',
    'QUEUE_URL',
  ]);
  expect(message).toContain('5 settings are wrong or missing');
  expect(message).toContain(
    'PULL_EVERY must be a duration such as 30s, 5m, 12h or 1d. Example: PULL_EVERY=1m',
  );
});

test('a variable that is empty counts as missing', () => {
  expect(problemsOf({ ...enough, MAGENTO_PASSWORD: ' ' }).message).toContain('MAGENTO_PASSWORD is missing');
});

test('a mistyped name is recognised when the right one is missing', () => {
  const { MAGENTO_PASSWORD: password, ...rest } = enough;
  expect(problemsOf({ ...rest, MAGENTO_PASWORD: password }).message).toContain('MAGENTO_PASWORD is set');
});

test('each way to sign in names exactly what it needs', () => {
  const { problems } = problemsOf({ MAGENTO_BASE_URL: enough.MAGENTO_BASE_URL, MAGENTO_AUTH: 'integration' });
  expect(problems.map(({ variable }) => variable)).toEqual([
    'MAGENTO_CONSUMER_KEY',
    'MAGENTO_CONSUMER_SECRET',
    'MAGENTO_ACCESS_TOKEN',
    'MAGENTO_ACCESS_TOKEN_SECRET',
  ]);
});

test('an integration is given by all four credentials, or by none when they can be stored', () => {
  const base = { MAGENTO_BASE_URL: enough.MAGENTO_BASE_URL, MAGENTO_AUTH: 'integration' };
  const key = { TOKEN_ENCRYPTION_KEY: Buffer.alloc(32, 1).toString('base64') };
  expect(parseConfig({ ...base, ...key }).magento.auth).toEqual({ kind: 'stored-integration' });
  expect(problemsOf(base).message).toContain('"magento-sync authorize" has stored the credentials');
  const half = problemsOf({ ...base, ...key, MAGENTO_CONSUMER_KEY: 'key', MAGENTO_ACCESS_TOKEN: 'token' });
  expect(half.problems.map(({ variable }) => variable)).toEqual([
    'MAGENTO_CONSUMER_SECRET',
    'MAGENTO_ACCESS_TOKEN_SECRET',
  ]);
  expect(half.message).toContain('all four or, after "magento-sync authorize", none');
});

test.each([
  ['customer', 'a customer may read only the own account'],
  ['session', 'the session of a customer may read only the own account'],
  ['guest', 'a guest may read no customer at all'],
])('signing in as a %s is refused, because it cannot read customers', (kind, reason) => {
  const { problems } = problemsOf({ ...enough, MAGENTO_AUTH: kind });
  expect(problems).toEqual([
    expect.objectContaining({ variable: 'MAGENTO_AUTH', problem: expect.stringContaining(reason) }),
  ]);
});

test('a grace that is not shorter than the deadline is refused', () => {
  const { message } = problemsOf({ ...enough, SHUTDOWN_GRACE: '1m', SHUTDOWN_DEADLINE: '30s' });
  expect(message).toContain('SHUTDOWN_GRACE must be shorter than SHUTDOWN_DEADLINE');
});

test('no way of printing the configuration shows a secret', () => {
  const config = parseConfig({
    ...enough,
    DATABASE_URL: 'postgres://sync:db-secret@localhost/sync',
    QUEUE_URL: 'redis://:redis-secret@localhost:6379',
    TOKEN_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
  });
  const printed = [
    inspect(config, { depth: 9, showHidden: true }),
    JSON.stringify(config),
    JSON.stringify(describeConfig(config)),
    `${String(config.databaseUrl)}`,
  ].join('\n');
  for (const secret of [
    'hunter2-secret',
    'db-secret',
    'redis-secret',
    Buffer.alloc(32, 7).toString('base64'),
  ]) {
    expect(printed).not.toContain(secret);
  }
  expect(describeConfig(config)['databaseUrl']).toBe('postgres://sync:***@localhost:5432/sync');
});

test('a secret is not repeated by the error about it', () => {
  const { message } = problemsOf({ ...enough, TOKEN_ENCRYPTION_KEY: 'too-short-but-secret' });
  expect(message).toContain('TOKEN_ENCRYPTION_KEY must be 32 random bytes');
  expect(message).not.toContain('too-short-but-secret');
});

test('commands that only need the storage ask for nothing about the shop', () => {
  expect(parseStorageConfig({})).toMatchObject({ shop: undefined, dataDirectory: '.data' });
});

test.each([
  ['https://www.shop.example.com', 'shop-example-com'],
  ['http://127.0.0.1:8090', '127-0-0-1-8090'],
  ['https://example.com/de/shop', 'example-com-de-shop'],
])('the shop at %s is called %s', (address, name) => {
  expect(shopNameOf(address)).toBe(name);
});
